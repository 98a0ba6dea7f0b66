import type { DatabaseSync } from 'node:sqlite';
import type { Entries } from '../ports/index-store.ts';

/** A batch is cut here too, so that one of large values stays small. */
const batchBytesMax = 4 * 1024 * 1024;

type Row = { key: Uint8Array; value: Uint8Array | null };

/** Table of key → value or tombstone in a SQLite database: the newest write of a key wins. */
export class SqliteOverlay {
	static readonly schema = `
		CREATE TABLE IF NOT EXISTS overlay (key BLOB PRIMARY KEY, value BLOB, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
		CREATE INDEX IF NOT EXISTS overlay_seq ON overlay (seq);
	`;
	readonly #statements: Record<'put' | 'get' | 'from' | 'between' | 'after' | 'dropUpTo', ReturnType<DatabaseSync['prepare']>>;

	constructor(database: DatabaseSync) {
		this.#statements = {
			put: database.prepare('INSERT INTO overlay (key, value, seq) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, seq = excluded.seq'),
			get: database.prepare('SELECT value FROM overlay WHERE key = ?'),
			from: database.prepare('SELECT key, value FROM overlay WHERE key >= ? ORDER BY key LIMIT ?'),
			between: database.prepare('SELECT key, value FROM overlay WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
			after: database.prepare('SELECT key, value FROM overlay WHERE key >= ? AND seq > ? ORDER BY key LIMIT ?'),
			dropUpTo: database.prepare('DELETE FROM overlay WHERE seq <= ?'),
		};
	}

	/** Not a transaction of its own. */
	put(entries: Entries, seq: number): void {
		for (let i = 0; i < entries.keys.length; i++) {
			this.#statements.put.run(entries.keys[i]!, entries.values[i]!, seq);
		}
	}

	get(key: Uint8Array): { value: Uint8Array | null } | null {
		const row = this.#statements.get.get(key) as { value: Uint8Array | null } | undefined;
		return row === undefined ? null : { value: row.value };
	}

	range(from: Uint8Array, to: Uint8Array | null, batch: number): Generator<Entries> {
		return paged(from, (at) => (to === null ? this.#statements.from.iterate(at, batch) : this.#statements.between.iterate(at, to, batch)));
	}

	changedAfter(seq: number, batch: number): Generator<Entries> {
		return paged(Buffer.alloc(0), (at) => this.#statements.after.iterate(at, seq, batch));
	}

	dropUpTo(seq: number): void {
		this.#statements.dropUpTo.run(seq);
	}
}

/** Every batch is a query of its own, so that the table may be written between two of them. */
function* paged(from: Uint8Array, query: (at: Uint8Array) => Iterable<unknown>): Generator<Entries> {
	for (let at = from; ;) {
		const entries: Entries = { keys: [], values: [] };
		let bytes = 0;
		for (const row of query(at) as Iterable<Row>) {
			entries.keys.push(row.key);
			entries.values.push(row.value);
			bytes += row.key.length + (row.value?.length ?? 0);
			if (bytes > batchBytesMax) { break; }
		}
		const last = entries.keys.at(-1);
		if (last === undefined) { return; }
		yield entries;
		at = Buffer.concat([last, Buffer.of(0)]);
	}
}
