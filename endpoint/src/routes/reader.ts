import { type Hash, type ReaderReply, type ReaderRequest, ReaderRequestSchema } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { requireWriter } from '../http/auth.ts';
import { setReader } from '../store/reader.ts';

/** `PUT /v1/site/reader`: "from here on the reading token may read". Only the writer says so; what is said already stores nothing. */
export function reader(http: FastifyInstance, endpoint: EndpointContext): void {
	http.put<{ Body: ReaderRequest }>(
		'/v1/site/reader',
		{ schema: { body: ReaderRequestSchema }, onRequest: requireWriter },
		async ({ body, site }): Promise<ReaderReply> => {
			await endpoint.pairings.run('', () => setReader(endpoint, site.siteId, body.readHash as Hash));
			return { siteId: site.siteId };
		},
	);
}
