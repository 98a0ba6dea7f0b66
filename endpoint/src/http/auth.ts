import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { EndpointError } from '../errors.ts';
import type { Catalog, CatalogSite } from '../ports/catalog.ts';
import { hashOfSecret } from '../secrets.ts';

declare module 'fastify' {
	interface FastifyRequest {
		/** The site whose token the request carries; only below `/v1/site`. */
		site: CatalogSite;
		/** What the token may: `read` for the reading token of PROTOCOL.md section 6.1. */
		access: 'write' | 'read';
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
	if (site?.tokenHash != null && isSame(site.tokenHash, hash)) {
		request.site = site;
		request.access = 'write';
		return;
	}
	const read = await catalog.siteByReadHash(hash);
	if (read?.readHash == null || !isSame(read.readHash, hash)) throw new EndpointError('TOKEN_UNKNOWN');
	request.site = read;
	request.access = 'read';
}

/** "Everything else answers 403 TOKEN_READ_ONLY." Before the body is looked at. */
export async function requireWriter(request: FastifyRequest): Promise<void> {
	if (request.access !== 'write') throw new EndpointError('TOKEN_READ_ONLY');
}

const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));
