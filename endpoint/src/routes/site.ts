import type { SiteView } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import type { CatalogSite } from '../ports/catalog.ts';

/** `GET /v1/site`: what the endpoint has of the site whose token this is. */
export function site(http: FastifyInstance, endpoint: EndpointContext): void {
	http.get('/v1/site', (request) => siteView(endpoint, request.site));
}

export async function siteView({ catalog }: EndpointContext, known: CatalogSite): Promise<SiteView> {
	const { siteId, home, binding, writer, sealed, storedBytes, commits } = known;
	const head = await catalog.head(siteId);
	return {
		siteId,
		home,
		binding,
		writer,
		sealed,
		head: head === null ? null : { seq: head.seq, hash: head.headerHash },
		storedBytes,
		commits,
	};
}
