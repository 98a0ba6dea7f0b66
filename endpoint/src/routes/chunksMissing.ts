import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { receiveIds } from '../http/ids.ts';
import { missingIdsMax } from '../limits.ts';

/** `POST /v1/site/chunks/missing`: "binary: n × id" → "binary: the ids that are not live", in the order asked, each once. */
export function chunksMissing(http: FastifyInstance, { catalog, limits }: EndpointContext): void {
	http.post('/v1/site/chunks/missing', async (request, reply) => {
		const ids = await receiveIds(request, missingIdsMax, limits.bodyIdleMsMax);
		const missing = await catalog.missingChunks(request.site.siteId, ids);
		return reply.type('application/octet-stream').send(Buffer.from(missing.join(''), 'hex'));
	});
}
