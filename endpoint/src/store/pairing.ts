import { EndpointError } from '../errors.ts';
import { hashOfSecret } from '../secrets.ts';
import type { Limits } from '../limits.ts';
import { recordName } from '../names.ts';
import { type Catalog, type CatalogSite, type KnownSecret, TokenInUseError } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { type SiteRecord, encodeSiteRecord } from '../records.ts';

export interface PairingPorts {
	readonly objects: ObjectStore;
	readonly catalog: Catalog;
	readonly now: Clock;
	readonly limits: Limits;
	readonly throttle: { admit(address: string): void; wrong(address: string): void };
	readonly admission: { upload<T>(bytes: number, task: () => Promise<T>): Promise<T> };
}

/** The secret that a request names. @throws EndpointError PAIRING_TOO_MANY, PAIRING_UNKNOWN, PAIRING_EXPIRED */
export async function requireSecret(
	{ catalog, now, throttle }: PairingPorts,
	secretHex: string,
	address: string,
): Promise<KnownSecret> {
	throttle.admit(address);
	const secret = await catalog.secret(hashOfSecret(secretHex));
	if (secret === null) {
		throttle.wrong(address);
		throw new EndpointError('PAIRING_UNKNOWN');
	}
	if (now() >= secret.expiresAt) throw new EndpointError('PAIRING_EXPIRED');
	return secret;
}

/**
 * Stores the next version of a site's record: object, then catalog. A repeat that says the same stores nothing.
 * @throws EndpointError PAIRING_TOKEN_IN_USE, STORAGE_LOW
 */
export async function storeRecord(ports: Pick<PairingPorts, 'objects' | 'catalog' | 'admission'>, before: CatalogSite | null, record: SiteRecord): Promise<CatalogSite> {
	if (before !== null && sameRecord(before, record)) return before;
	const holder = await ports.catalog.siteByTokenHash(record.tokenHash);
	if (holder !== null && holder.siteId !== record.siteId) throw new EndpointError('PAIRING_TOKEN_IN_USE');
	const bytes = encodeSiteRecord(record);
	const version = await ports.admission.upload(bytes.length, async () => {
		/* A version that exists although the catalog lacks it: its catalog write failed. What it said is overruled by the next. */
		for (let next = (before?.version ?? 0) + 1; ; next++) {
			if ((await ports.objects.create(recordName(record.siteId, next), bytes)) === 'created') return next;
		}
	});
	await ports.catalog.putSite({ ...record, version }).catch((error: unknown) => {
		if (error instanceof TokenInUseError) throw new EndpointError('PAIRING_TOKEN_IN_USE');
		throw error;
	});
	const site = await ports.catalog.site(record.siteId);
	if (site === null) throw new EndpointError('INTERNAL', { detail: 'the site is not in the catalog after it was put there' });
	return site;
}

/** The wrapped key is left out: wrapping gives other bytes each time. That it is a new key shows in the token, drawn with it. */
function sameRecord(a: SiteRecord | CatalogSite, b: SiteRecord): boolean {
	return (
		a.tokenHash === b.tokenHash &&
		a.readHash === b.readHash &&
		a.writer === b.writer &&
		a.home === b.home &&
		a.label === b.label &&
		a.sealed === b.sealed &&
		a.pairing === b.pairing &&
		JSON.stringify(a.binding) === JSON.stringify(b.binding)
	);
}
