import {
	type Hash,
	type PackName,
	type Sequence,
	type SiteId,
	parseHash,
	parsePackName,
	parseSequence,
	parseSiteId,
} from '@holdfast/protocol';
import type { ChunkObject } from './ports/catalog.ts';

/* Names of objects: FORMAT.md section 12. What is made here is read back by `parseObjectName`, and by nothing else. */

export const sitesPrefix = 'sites/';
export const pairingsPrefix = 'pairings/';

export const recordsPrefix = (siteId: SiteId): string => `sites/${siteId}/site/`;
export const commitsPrefix = (siteId: SiteId): string => `sites/${siteId}/commits/`;
export const packsPrefix = (siteId: SiteId): string => `sites/${siteId}/packs/`;

/** `version` from 1; eight digits, so that names sort as numbers. */
export const recordName = (siteId: SiteId, version: number): string =>
	`${recordsPrefix(siteId)}${String(version).padStart(8, '0')}`;
export const commitName = (siteId: SiteId, seq: Sequence): string =>
	`${commitsPrefix(siteId)}${seq.toString(16).padStart(16, '0')}`;
export const packObjectName = (siteId: SiteId, name: PackName): string => `${packsPrefix(siteId)}${name.slice(0, 2)}/${name}`;
export const pairingName = (secretHash: Hash): string => `${pairingsPrefix}${secretHash}`;

export const chunkObjectName = (siteId: SiteId, object: ChunkObject): string =>
	object.kind === 'pack' ? packObjectName(siteId, object.name) : commitName(siteId, object.seq);

export type ParsedName =
	| { readonly kind: 'record'; readonly siteId: SiteId; readonly version: number }
	| { readonly kind: 'commit'; readonly siteId: SiteId; readonly seq: Sequence }
	| { readonly kind: 'pack'; readonly siteId: SiteId; readonly name: PackName }
	| { readonly kind: 'pairing'; readonly secretHash: Hash };

const sitePattern = /^sites\/([0-9a-f]{32})\/(?:site\/(\d{8})|commits\/([0-9a-f]{16})|packs\/([0-9a-f]{2})\/([0-9a-f]{64}))$/;
const pairingPattern = /^pairings\/([0-9a-f]{64})$/;

/** null for a name that FORMAT.md does not know. */
export function parseObjectName(name: string): ParsedName | null {
	const pairing = pairingPattern.exec(name)?.[1];
	if (pairing !== undefined) return { kind: 'pairing', secretHash: parseHash(pairing) };
	const [, site, version, seq, folder, pack] = sitePattern.exec(name) ?? [];
	if (site === undefined) return null;
	const siteId = parseSiteId(site);
	if (version !== undefined) return Number(version) > 0 ? { kind: 'record', siteId, version: Number(version) } : null;
	if (seq !== undefined) {
		const value = Number.parseInt(seq, 16);
		return Number.isSafeInteger(value) && value > 0 ? { kind: 'commit', siteId, seq: parseSequence(value) } : null;
	}
	return pack !== undefined && pack.slice(0, 2) === folder ? { kind: 'pack', siteId, name: parsePackName(pack) } : null;
}
