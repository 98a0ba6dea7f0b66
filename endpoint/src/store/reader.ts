import { type Hash, parseRootKey, readHashOf, type SiteId } from '@holdfast/protocol';
import type { KeyVault } from '../ports/vault.ts';
import { type PairingPorts, storeRecord } from './pairing.ts';

type ReaderPorts = Pick<PairingPorts, 'objects' | 'catalog' | 'admission'>;

/** Lets the reading token with this hash read a site: a new version of its record, unless it says so already. */
export async function setReader(ports: ReaderPorts, siteId: SiteId, readHash: Hash): Promise<void> {
	const site = await ports.catalog.site(siteId);
	if (site?.tokenHash == null || site.readHash === readHash) return;
	const { version: _, storedBytes: __, commits: ___, tokenHash, ...record } = site;
	await storeRecord(ports, site, { ...record, tokenHash, readHash });
}

/**
 * Sites that were paired before there were reading tokens, and whose key lies here: their hash is worked out, so that the recovery key
 * opens them also when their server is gone. @returns how many
 */
export async function setMissingReaders(ports: ReaderPorts, vault: KeyVault): Promise<number> {
	let count = 0;
	for (const { siteId, readHash, wrappedKey, tokenHash } of await ports.catalog.sites()) {
		if (readHash !== null || wrappedKey === null || tokenHash === null) continue;
		const rootKey = vault.unwrap(siteId, wrappedKey);
		if (rootKey === null) continue;
		await setReader(ports, siteId, readHashOf(parseRootKey(rootKey), siteId));
		count++;
	}
	return count;
}
