import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { EndpointError } from '../errors.ts';
import type { Catalog, CatalogSite } from '../ports/catalog.ts';
import { hashOfSecret } from '../secrets.ts';

declare module 'fastify' {
	interface FastifyRequest {
		/** The site whose token the request carries; only below `/v1/site`. */
		site: CatalogSite;
	}
}

const bearerPattern = /^Bearer ([0-9a-f]{64})$/i;

/**
 * "Authorization: Bearer <site token>, compared in constant time by its SHA-256." The catalog finds the site by the
 * hash; how long that takes tells about hashes, from which no token can be made.
 * @throws EndpointError TOKEN_MISSING, TOKEN_UNKNOWN
 */
export async function authorise(request: FastifyRequest, catalog: Catalog): Promise<void> {
	const { authorization } = request.headers;
	if (authorization === undefined) throw new EndpointError('TOKEN_MISSING');
	const token = bearerPattern.exec(authorization)?.[1];
	if (token === undefined) throw new EndpointError('TOKEN_UNKNOWN');
	const hash = hashOfSecret(token);
	const site = await catalog.siteByTokenHash(hash);
	if (site?.tokenHash == null || !timingSafeEqual(Buffer.from(site.tokenHash), Buffer.from(hash)))
		throw new EndpointError('TOKEN_UNKNOWN');
	request.site = site;
}
