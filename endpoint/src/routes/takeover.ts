import { type SiteView, type TakeoverRequest, TakeoverRequestSchema, decodeHeader, parseWriterId } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { hashOfSecret } from '../secrets.ts';
import type { CatalogSite } from '../ports/catalog.ts';
import { requireSecret, storeRecord } from '../store/pairing.ts';
import { siteView } from './site.ts';

/**
 * `POST /v1/site/takeover`: "a new writer, with a pairing code of the owner for this site". The code names the site, so
 * no token is needed: the new writer may sit on an empty server. The new token replaces the old one, which ends
 * what the old writer can do, reading included.
 */
export function takeover(http: FastifyInstance, endpoint: EndpointContext): void {
	http.post<{ Body: TakeoverRequest }>(
		'/v1/site/takeover',
		{ schema: { body: TakeoverRequestSchema } },
		async ({ body, ip }): Promise<SiteView> => {
			const site = await endpoint.pairings.run('', async () => {
				const secret = await requireSecret(endpoint, body.secret, ip);
				if (secret.siteId === null) throw new EndpointError('PAIRING_NOT_FOR_TAKEOVER');
				const { siteId } = secret;
				/* In the site's lane: an append of the old writer is either before this or refused. */
				return endpoint.appends.run(siteId, async () =>
					takeOver(endpoint, siteId, secret.usedBy !== null, secret.secretHash, body),
				);
			});
			return siteView(endpoint, site);
		},
	);
}

async function takeOver(
	endpoint: EndpointContext,
	siteId: CatalogSite['siteId'],
	used: boolean,
	pairing: CatalogSite['pairing'],
	body: TakeoverRequest,
): Promise<CatalogSite> {
	const site = await endpoint.catalog.site(siteId);
	if (site === null) throw new EndpointError('PAIRING_UNKNOWN', { detail: 'its site is gone' });
	const writer = parseWriterId(body.writer);
	if (used && !(site.pairing === pairing && site.writer === writer && !(await hasWritten(endpoint, site)))) {
		throw new EndpointError('PAIRING_USED');
	}
	const { createdAt, label, readHash, sealed, wrappedKey } = site;
	const tokenHash = hashOfSecret(body.token);
	return storeRecord(endpoint, site, {
		siteId,
		createdAt,
		label,
		home: body.binding.home,
		binding: body.binding,
		writer,
		tokenHash,
		/* "A takeover leaves it as it is: the key is the same." */
		readHash,
		sealed,
		wrappedKey,
		pairing,
	});
}

/** Whether the site's writer has made the newest commit: from then on the code is used up. */
async function hasWritten({ catalog }: EndpointContext, site: CatalogSite): Promise<boolean> {
	const head = await catalog.head(site.siteId);
	const commit = head === null ? null : await catalog.commit(site.siteId, head.seq);
	return commit !== null && decodeHeader(commit.header).writer === site.writer;
}
