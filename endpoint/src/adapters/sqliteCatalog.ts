import { DatabaseSync } from 'node:sqlite';
import type { Hash, PackName, Sequence, SiteId, WriterId } from '@holdfast/protocol';
import { Kysely, type Selectable } from 'kysely';
import {
	type Catalog,
	type CatalogSite,
	type CommitRow,
	OtherCommitError,
	type SiteRow,
	TokenInUseError,
	UnknownSiteError,
} from '../ports/catalog.ts';
import { type Db, addChunks, missingChunks, placesOf } from './sqliteChunks.ts';
import { nodeSqliteDialect } from './sqliteDialect.ts';
import { type CatalogTables, prepareSchema } from './sqliteSchema.ts';

/** How long a statement waits for another process (`holdfast-endpoint pair`) to finish its write. */
const busyMsMax = 5_000;

/**
 * The catalog in one SQLite file, or null where another version of this program made the file (then it is built anew).
 *
 * synchronous=NORMAL: in WAL mode a power cut may take the latest transactions back, but never tears the file. That is
 * enough, because the object was durable before and start-up reads in every object that the catalog does not know.
 * It saves an fsync per commit. A mere kill of the process loses nothing.
 */
export function openSqliteCatalog(path: string): Catalog | null {
	const database = new DatabaseSync(path, { timeout: busyMsMax });
	try {
		database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
		if (prepareSchema(database) === 'stale') {
			database.close();
			return null;
		}
	} catch (error) {
		database.close();
		throw error;
	}
	return sqliteCatalog(new Kysely<CatalogTables>({ dialect: nodeSqliteDialect(database) }));
}

function sqliteCatalog(db: Kysely<CatalogTables>): Catalog {
	async function requireSite(tables: Db, siteId: SiteId): Promise<number> {
		const row = await tables.selectFrom('sites').select('site').where('siteId', '=', siteId).executeTakeFirst();
		if (row === undefined) throw new UnknownSiteError(siteId);
		return row.site;
	}

	async function grow(tables: Db, site: number, bytes: number, commits: number): Promise<void> {
		await tables
			.updateTable('sites')
			.set((is) => ({ storedBytes: is('storedBytes', '+', bytes), commits: is('commits', '+', commits) }))
			.where('site', '=', site)
			.execute();
	}

	const toCommit = ({ site: _, ...row }: Selectable<CatalogTables['commits']>): CommitRow => ({
		...row,
		seq: row.seq as Sequence,
		headerHash: row.headerHash as Hash,
	});

	return {
		site: async (siteId) => {
			const row = await db.selectFrom('sites').selectAll().where('siteId', '=', siteId).executeTakeFirst();
			return row === undefined ? null : toSite(row);
		},
		siteByTokenHash: async (tokenHash) => {
			const row = await db.selectFrom('sites').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
			return row === undefined ? null : toSite(row);
		},
		siteByReadHash: async (readHash) => {
			const row = await db.selectFrom('sites').selectAll().where('readHash', '=', readHash).orderBy('siteId').executeTakeFirst();
			return row === undefined ? null : toSite(row);
		},
		sites: async () => (await db.selectFrom('sites').selectAll().orderBy('siteId').execute()).map(toSite),

		putSite: (site) =>
			db.transaction().execute(async (tables) => {
				await tables
					.insertInto('secretUses')
					.values({ secretHash: site.pairing, siteId: site.siteId, writer: site.writer })
					.onConflict((conflict) => conflict.doNothing())
					.execute();
				const known = await tables.selectFrom('sites').select('version').where('siteId', '=', site.siteId).executeTakeFirst();
				if (known !== undefined && known.version > site.version) return;
				if (site.tokenHash !== null) {
					const holder = await tables
						.selectFrom('sites')
						.select('siteId')
						.where('tokenHash', '=', site.tokenHash)
						.executeTakeFirst();
					if (holder !== undefined && holder.siteId !== site.siteId) throw new TokenInUseError();
				}
				const row = { version: site.version, record: JSON.stringify(site), tokenHash: site.tokenHash, readHash: site.readHash };
				await tables
					.insertInto('sites')
					.values({ site: await nextSite(tables), siteId: site.siteId, ...row, storedBytes: 0, commits: 0 })
					.onConflict((conflict) => conflict.column('siteId').doUpdateSet(row))
					.execute();
			}),

		putSecret: async (secret) => {
			await db
				.insertInto('secrets')
				.values({ ...secret })
				.onConflict((conflict) => conflict.doNothing())
				.execute();
		},
		secret: async (secretHash) => {
			const row = await db.selectFrom('secrets').selectAll().where('secretHash', '=', secretHash).executeTakeFirst();
			if (row === undefined) return null;
			const use = await db.selectFrom('secretUses').selectAll().where('secretHash', '=', secretHash).executeTakeFirst();
			return {
				secretHash,
				createdAt: row.createdAt,
				expiresAt: row.expiresAt,
				siteId: row.siteId as SiteId | null,
				usedBy: use === undefined ? null : { siteId: use.siteId as SiteId, writer: use.writer as WriterId },
			};
		},

		addPack: (siteId, pack, chunks) =>
			db.transaction().execute(async (tables) => {
				const site = await requireSite(tables, siteId);
				const name = Buffer.from(pack.name, 'hex');
				const known = await tables
					.selectFrom('packs')
					.select('name')
					.where('site', '=', site)
					.where('name', '=', name)
					.executeTakeFirst();
				if (known !== undefined) return;
				await tables.insertInto('packs').values({ site, name, size: pack.size, chunks: pack.chunks }).execute();
				await addChunks(tables, site, { kind: 'pack', name: pack.name }, chunks);
				await grow(tables, site, pack.size, 0);
			}),
		pack: async (siteId, name) => {
			const row = await db
				.selectFrom('packs')
				.innerJoin('sites', 'sites.site', 'packs.site')
				.select(['packs.size', 'packs.chunks'])
				.where('siteId', '=', siteId)
				.where('name', '=', Buffer.from(name, 'hex'))
				.executeTakeFirst();
			return row === undefined ? null : { name, ...row };
		},
		packs: async (siteId, after, limit) => {
			const rows = await db
				.selectFrom('packs')
				.innerJoin('sites', 'sites.site', 'packs.site')
				.select(['packs.name', 'packs.size', 'packs.chunks'])
				.where('siteId', '=', siteId)
				.where('name', '>', Buffer.from(after, 'hex'))
				.orderBy('name')
				.limit(limit)
				.execute();
			return rows.map(({ name, ...row }) => ({ name: Buffer.from(name).toString('hex') as PackName, ...row }));
		},

		addCommit: (siteId, commit, chunks) =>
			db.transaction().execute(async (tables) => {
				const site = await requireSite(tables, siteId);
				const known = await tables
					.selectFrom('commits')
					.select('headerHash')
					.where('site', '=', site)
					.where('seq', '=', commit.seq)
					.executeTakeFirst();
				if (known?.headerHash === commit.headerHash) return;
				if (known !== undefined) throw new OtherCommitError(siteId, commit.seq);
				await tables
					.insertInto('commits')
					.values({ ...commit, site })
					.execute();
				await addChunks(tables, site, { kind: 'commit', seq: commit.seq }, chunks);
				await grow(tables, site, commit.size, 1);
			}),
		commit: async (siteId, seq) => {
			const row = await commitsOf(db, siteId).where('seq', '=', seq).executeTakeFirst();
			return row === undefined ? null : toCommit(row);
		},
		head: async (siteId) => {
			const row = await db
				.selectFrom('commits')
				.innerJoin('sites', 'sites.site', 'commits.site')
				.select(['seq', 'headerHash', 'receivedAt'])
				.where('siteId', '=', siteId)
				.orderBy('seq', 'desc')
				.executeTakeFirst();
			return row === undefined
				? null
				: { seq: row.seq as Sequence, headerHash: row.headerHash as Hash, receivedAt: row.receivedAt };
		},
		commits: async (siteId, after, limit, bytesMax) => {
			const commits: CommitRow[] = [];
			/* A few at a time: a header may be as large as 4 MiB. */
			for (let bytes = 0; commits.length < limit && bytes <= bytesMax;) {
				const rows = await commitsOf(db, siteId)
					.where('seq', '>', commits.at(-1)?.seq ?? after)
					.orderBy('seq')
					.limit(Math.min(limit - commits.length, 16))
					.execute();
				if (rows.length === 0) break;
				for (const row of rows) {
					if (bytes > bytesMax) break;
					bytes += row.header.byteLength;
					commits.push(toCommit(row));
				}
			}
			return commits;
		},

		missingChunks: async (siteId, ids) => missingChunks(db, await requireSite(db, siteId), ids),
		places: async (siteId, ids) => placesOf(db, await requireSite(db, siteId), ids),

		close: () => db.destroy(),
	};
}

function commitsOf(db: Db, siteId: SiteId) {
	return db
		.selectFrom('commits')
		.selectAll('commits')
		.innerJoin('sites', 'sites.site', 'commits.site')
		.where('siteId', '=', siteId);
}

async function nextSite(tables: Db): Promise<number> {
	const row = await tables.selectFrom('sites').select('site').orderBy('site', 'desc').executeTakeFirst();
	return (row?.site ?? 0) + 1;
}

function toSite(row: Selectable<CatalogTables['sites']>): CatalogSite {
	return { ...(JSON.parse(row.record) as SiteRow), storedBytes: row.storedBytes, commits: row.commits };
}
