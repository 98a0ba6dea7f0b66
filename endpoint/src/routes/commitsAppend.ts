import { type AppendReply, commitBytesMax } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { bodyLength, receiveStaged } from '../http/receive.ts';
import { appendCommit, commitOffset } from '../store/append.ts';

/**
 * `POST /v1/site/commits`: "201 {position, receivedAt}; 200 when exactly this commit is already at its sequence
 * (idempotent); 409 COMMIT_CONFLICT with {head} where previous ≠ head; 409 COMMIT_OTHER_WRITER; 422
 * COMMIT_DEAD_REFERENCES with {missing}; durable before the reply".
 */
export function commitsAppend(http: FastifyInstance, endpoint: EndpointContext): void {
	const { admission, limits, objects } = endpoint;
	http.post('/v1/site/commits', async (request, reply): Promise<AppendReply> => {
		const length = bodyLength(request, commitBytesMax);
		const { created, position, receivedAt } = await admission.upload(length + commitOffset, async () => {
			const staged = await objects.stage();
			try {
				await receiveStaged(request, length, limits.bodyIdleMsMax, staged, commitOffset);
				return await appendCommit(endpoint, request.site.siteId, staged, length);
			} finally {
				await staged.discard();
			}
		});
		reply.code(created ? 201 : 200);
		return { position, receivedAt };
	});
}
