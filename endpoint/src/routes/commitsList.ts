import {
	ByteWriter,
	type SiteId,
	chunkOverheadBytes,
	headerBytesMax,
	manifestPlaintextBytesMax,
	parseSequence,
} from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { listBytesMax, listCommitsMax } from '../limits.ts';
import { commitName } from '../names.ts';
import type { CommitRow } from '../ports/catalog.ts';

const QuerySchema = Type.Object({
	after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
	limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,4}$' })),
	sections: Type.Optional(Type.Union([Type.Literal('headers'), Type.Literal('manifests')])),
});

/**
 * `GET /v1/site/commits?after=<seq>&limit=<n≤1000>&sections=headers|manifests`: "binary: n × (`u32` length, envelope
 * prefix as `u64` receivedAt, `bytes` header, and with `manifests` `bytes` sealed manifest chunk)". The length counts
 * what follows it. A listing may end early (`listBytesMax`); only an empty one means that there is nothing more.
 */
export function commitsList(http: FastifyInstance, endpoint: EndpointContext): void {
	http.get<{ Querystring: Static<typeof QuerySchema> }>(
		'/v1/site/commits',
		{ schema: { querystring: QuerySchema } },
		async (request, reply) => {
			const { after = '0', limit = String(listCommitsMax), sections = 'headers' } = request.query;
			const count = Number(limit);
			if (count < 1 || count > listCommitsMax)
				throw new EndpointError('REQUEST_INVALID', { detail: `limit is from 1 to ${listCommitsMax}` });
			const { siteId } = request.site;
			const release = endpoint.admission.download();
			try {
				const entries: Buffer[] = [];
				let bytes = 0;
				for (const commit of await endpoint.catalog.commits(siteId, parseSequence(Number(after)), count, listBytesMax)) {
					if (bytes > listBytesMax) break;
					const manifest = sections === 'manifests' ? await readManifest(endpoint, siteId, commit) : null;
					const entry = encodeEntry(commit, manifest);
					entries.push(entry);
					bytes += entry.length;
				}
				return await reply.type('application/octet-stream').send(Buffer.concat(entries));
			} finally {
				release();
			}
		},
	);
}

function encodeEntry({ header, receivedAt }: CommitRow, manifest: Uint8Array | null): Buffer {
	const entry = new ByteWriter(header.length + (manifest?.length ?? 0) + 24).u64(receivedAt).field(header, headerBytesMax);
	if (manifest !== null) entry.field(manifest, manifestPlaintextBytesMax + chunkOverheadBytes);
	const bytes = entry.finish();
	return Buffer.concat([new ByteWriter(4).u32(bytes.length).finish(), bytes]);
}

async function readManifest({ objects }: EndpointContext, siteId: SiteId, commit: CommitRow): Promise<Uint8Array> {
	const name = commitName(siteId, commit.seq);
	const manifest = await objects.readRange(name, commit.manifestOffset, commit.manifestLength);
	if (manifest === null) throw new EndpointError('OBJECT_DAMAGED', { detail: name });
	return manifest;
}
