import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PlanOperation, Plans, PlanStore, PlanTable } from '../ports/plan-store.ts';
import { inTransaction } from './sqlite-transaction.ts';

const batchRowsMax = 1000;
const batchBytesMax = 4 * 1024 * 1024;
const ending = '.sqlite';

const schema = `
	CREATE TABLE IF NOT EXISTS operation (key BLOB PRIMARY KEY, live BLOB, target BLOB, staged BLOB, whole BLOB) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS site_table (name TEXT PRIMARY KEY, how TEXT NOT NULL, incarnation INTEGER, live_incarnation INTEGER, target BLOB) STRICT;
	CREATE TABLE IF NOT EXISTS waiting (path BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
`;

/** Plans as SQLite files `<id>.sqlite` in the folder `plans/` of the state folder. */
export function sqlitePlans(folder: string): Plans {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const pathOf = (id: string): string => {
		if (!/^[0-9a-f]{1,64}$/.test(id)) { throw new Error('a plan id is lower-case hex'); }
		return join(folder, id + ending);
	};
	const remove = (path: string): void => {
		for (const end of ['', '-wal', '-shm']) { rmSync(path + end, { force: true }); }
	};
	return {
		create: (id) => new SqlitePlan(pathOf(id)),
		open: (id) => (/^[0-9a-f]{1,64}$/.test(id) && existsSync(pathOf(id)) ? new SqlitePlan(pathOf(id)) : null),
		list: () => readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name)).map((name) => name.slice(0, -ending.length)),
		remove: (id) => remove(pathOf(id)),
		scratch() {
			const path = join(folder, `.scratch-${randomBytes(8).toString('hex')}${ending}`);
			return new SqlitePlan(path, () => remove(path));
		},
	};
}

class SqlitePlan implements PlanStore {
	readonly #database: DatabaseSync;
	readonly #onClose: () => void;
	readonly #statements: Record<'put' | 'remove' | 'get' | 'from' | 'keys' | 'stage' | 'wait' | 'waiting' | 'whole' | 'setTable' | 'tables' | 'fact' | 'setFact', ReturnType<DatabaseSync['prepare']>>;

	constructor(path: string, onClose: () => void = () => {}) {
		this.#onClose = onClose;
		const database = new DatabaseSync(path);
		this.#database = database;
		// A killed process loses nothing; what a power cut may lose is written again, until sync() makes it durable.
		database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; ${schema}`);
		// Node.js 22 binds nothing to numbered parameters.
		const bounds = 'WHERE key >= ? AND (? IS NULL OR key < ?) ORDER BY key LIMIT ?';
		this.#statements = {
			put: database.prepare('INSERT INTO operation (key, live, target) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET live = excluded.live, target = excluded.target, staged = NULL, whole = NULL'),
			remove: database.prepare('DELETE FROM operation WHERE key = ?'),
			get: database.prepare('SELECT key, live, target, staged, whole FROM operation WHERE key = ?'),
			from: database.prepare(`SELECT key, live, target, staged, whole FROM operation ${bounds}`),
			keys: database.prepare(`SELECT key FROM operation ${bounds}`),
			stage: database.prepare('UPDATE operation SET staged = ? WHERE key = ?'),
			wait: database.prepare('INSERT OR IGNORE INTO waiting (path) VALUES (?)'),
			waiting: database.prepare('SELECT path FROM waiting'),
			whole: database.prepare('UPDATE operation SET whole = ? WHERE key = ?'),
			setTable: database.prepare('INSERT OR REPLACE INTO site_table (name, how, incarnation, live_incarnation, target) VALUES (?, ?, ?, ?, ?)'),
			tables: database.prepare('SELECT name, how, incarnation, live_incarnation AS liveIncarnation, target FROM site_table ORDER BY name'),
			fact: database.prepare('SELECT json FROM fact WHERE name = ?'),
			setFact: database.prepare('INSERT OR REPLACE INTO fact (name, json) VALUES (?, ?)'),
		};
	}

	put(operations: readonly Pick<PlanOperation, 'key' | 'live' | 'target'>[]): void {
		inTransaction(this.#database, () => {
			for (const { key, live, target } of operations) { this.#statements.put.run(key, live, target); }
		});
	}

	remove(keys: readonly Uint8Array[]): void {
		inTransaction(this.#database, () => {
			for (const key of keys) { this.#statements.remove.run(key); }
		});
	}

	get(key: Uint8Array): PlanOperation | null {
		return (this.#statements.get.get(key) as PlanOperation | undefined) ?? null;
	}

	range(from: Uint8Array, to: Uint8Array | null): Generator<PlanOperation[]> {
		return paged(from, (at) => this.#statements.from.iterate(at, to, to, batchRowsMax) as Iterable<PlanOperation>, (one) => one.key, bytesOf);
	}

	*keys(from: Uint8Array, to: Uint8Array | null): Generator<Uint8Array[]> {
		const rows = paged(from, (at) => this.#statements.keys.iterate(at, to, to, batchRowsMax) as Iterable<{ key: Uint8Array }>, (one) => one.key, (one) => one.key.length);
		for (const batch of rows) { yield batch.map((row) => row.key); }
	}

	setStaged(staged: readonly { key: Uint8Array; path: Uint8Array }[]): void {
		inTransaction(this.#database, () => {
			for (const { key, path } of staged) {
				this.#statements.wait.run(path);
				this.#statements.stage.run(path, key);
			}
		});
	}

	waiting(): Uint8Array[] {
		return (this.#statements.waiting.all() as { path: Uint8Array }[]).map((row) => row.path);
	}

	forgetWaiting(): void {
		inTransaction(this.#database, () => { this.#database.exec('DELETE FROM waiting; UPDATE operation SET staged = NULL WHERE staged IS NOT NULL'); });
	}

	setWhole(key: Uint8Array, whole: Uint8Array): void {
		this.#statements.whole.run(whole, key);
	}

	setTable(table: PlanTable): void {
		this.#statements.setTable.run(table.name, table.how, table.incarnation, table.liveIncarnation, table.target);
	}

	tables(): PlanTable[] {
		return this.#statements.tables.all() as PlanTable[];
	}

	fact(name: string): unknown {
		const row = this.#statements.fact.get(name) as { json: string } | undefined;
		return row === undefined ? null : (JSON.parse(row.json) as unknown);
	}

	setFact(name: string, value: unknown): void {
		this.#statements.setFact.run(name, JSON.stringify(value));
	}

	sync(): void {
		this.#database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = NORMAL;');
	}

	close(): void {
		this.#database.close();
		this.#onClose();
	}
}

const bytesOf = ({ key, live, target, whole }: PlanOperation): number => key.length + (live?.length ?? 0) + (target?.length ?? 0) + (whole?.length ?? 0);

/** Every batch is a query of its own, so that the table may be written in between. */
function* paged<T>(from: Uint8Array, query: (at: Uint8Array) => Iterable<T>, keyOf: (row: T) => Uint8Array, bytes: (row: T) => number): Generator<T[]> {
	for (let at = from; ;) {
		const batch: T[] = [];
		let size = 0;
		for (const row of query(at)) {
			batch.push(row);
			size += bytes(row);
			if (size > batchBytesMax) { break; }
		}
		const last = batch.at(-1);
		if (last === undefined) { return; }
		yield batch;
		at = Buffer.concat([keyOf(last), Buffer.of(0)]);
	}
}
