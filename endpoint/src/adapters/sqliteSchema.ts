import type { DatabaseSync } from 'node:sqlite';

/** Raised with every change of the tables. The catalog is a cache: another number means that it is built anew. */
export const catalogSchemaVersion = 2;

/** Tables as Kysely sees them. Ids of chunks and packs are bytes, because there are millions of them. */
export interface CatalogTables {
	sites: {
		site: number;
		siteId: string;
		version: number;
		/** JSON of the record's other members (SiteRow). */
		record: string;
		tokenHash: string | null;
		readHash: string | null;
		storedBytes: number;
		commits: number;
	};
	secrets: { secretHash: string; createdAt: number; expiresAt: number; siteId: string | null };
	secretUses: { secretHash: string; siteId: string; writer: string };
	packs: { site: number; name: Uint8Array; size: number; chunks: number };
	commits: {
		site: number;
		seq: number;
		headerHash: string;
		receivedAt: number;
		header: Uint8Array;
		size: number;
		manifestOffset: number;
		manifestLength: number;
	};
	/** `object`: 0 and `u64` sequence for a commit, 1 and the name's 32 bytes for a pack. So commits sort before packs. */
	chunks: { site: number; id: Uint8Array; object: Uint8Array; offset: number; length: number };
}

const schema = `
	create table sites (
		site integer primary key, siteId text not null unique, version integer not null, record text not null,
		tokenHash text unique, readHash text, storedBytes integer not null, commits integer not null
	) strict;
	create index sitesByReadHash on sites (readHash);
	create table secrets (
		secretHash text primary key, createdAt integer not null, expiresAt integer not null, siteId text
	) strict, without rowid;
	create table secretUses (
		secretHash text primary key, siteId text not null, writer text not null
	) strict, without rowid;
	create table packs (
		site integer not null references sites, name blob not null, size integer not null, chunks integer not null,
		primary key (site, name)
	) strict, without rowid;
	create table commits (
		site integer not null references sites, seq integer not null, headerHash text not null, receivedAt integer not null,
		header blob not null, size integer not null, manifestOffset integer not null, manifestLength integer not null,
		primary key (site, seq)
	) strict;
	create table chunks (
		site integer not null references sites, id blob not null, object blob not null, offset integer not null,
		length integer not null, primary key (site, id, object)
	) strict, without rowid;
`;

/** `ready`, or `stale` where another version of this program made the tables. */
export function prepareSchema(database: DatabaseSync): 'ready' | 'stale' {
	database.exec('begin immediate');
	try {
		const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number };
		if (version === 0) {
			database.exec(schema);
			database.exec(`pragma user_version = ${catalogSchemaVersion}`);
		}
		database.exec('commit');
		return version === 0 || version === catalogSchemaVersion ? 'ready' : 'stale';
	} catch (error) {
		if (database.isTransaction) database.exec('rollback');
		throw error;
	}
}
