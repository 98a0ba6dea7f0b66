/**
 * The site's database, as Holdfast needs it: rows as bytes, in batches, in one snapshot; and the write side of a restore.
 *
 * Guarantees that callers build on
 * - A `Snapshot` of transactional tables shows one moment; other tables as they are when read.
 * - Nothing here waits for a lock of the site longer than a second (`DB_LOCK_WAIT`, to be tried later).
 * - Every value leaves and enters byte-exactly (FORMAT.md section 3 says how each type is read); generated columns are neither read nor written.
 * - Reading may be called twice; `applyRows` with equal arguments too, as long as the table has a key.
 * - All methods reject with HoldfastError.
 * Keys travel as a RowBatch whose rows hold only the key's columns, in the key's order (pickColumns makes them from rows).
 */
import type { HoldfastError } from '../errors.ts';
import type { RowBatch } from './row-batch.ts';

export interface Database {
	identity(): Promise<ServerIdentity>;
	/**
	 * Takes the server-wide lock `name` on the connection that stays open; at most one holder per server.
	 * Not re-entrant. @throws DB_WRITER_LOCK_TAKEN at once when another connection has it.
	 */
	acquireWriterLock(name: string): Promise<WriterLock>;
	listTables(scope: TableScope): Promise<TableListing>;
	/** Views whose name belongs to the scope, and triggers on its tables, with what makes them again exactly. */
	listDefinitions(scope: TableScope): Promise<Definition[]>;
	/** @throws DB_TABLE_GONE when there is no such base table. */
	readSchema(table: string): Promise<TableLayout>;
	/** Begins reading in one moment. The caller closes it; at most `snapshotsMax` are open at once, further calls wait. */
	openSnapshot(): Promise<Snapshot>;
	/** A connection for a restore's changes. The caller closes it. */
	openWriter(): Promise<Writer>;
	/**
	 * Ids of the connections of our own user (PROCESS right: of all) but for this object's own, for "left the process list".
	 * `ofThisDatabase`: only those that have this database open.
	 */
	connectionIds(only?: { ofThisDatabase: boolean }): Promise<Set<number>>;
	/** Who we are to the server, and who else it knows. */
	accounts(): Promise<Accounts>;
	/** Stored routines and events of this database, as `procedure NAME`: they are not backed up. */
	listRoutinesAndEvents(): Promise<string[]>;
	close(): Promise<void>;
}

/** Accounts as `user@host`; `all` null where this user may not see them. */
export interface Accounts {
	own: string;
	all: ReadonlySet<string> | null;
}

export interface ServerIdentity {
	version: string;
	flavour: 'mariadb' | 'mysql';
	/** The server's own id where it has one (MariaDB @@server_uid, MySQL @@server_uuid). */
	uid: string | null;
	hostname: string;
	port: number;
	database: string;
	/** The second in which the server process began, ms since 1970 by the server's clock: a change means a restart. */
	startedAtMs: number;
	/** For how long it runs by its own clock, in whole seconds that have begun or ended: ± 1, and wrong by what that clock was set since. */
	uptimeS: number;
	/** The server's clock now, ms since 1970. */
	nowMs: number;
	maxAllowedPacketBytes: number;
	readOnly: boolean;
	defaultEngine: string;
	/** @@lower_case_table_names: 0 names are told apart by case, 1 and 2 not. */
	lowerCaseTableNames: number;
	connectionId: number;
	/** Where its data lie, if the server runs on this machine; null elsewhere. */
	dataFolder: string | null;
}

export interface WriterLock {
	/** Resolves, never rejects, when the lock is no longer held without having been released. */
	readonly lost: Promise<HoldfastError>;
	/** Asks the server; false when another connection or none holds it. */
	isHeld(): Promise<boolean>;
	release(): Promise<void>;
}

export interface TableScope {
	prefix: string;
	/** Tables outside the prefix that belong to the site too: CUSTOM_USER_TABLE, CUSTOM_USER_META_TABLE. */
	shared?: readonly string[];
}

export interface TableInfo {
	name: string;
	kind: 'table' | 'view';
	/** Empty for a view. `null` with a reason in `broken` when the server cannot open it. */
	engine: string | null;
	broken: string | null;
	transactional: boolean;
	/** The server's guesses: may be wrong by half. */
	rowsEstimate: number;
	bytesEstimate: number;
	/** The next AUTO_INCREMENT value, null where the table has none. A 64-bit number. */
	nextAutoIncrement: bigint | null;
	shared: boolean;
}

export interface TableListing {
	tables: TableInfo[];
	/** Prefixes of other sites, longer than ours, and their tables: never read, never dropped. */
	neighbours: { prefix: string; tables: string[] }[];
}

export interface Definition {
	kind: 'view' | 'trigger';
	name: string;
	/** For a trigger, its table. */
	table: string | null;
	create: Buffer;
	definer: string;
	sqlMode: string;
	characterSet: string;
	collation: string;
}

/** How a column is selected: as is, `CAST(c AS DOUBLE)`, `CAST(c AS BINARY(n))`, its number `c + 0`, or not at all. */
export type ColumnReading = 'plain' | 'double' | 'binary16' | 'binary4' | 'number' | 'none';

export interface Column {
	name: string;
	/** As the server declares it: `bigint(20) unsigned`. */
	type: string;
	charset: string | null;
	collation: string | null;
	nullable: boolean;
	generated: boolean;
	invisible: boolean;
	autoIncrement: boolean;
	read: ColumnReading;
}

export interface KeyColumn {
	name: string;
	/** Which column of a row it is (generated columns do not count). */
	rowIndex: number;
	as: 'int' | 'uint' | 'bytes';
}

export interface TableLayout {
	name: string;
	engine: string;
	transactional: boolean;
	columns: Column[];
	key: { kind: 'primary' | 'unique' | 'row'; indexName: string | null; columns: KeyColumn[] };
	/** True where reading by the key's index yields ascending row keys (FORMAT.md section 2). */
	indexOrderIsByteOrder: boolean;
	/** The answer of SHOW CREATE TABLE, without AUTO_INCREMENT=. */
	create: Buffer;
	nextAutoIncrement: bigint | null;
	averageRowBytes: number;
}

export interface PageBounds {
	limitRows: number;
	/** At least one row is returned, however large. */
	limitBytes: number;
}

export interface Page {
	rows: RowBatch;
	/** False when the range or the condition has no more rows. */
	more: boolean;
}

/** `column = literal` as a statement on the site had it; and-ed in a list. Null means IS NULL. */
export interface Equals {
	column: string;
	literal: { kind: 'text'; charset: string; bytes: Uint8Array } | { kind: 'number'; digits: string } | null;
}

export interface Snapshot {
	/** The server's clock when it was opened, ms since 1970. */
	readonly takenAtMs: number;
	readonly connectionId: number;
	readSchema(table: string): Promise<TableLayout>;
	/**
	 * Rows with one of these keys; keys without a row are simply absent. Where the key has a collation, a row that is equal
	 * under it and not in bytes may be among them (too much, never too little). Order is not defined.
	 */
	readRowsByKeys(layout: TableLayout, keys: RowBatch): Promise<RowBatch>;
	/** Rows after `afterKey` (exclusive) up to `untilKey` (inclusive) in the order of the key's index. Needs a key. */
	readRange(
		layout: TableLayout,
		range: { afterKey?: Uint8Array | null; untilKey?: Uint8Array | null },
		bounds: PageBounds,
	): Promise<Page>;
	/** Rows for which one of the conjunctions holds. A page with `more` did not fit: widen to range or table. */
	readWhere(layout: TableLayout, alternatives: readonly (readonly Equals[])[], bounds: PageBounds): Promise<Page>;
	/**
	 * Some columns of the rows for which one of the conjunctions holds; without any, of all rows. Rows of the batches hold these columns
	 * only, in this order. Streamed: the server waits while the consumer does. @throws DB_STATEMENT for a column that is not there
	 */
	readColumns(layout: TableLayout, columns: readonly string[], alternatives?: readonly (readonly Equals[])[]): AsyncGenerator<RowBatch, void, void>;
	/** All rows in physical order, in batches of about `batchBytes`; the server waits while the consumer does. For tables without a key. */
	readAll(layout: TableLayout, batchBytes?: number): AsyncGenerator<RowBatch, void, void>;
	maxAutoIncrement(layout: TableLayout): Promise<bigint | null>;
	/** Ends the transaction; safe to call twice. */
	close(): Promise<void>;
}

export interface RowChanges {
	/** Keys whose rows go away, by exact bytes. Tables with a key. */
	deleteKeys?: RowBatch;
	/** Whole rows of which each removes one equal row. Tables without a key; a row that is not there is counted as missing. */
	deleteRows?: RowBatch;
	insertRows?: RowBatch;
}

export interface ChangeCounts {
	deleted: number;
	inserted: number;
	missing: number;
	/** What the server changed while storing, in its words; at most `warningsMax`. Empty means every value was kept as sent. */
	warnings: string[];
}

/** Session settings that a view or trigger was made under. */
export interface DefinitionSession {
	sqlMode: string;
	characterSet: string;
	collation: string;
}

export interface Writer {
	/** From here all changes are one transaction, until commit or rollback. DDL inside it would commit it: refused. */
	begin(): Promise<void>;
	commit(): Promise<void>;
	rollback(): Promise<void>;
	/**
	 * Deletes, then inserts. Outside begin/commit in own transactions of about `transactionBytesMax`.
	 * @throws DB_ROW_TOO_BIG before anything of this call is sent, when one row is above max_allowed_packet.
	 */
	applyRows(layout: TableLayout, changes: RowChanges): Promise<ChangeCounts>;
	/** Runs one statement of DDL. `session` is set for it and put back after. */
	execute(sql: string | Uint8Array, session?: DefinitionSession): Promise<{ affectedRows: number; warnings: string[] }>;
	/** Raises a table's next AUTO_INCREMENT to `next`; never lowers it. */
	raiseAutoIncrement(table: string, next: bigint): Promise<void>;
	close(): Promise<void>;
}
