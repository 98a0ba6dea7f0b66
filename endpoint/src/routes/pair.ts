import {
	type Hash,
	type PairReply,
	type PairRequest,
	PairRequestSchema,
	type WriterId,
	parseRootKey,
	parseSiteId,
	parseWriterId,
	protocolVersion,
	readHashOf,
} from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { hashOfSecret } from '../secrets.ts';
import type { CatalogSite, KnownSecret } from '../ports/catalog.ts';
import { requireSecret, storeRecord } from '../store/pairing.ts';

/** `POST /v1/pair`: a new site, by a pairing code of the owner. */
export function pair(http: FastifyInstance, endpoint: EndpointContext): void {
	http.post<{ Body: PairRequest }>(
		'/v1/pair',
		{ schema: { body: PairRequestSchema } },
		async ({ body, ip }): Promise<PairReply> => {
			if (body.protocol !== protocolVersion) {
				throw new EndpointError('PROTOCOL_UNSUPPORTED', {
					detail: `the agent speaks ${body.protocol}, the endpoint ${protocolVersion}`,
				});
			}
			await endpoint.pairings.run('', () => pairSite(endpoint, body, ip));
			const { name, version } = endpoint.identity;
			/* A pairing is possible only before the first commit, so the head is always null; the reply has room for later. */
			return { siteId: body.siteId, endpoint: { name, version }, head: null };
		},
	);
}

async function pairSite(endpoint: EndpointContext, body: PairRequest, address: string): Promise<void> {
	const siteId = parseSiteId(body.siteId);
	const writer = parseWriterId(body.writer);
	const secret = await requireSecret(endpoint, body.secret, address);
	if (secret.siteId !== null) throw new EndpointError('PAIRING_FOR_TAKEOVER');
	const site = await endpoint.catalog.site(siteId);
	requireFirstUse(secret, site, writer);
	await storeRecord(endpoint, site, {
		siteId,
		createdAt: site?.createdAt ?? endpoint.now(),
		label: body.label,
		home: body.home,
		binding: body.binding,
		writer,
		/* "tokenHash = SHA-256 of the site token": the agent draws the token, the endpoint never keeps it. */
		tokenHash: hashOfSecret(body.token),
		readHash: readHashOfBody(body),
		sealed: body.rootKey === undefined,
		wrappedKey: body.rootKey === undefined ? null : endpoint.vault.wrap(siteId, Buffer.from(body.rootKey, 'hex')),
		pairing: secret.secretHash,
	});
}

/** Told by the agent, or worked out from the key that it hands over: an agent that does not know of reading tokens may be gone before it is updated. */
function readHashOfBody({ readHash, rootKey, siteId }: PairRequest): Hash | null {
	if (readHash !== undefined) return readHash as Hash;
	return rootKey === undefined ? null : readHashOf(parseRootKey(Buffer.from(rootKey, 'hex')), parseSiteId(siteId));
}

/** "The same writer may repeat it until its first commit; other writers get PAIRING_USED." */
function requireFirstUse(secret: KnownSecret, site: CatalogSite | null, writer: WriterId): void {
	if (secret.usedBy === null) {
		if (site !== null) throw new EndpointError('PAIRING_SITE_KNOWN');
		return;
	}
	const repeated = site !== null && site.pairing === secret.secretHash && site.writer === writer && site.commits === 0;
	if (!repeated) throw new EndpointError('PAIRING_USED');
}
