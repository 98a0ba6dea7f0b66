import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { compareBytes } from '@holdfast/protocol';
import type { Entries } from '../ports/index-store.ts';
import type { OpenSorter, Sorter } from '../ports/sorter.ts';

const memoryBytesMaxDefault = 32 * 1024 * 1024;
/** What an entry costs beside its bytes, about. */
const entryCostBytes = 400;
const batchEntries = 1024;

type Held = { key: Uint8Array; value: Uint8Array; count: number };

/** Sorters that hold `memoryBytesMax` in memory and the rest in a temporary SQLite file in `folder`. */
export const sqliteSorters = (folder: string, memoryBytesMax: number = memoryBytesMaxDefault): OpenSorter => () => new SqliteSorter(folder, memoryBytesMax);

class SqliteSorter implements Sorter {
	readonly #memoryBytesMax: number;
	readonly #path: string;
	#held = new Map<string, Held>();
	#heldBytes = 0;
	#database: DatabaseSync | null = null;

	constructor(folder: string, memoryBytesMax: number) {
		this.#memoryBytesMax = memoryBytesMax;
		this.#path = join(folder, `sort-${randomBytes(6).toString('hex')}.sqlite`);
	}

	add(key: Uint8Array, value: Uint8Array): void {
		const name = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
		const known = this.#held.get(name);
		if (known !== undefined) {
			known.count++;
			return;
		}
		this.#held.set(name, { key: Buffer.from(key), value: Buffer.from(value), count: 1 });
		this.#heldBytes += key.length * 2 + value.length + entryCostBytes;
		if (this.#heldBytes > this.#memoryBytesMax) {
			this.#spill();
		}
	}

	*sorted(): IterableIterator<Entries & { counts: number[] }> {
		if (this.#database === null) {
			const held = [...this.#held.values()].sort((a, b) => compareBytes(a.key, b.key));
			this.#held.clear();
			for (let at = 0; at < held.length; at += batchEntries) {
				yield batchOf(held.slice(at, at + batchEntries));
			}
			return;
		}
		this.#spill();
		let batch: Held[] = [];
		for (const row of this.#database.prepare('SELECT k, v, n FROM e ORDER BY k').iterate()) {
			const { k, v, n } = row as { k: Uint8Array; v: Uint8Array; n: number };
			batch.push({ key: k, value: v, count: n });
			if (batch.length === batchEntries) {
				yield batchOf(batch);
				batch = [];
			}
		}
		if (batch.length > 0) {
			yield batchOf(batch);
		}
	}

	close(): void {
		this.#held.clear();
		this.#database?.close();
		this.#database = null;
		rmSync(this.#path, { force: true });
	}

	#spill(): void {
		if (this.#database === null) {
			this.#database = new DatabaseSync(this.#path);
			this.#database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE e (k BLOB PRIMARY KEY, v BLOB NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;');
		}
		const insert = this.#database.prepare('INSERT INTO e (k, v, n) VALUES (?, ?, ?) ON CONFLICT (k) DO UPDATE SET n = n + excluded.n');
		this.#database.exec('BEGIN');
		for (const { key, value, count } of this.#held.values()) {
			insert.run(key, value, count);
		}
		this.#database.exec('COMMIT');
		this.#held.clear();
		this.#heldBytes = 0;
	}
}

const batchOf = (held: readonly Held[]): Entries & { counts: number[] } => ({
	keys: held.map((one) => one.key), values: held.map((one) => one.value), counts: held.map((one) => one.count),
});
