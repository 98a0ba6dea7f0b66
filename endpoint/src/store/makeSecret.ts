import { pairingMsMax } from '../limits.ts';
import { pairingName } from '../names.ts';
import type { Catalog, PairingSecret } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { hashOfSecret } from '../secrets.ts';
import { encodePairing } from '../records.ts';

/**
 * Makes a pairing secret known: "kept as SHA-256 with an expiry (24 h) in the catalog's own table and as an object, so
 * that reindex keeps them". Object first; a crash in between leaves a secret that nobody was told.
 */
export async function makeSecret(
	{ objects, catalog, now }: { readonly objects: ObjectStore; readonly catalog: Catalog; readonly now: Clock },
	secret: Uint8Array,
	siteId: PairingSecret['siteId'],
): Promise<PairingSecret> {
	const createdAt = now();
	const secretHash = hashOfSecret(Buffer.from(secret).toString('hex'));
	const made: PairingSecret = { secretHash, createdAt, expiresAt: createdAt + pairingMsMax, siteId };
	await objects.create(pairingName(secretHash), encodePairing(made));
	await catalog.putSecret(made);
	return made;
}
