import { type PutPackReply, packBytesMax, parsePackName } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { bodyLength, drain, receiveStaged } from '../http/receive.ts';
import { storePack } from '../store/storePack.ts';

/**
 * `PUT /v1/site/packs/<name>`: "201 or 200 (was there) {name, chunks}; durable before the reply".
 * FORMAT.md section 7: "The endpoint verifies name, footer, index, bounds and each chunk's magic, id and length before
 * it keeps a pack." The body goes to a stage on disk as it comes and is hashed on the way.
 */
export function packsPut(http: FastifyInstance, { admission, catalog, limits, objects }: EndpointContext): void {
	http.put<{ Params: { name: string } }>('/v1/site/packs/:name', async (request, reply): Promise<PutPackReply> => {
		const { siteId } = request.site;
		if (!/^[0-9a-f]{64}$/.test(request.params.name))
			throw new EndpointError('REQUEST_INVALID', { detail: 'the name of a pack is 64 hex digits' });
		const name = parsePackName(request.params.name);
		const length = bodyLength(request, packBytesMax);

		const known = await catalog.pack(siteId, name);
		if (known !== null) {
			await drain(request, length, limits.bodyIdleMsMax);
			return { name, chunks: known.chunks };
		}
		const { created, pack } = await admission.upload(length, async () => {
			const staged = await objects.stage();
			try {
				const hash = await receiveStaged(request, length, limits.bodyIdleMsMax, staged, 0);
				return await storePack(catalog, siteId, name, staged, length, hash);
			} finally {
				await staged.discard();
			}
		});
		reply.code(created ? 201 : 200);
		return { name: pack.name, chunks: pack.chunks };
	});
}
