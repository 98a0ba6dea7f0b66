import type { ChunkId, Hash, PackName, SiteId } from '@holdfast/protocol';
import {
	type Catalog,
	type CatalogSite,
	type ChunkObject,
	type ChunkPlace,
	type CommitRow,
	type IndexedChunk,
	type KnownSecret,
	OtherCommitError,
	type PackRow,
	type PairingSecret,
	type SiteRow,
	TokenInUseError,
	UnknownSiteError,
} from '../ports/catalog.ts';
import { chunkObjectKey } from './chunkObjectKey.ts';

interface SiteInMemory {
	row: SiteRow;
	storedBytes: number;
	readonly packs: Map<PackName, PackRow>;
	readonly commits: Map<number, CommitRow>;
	/** All places of a chunk, by the key of the object. */
	readonly chunks: Map<ChunkId, Map<string, ChunkPlace>>;
}

/** The catalog in memory, for tests. */
export function memoryCatalog(): Catalog {
	const sites = new Map<SiteId, SiteInMemory>();
	const secrets = new Map<Hash, PairingSecret>();
	const uses = new Map<Hash, NonNullable<KnownSecret['usedBy']>>();

	const view = (site: SiteInMemory): CatalogSite => ({ ...site.row, storedBytes: site.storedBytes, commits: site.commits.size });

	function require_(siteId: SiteId): SiteInMemory {
		const site = sites.get(siteId);
		if (site === undefined) throw new UnknownSiteError(siteId);
		return site;
	}

	function addChunks(site: SiteInMemory, object: ChunkObject, chunks: readonly IndexedChunk[]): void {
		const key = chunkObjectKey(object).toString('hex');
		for (const { id, offset, length } of chunks) {
			const places = site.chunks.get(id) ?? new Map<string, ChunkPlace>();
			places.set(key, { object, offset, length });
			site.chunks.set(id, places);
		}
	}

	const ascending = (site: SiteInMemory): CommitRow[] => [...site.commits.values()].sort((a, b) => a.seq - b.seq);

	return {
		site: async (siteId) => {
			const site = sites.get(siteId);
			return site === undefined ? null : view(site);
		},
		siteByTokenHash: async (tokenHash) => {
			const site = [...sites.values()].find(({ row }) => row.tokenHash === tokenHash);
			return site === undefined ? null : view(site);
		},
		siteByReadHash: async (readHash) => {
			const site = [...sites.values()].filter(({ row }) => row.readHash === readHash).sort((a, b) => (a.row.siteId < b.row.siteId ? -1 : 1))[0];
			return site === undefined ? null : view(site);
		},
		sites: async () => [...sites.values()].map(view).sort((a, b) => (a.siteId < b.siteId ? -1 : 1)),

		putSite: async (row) => {
			const known = sites.get(row.siteId);
			const counts = known === undefined || known.row.version <= row.version;
			const held = [...sites.values()].some((other) => other.row.siteId !== row.siteId && other.row.tokenHash === row.tokenHash);
			if (counts && held && row.tokenHash !== null) throw new TokenInUseError();
			if (!uses.has(row.pairing)) uses.set(row.pairing, { siteId: row.siteId, writer: row.writer });
			if (known === undefined)
				sites.set(row.siteId, { row, storedBytes: 0, packs: new Map(), commits: new Map(), chunks: new Map() });
			else if (counts) known.row = row;
		},

		putSecret: async (secret) => {
			if (!secrets.has(secret.secretHash)) secrets.set(secret.secretHash, { ...secret });
		},
		secret: async (secretHash) => {
			const secret = secrets.get(secretHash);
			return secret === undefined ? null : { ...secret, usedBy: uses.get(secretHash) ?? null };
		},

		addPack: async (siteId, pack, chunks) => {
			const site = require_(siteId);
			if (site.packs.has(pack.name)) return;
			site.packs.set(pack.name, { ...pack });
			addChunks(site, { kind: 'pack', name: pack.name }, chunks);
			site.storedBytes += pack.size;
		},
		pack: async (siteId, name) => sites.get(siteId)?.packs.get(name) ?? null,
		packs: async (siteId, after, limit) =>
			[...(sites.get(siteId)?.packs.values() ?? [])]
				.filter(({ name }) => name > after)
				.sort((a, b) => (a.name < b.name ? -1 : 1))
				.slice(0, limit),

		addCommit: async (siteId, commit, chunks) => {
			const site = require_(siteId);
			const known = site.commits.get(commit.seq);
			if (known?.headerHash === commit.headerHash) return;
			if (known !== undefined) throw new OtherCommitError(siteId, commit.seq);
			site.commits.set(commit.seq, { ...commit });
			addChunks(site, { kind: 'commit', seq: commit.seq }, chunks);
			site.storedBytes += commit.size;
		},
		commit: async (siteId, seq) => sites.get(siteId)?.commits.get(seq) ?? null,
		head: async (siteId) => {
			const site = sites.get(siteId);
			const last = site === undefined ? undefined : ascending(site).at(-1);
			return last === undefined ? null : { seq: last.seq, headerHash: last.headerHash, receivedAt: last.receivedAt };
		},
		commits: async (siteId, after, limit, bytesMax) => {
			const site = sites.get(siteId);
			let bytes = 0;
			return (site === undefined ? [] : ascending(site))
				.filter(({ seq }) => seq > after)
				.slice(0, limit)
				.filter(({ header }) => {
					const fits = bytes <= bytesMax;
					bytes += header.byteLength;
					return fits;
				});
		},

		missingChunks: async (siteId, ids) => {
			const { chunks } = require_(siteId);
			return [...new Set(ids)].filter((id) => !chunks.has(id));
		},
		places: async (siteId, ids) => {
			const { chunks } = require_(siteId);
			const found = new Map<ChunkId, ChunkPlace>();
			for (const id of ids) {
				const first = [...(chunks.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))[0];
				if (first !== undefined) found.set(id, first[1]);
			}
			return found;
		},

		close: () => Promise.resolve(),
	};
}
