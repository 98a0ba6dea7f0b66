import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { asBuffer, type ChunkId, type Position } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { FileStat } from '../ports/files.ts';
import type { Entries, ImageBlock, IndexStore, ScratchOverlay } from '../ports/index-store.ts';
import { SqliteOverlay } from './sqlite-overlay.ts';
import { inTransaction } from './sqlite-transaction.ts';

/** Raised when a table changes: an older file is thrown away and built again from the endpoint. */
const schemaVersion = 1;
const cacheKiB = 16 * 1024;

const schema = `
	${SqliteOverlay.schema}
	CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS image_block (first BLOB PRIMARY KEY, last BLOB NOT NULL, chunk TEXT NOT NULL, entries INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS stored (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS file (key BLOB PRIMARY KEY, stat TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * The index in one SQLite file of the state folder, or in memory (`:memory:`).
 * A file that is damaged or of another version is thrown away: it is rebuilt (`state/rebuild.ts`) whenever position() is null.
 */
export function openIndex(path: string): IndexStore {
	try {
		return new SqliteIndex(opened(path));
	} catch (error) {
		if (path === ':memory:') { throw error; }
		for (const end of ['', '-wal', '-shm']) { rmSync(path + end, { force: true }); }
		return new SqliteIndex(opened(path));
	}
}

/** @throws SQLite's error where the file is none, or damaged where the look reaches */
function opened(path: string): DatabaseSync {
	const database = new DatabaseSync(path);
	try {
		database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${cacheKiB}; PRAGMA busy_timeout = 5000;`);
		const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
		if (version !== 0 && version !== schemaVersion) { throw new HoldfastError('INDEX_DAMAGED', 'The index is of another version.'); }
		database.exec(`${schema} PRAGMA user_version = ${schemaVersion};`);
		for (const table of ['fact', 'image_block', 'overlay', 'file', 'stored']) { database.prepare(`SELECT * FROM ${table} LIMIT 1`).get(); }
		return database;
	} catch (error) {
		database.close();
		throw error;
	}
}

class SqliteIndex implements IndexStore {
	readonly #database: DatabaseSync;
	readonly #overlay: SqliteOverlay;
	/** Read once: a few thousand blocks. */
	#image: { base: Position; blocks: ImageBlock[] } | null = null;
	readonly #statements: Record<'fact' | 'setFact' | 'dropFact' | 'store' | 'isStored' | 'stat' | 'setStat' | 'dropStat' | 'block' | 'blocks', ReturnType<DatabaseSync['prepare']>>;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#overlay = new SqliteOverlay(database);
		this.#statements = {
			fact: database.prepare('SELECT json FROM fact WHERE name = ?'),
			setFact: database.prepare('INSERT INTO fact (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json'),
			dropFact: database.prepare('DELETE FROM fact WHERE name = ?'),
			store: database.prepare('INSERT OR IGNORE INTO stored (id) VALUES (?)'),
			isStored: database.prepare('SELECT 1 FROM stored WHERE id = ?'),
			stat: database.prepare('SELECT stat FROM file WHERE key = ?'),
			setStat: database.prepare('INSERT INTO file (key, stat) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET stat = excluded.stat'),
			dropStat: database.prepare('DELETE FROM file WHERE key = ?'),
			block: database.prepare('INSERT INTO image_block (first, last, chunk, entries) VALUES (?, ?, ?, ?)'),
			blocks: database.prepare('SELECT first, last, chunk, entries FROM image_block ORDER BY first'),
		};
	}

	position(): Position | null {
		return this.#fact('position') as Position | null;
	}

	apply(position: Position, entries: Entries | Iterable<Entries>, storedChunks: readonly ChunkId[]): void {
		const reached = this.position();
		if (reached !== null && reached.seq >= position.seq) { return; }
		inTransaction(this.#database, () => {
			for (const batch of 'keys' in entries ? [entries] : entries) { this.#overlay.put(batch, position.seq); }
			for (const id of storedChunks) { this.#statements.store.run(Buffer.from(id, 'hex')); }
			this.#setFact('position', position);
		});
	}

	setImage(base: Position, blocks: readonly ImageBlock[]): void {
		inTransaction(this.#database, () => {
			this.#database.exec('DELETE FROM image_block');
			for (const block of blocks) { this.#statements.block.run(block.first, block.last, block.chunk, block.entries); }
			this.#overlay.dropUpTo(base.seq);
			this.#setFact('image', base);
		});
		this.#image = null;
	}

	image(): { base: Position; blocks: ImageBlock[] } | null {
		this.#image ??= this.#readImage();
		return this.#image;
	}

	#readImage(): { base: Position; blocks: ImageBlock[] } | null {
		const base = this.#fact('image') as Position | null;
		if (base === null) { return null; }
		const blocks = this.#statements.blocks.all() as { first: Uint8Array; last: Uint8Array; chunk: string; entries: number }[];
		return { base, blocks: blocks.map((block) => ({ ...block, chunk: block.chunk as ChunkId })) };
	}

	overlayGet(key: Uint8Array): { value: Uint8Array | null } | null {
		return this.#overlay.get(key);
	}

	overlayRange(from: Uint8Array, to: Uint8Array | null, batch: number): IterableIterator<Entries> {
		return this.#overlay.range(from, to, batch);
	}

	overlayChangedAfter(seq: number, batch: number): IterableIterator<Entries> {
		return this.#overlay.changedAfter(seq, batch);
	}

	isStored(id: ChunkId): boolean {
		return this.#statements.isStored.get(Buffer.from(id, 'hex')) !== undefined;
	}

	fileStat(key: Uint8Array): FileStat | null {
		const row = this.#statements.stat.get(key) as { stat: string } | undefined;
		return row === undefined ? null : statOf(row.stat);
	}

	setFileStats(stats: readonly { key: Uint8Array; stat: FileStat | null }[]): void {
		inTransaction(this.#database, () => {
			for (const { key, stat } of stats) {
				if (stat === null) { this.#statements.dropStat.run(key); }
				else { this.#statements.setStat.run(asBuffer(key), textOf(stat)); }
			}
		});
	}

	note(name: string): unknown {
		return this.#fact(`note ${name}`);
	}

	setNote(name: string, value: unknown): void {
		if (value === undefined || value === null) { this.#statements.dropFact.run(`note ${name}`); }
		else { this.#setFact(`note ${name}`, value); }
	}

	clear(): void {
		inTransaction(this.#database, () => {
			for (const table of ['overlay', 'fact', 'image_block', 'stored', 'file']) { this.#database.exec(`DELETE FROM ${table}`); }
		});
		this.#image = null;
	}

	close(): void {
		this.#database.close();
	}

	#fact(name: string): unknown {
		const row = this.#statements.fact.get(name) as { json: string } | undefined;
		return row === undefined ? null : (JSON.parse(row.json) as unknown);
	}

	#setFact(name: string, value: unknown): void {
		this.#statements.setFact.run(name, JSON.stringify(value));
	}
}

/** An overlay in a temporary file (`path` does not exist yet) or in memory; the file is removed when it is closed. */
export function openScratch(path: string): ScratchOverlay {
	const database = new DatabaseSync(path);
	database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKiB}; ${SqliteOverlay.schema}`);
	const overlay = new SqliteOverlay(database);
	return {
		overlayGet: (key) => overlay.get(key),
		overlayRange: (from, to, batch) => overlay.range(from, to, batch),
		put(entries) {
			database.exec('BEGIN');
			overlay.put(entries, 0);
			database.exec('COMMIT');
		},
		close() {
			database.close();
			if (path !== ':memory:') { rmSync(path, { force: true }); }
		},
	};
}

const textOf = (stat: FileStat): string =>
	[stat.type, stat.mode, stat.uid, stat.gid, stat.size, stat.mtimeNs, stat.ctimeNs, stat.inode, stat.device, stat.links].join(' ');

function statOf(text: string): FileStat {
	const [type, mode, uid, gid, size, mtimeNs, ctimeNs, inode, device, links] = text.split(' ') as string[];
	return {
		type: type as FileStat['type'], mode: Number(mode), uid: Number(uid), gid: Number(gid), size: Number(size), links: Number(links),
		mtimeNs: BigInt(mtimeNs!), ctimeNs: BigInt(ctimeNs!), inode: BigInt(inode!), device: BigInt(device!),
	};
}
