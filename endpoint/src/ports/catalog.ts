import type { Binding, ChunkId, Hash, PackName, Sequence, SiteId, WriterId } from '@holdfast/protocol';

/**
 * The catalog: what is in the object store, in a form that can be asked quickly. It holds nothing that cannot be read
 * from the objects again (`store/readIn.ts`), so losing it costs time only.
 *
 * What every adapter guarantees (contract suite: `adapters/catalog.contract.ts`):
 *
 * - Atomic: each call happens whole or not at all, also across a crash.
 * - Idempotent: every `put…` and `add…` may be repeated with the same arguments, and may come in any order between
 *   different objects, because start-up and `reindex` read objects in the order of their names. The state that results
 *   is the same for every order.
 * - Read your writes: what a call added is seen by every call that begins after it returned.
 * - Not necessarily durable: after a power cut the latest calls may be missing (never half of one). Nobody is harmed:
 *   the object was durable before the call, and start-up reads in what the catalog does not have.
 *
 * All ids and hashes are lower-case hex, times are milliseconds since 1970, sizes are bytes.
 */
export interface Catalog {
	/** The site as its newest record says, or null. */
	site(siteId: SiteId): Promise<CatalogSite | null>;
	siteByTokenHash(tokenHash: Hash): Promise<CatalogSite | null>;
	/** Of several (nobody draws the same key twice) the first by id. */
	siteByReadHash(readHash: Hash): Promise<CatalogSite | null>;
	/** All sites, ascending by id. An endpoint has few: people host it for themselves. */
	sites(): Promise<CatalogSite[]>;
	/**
	 * Takes in one version of a site's record: the highest version counts, every version uses up the pairing secret
	 * that it names. Throws TokenInUseError where another site's newest record has that token.
	 */
	putSite(site: SiteRow): Promise<void>;

	/** Throws nothing where the secret is known: the first one stays. */
	putSecret(secret: PairingSecret): Promise<void>;
	secret(secretHash: Hash): Promise<KnownSecret | null>;

	/** Throws UnknownSiteError without its site. The site's figures go up once, however often it is called. */
	addPack(siteId: SiteId, pack: PackRow, chunks: readonly IndexedChunk[]): Promise<void>;
	pack(siteId: SiteId, name: PackName): Promise<PackRow | null>;

	/** Packs with a name > `after` (a name, or empty for the first), ascending, at most `limit`. */
	packs(siteId: SiteId, after: string, limit: number): Promise<PackRow[]>;

	/** As addPack. Throws OtherCommitError where that sequence holds a commit with another header hash. */
	addCommit(siteId: SiteId, commit: CommitRow, chunks: readonly IndexedChunk[]): Promise<void>;
	commit(siteId: SiteId, seq: Sequence): Promise<CommitRow | null>;
	/** The commit with the highest sequence, without its header, or null. */
	head(siteId: SiteId): Promise<CatalogHead | null>;
	/** Commits with a sequence > `after`, ascending: at most `limit`, and no more after headers exceed `bytesMax`; at least one if there is one. */
	commits(siteId: SiteId, after: number, limit: number, bytesMax: number): Promise<CommitRow[]>;

	/** Which of these ids are not live, in the order asked, each once. */
	missingChunks(siteId: SiteId, ids: readonly ChunkId[]): Promise<ChunkId[]>;
	/** Where live chunks lie. Of several places the one that sorts first (commits before packs), so that answers do not depend on the order of arrival. */
	places(siteId: SiteId, ids: readonly ChunkId[]): Promise<Map<ChunkId, ChunkPlace>>;

	close(): Promise<void>;
}

/** One version of a site's record, as the object store has it. FORMAT.md section 12. */
export interface SiteRow {
	readonly siteId: SiteId;
	/** The number in the object's name, from 1. */
	readonly version: number;
	readonly createdAt: number;
	readonly label: string;
	readonly home: string;
	readonly binding: Binding;
	readonly writer: WriterId;
	/** null lets nobody in: the newest record is damaged, and an older one must not bring back a token that was replaced. */
	readonly tokenHash: Hash | null;
	/** SHA-256 of the reading token; null where it is not known. */
	readonly readHash: Hash | null;
	readonly sealed: boolean;
	/** The root key under the endpoint's master key, hex; null for a sealed site. */
	readonly wrappedKey: string | null;
	/** SHA-256 of the pairing secret that made this version. */
	readonly pairing: Hash;
}

export interface CatalogSite extends SiteRow {
	/** Sum of the sizes of its packs and commits. */
	readonly storedBytes: number;
	readonly commits: number;
}

/** A pairing secret that the owner made: kept as its SHA-256. */
export interface PairingSecret {
	readonly secretHash: Hash;
	readonly createdAt: number;
	readonly expiresAt: number;
	/** The site that it lets another writer take over, or null for a new pairing. */
	readonly siteId: SiteId | null;
}

export interface KnownSecret extends PairingSecret {
	readonly usedBy: { readonly siteId: SiteId; readonly writer: WriterId } | null;
}

export interface PackRow {
	readonly name: PackName;
	/** Size of the object. */
	readonly size: number;
	readonly chunks: number;
}

export interface CatalogHead {
	readonly seq: Sequence;
	/** SHA-256 of the header: with `seq` the position. */
	readonly headerHash: Hash;
	readonly receivedAt: number;
}

export interface CommitRow extends CatalogHead {
	/** The header as received. */
	readonly header: Uint8Array;
	/** Size of the object (the envelope). */
	readonly size: number;
	/** Where in the object the sealed manifest chunk lies. */
	readonly manifestOffset: number;
	readonly manifestLength: number;
}

/** A chunk in the pack or commit that is being added: `offset` counts from the start of the object. */
export interface IndexedChunk {
	readonly id: ChunkId;
	readonly offset: number;
	readonly length: number;
}

export type ChunkObject =
	{ readonly kind: 'commit'; readonly seq: Sequence } | { readonly kind: 'pack'; readonly name: PackName };

export interface ChunkPlace {
	readonly object: ChunkObject;
	readonly offset: number;
	readonly length: number;
}

export class TokenInUseError extends Error {
	override readonly name = 'TokenInUseError';
	constructor() {
		super('Another site has this token');
	}
}

export class UnknownSiteError extends Error {
	override readonly name = 'UnknownSiteError';
	constructor(siteId: SiteId) {
		super(`The catalog has no site ${siteId}`);
	}
}

export class OtherCommitError extends Error {
	override readonly name = 'OtherCommitError';
	constructor(siteId: SiteId, seq: Sequence) {
		super(`The catalog has another commit ${seq} of site ${siteId}`);
	}
}
