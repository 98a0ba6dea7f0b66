import { commitFlags, compareBytes, encodeLayer, keyKinds, noCounts, origin, type IndexedBlock, type Manifest, type Position } from '@holdfast/protocol';
import { entriesOfBlocks } from '../append/commit-entries.ts';
import { EntryWriter } from '../append/entry-writer.ts';
import { floorsNote } from '../collect/floors.ts';
import { imageBaseNote } from '../collect/known-tables.ts';
import { Named } from '../intents/named.ts';
import type { BackupProgress, FirstBackupParts } from './backup-parts.ts';
import { initialEntries, type Initial, type InitialTable } from './initial-entries.ts';
import { ImageParts } from './image-parts.ts';
import { readTable } from './table-slices.ts';
import { imageNote, lastKeys, readUnfinished, type ImageNote, type Unfinished } from './unfinished.ts';

export type { BackupProgress, FirstBackupParts } from './backup-parts.ts';

/** Tables read at once: the server's thread is the limit, so two (design/database.md). */
const tablesAtOnce = 2;
const fileGroupBytes = 8 * 1024 * 1024;
const goneAtOnce = 1_000;

/**
 * The first backup: an image made while the site is being written to. PROTOCOL.md section 5, FORMAT.md section 10.
 *
 *     initial commit (facts, policy, schemas) = base
 *     slices of tables, then files ──> parts (commits)          collects go on meanwhile, as deltas
 *     a collect whose snapshot follows the last slice = exactFrom
 *     a commit with the layer completes the image
 *
 * After kill -9 it reads the parts that are there and goes on behind each run's last key.
 */
export class FirstBackup {
	readonly #parts: FirstBackupParts;
	readonly leftOut: { what: string; why: string }[] = [];
	#bytes = 0;

	constructor(parts: FirstBackupParts) {
		this.#parts = parts;
	}

	/** Bytes of rows that were read. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Resolves with the position from which on the site can be restored. */
	async run(): Promise<Position> {
		const { index, appender, history, chunks } = this.#parts;
		const note = index.note(imageNote) as ImageNote | null;
		const begun = note === null ? await this.#parts.collector.exclusively(() => this.#begin()) : null;
		const unfinished: Unfinished = note === null
			? { id: begun!.id, base: begun!.base, nextPart: 0, places: [], blocks: [] }
			: await readUnfinished(note, appender.head, history, chunks);
		const parts = new ImageParts({ appender, index, openSink: this.#parts.openSink, now: () => this.#parts.clock.wallMs(), ...(this.#parts.partBlocksMax === undefined ? {} : { partBlocksMax: this.#parts.partBlocksMax }) }, { id: unfinished.id, base: unfinished.base, part: unfinished.nextPart });
		parts.resume(unfinished.places, unfinished.blocks);
		const reached = lastKeys(unfinished.blocks);
		if (!reached.has('schema')) {
			await this.#putSchemas(parts, unfinished.base);
		}
		await this.#readTables(parts, begun?.initial.tables ?? await this.#tablesOfBase(), reached);
		await this.#readFiles(parts, reached.get('files') ?? null);
		await parts.commit();
		return this.#complete(parts, unfinished);
	}

	/** The initial commit. Its position is the image's base. */
	async #begin(): Promise<{ id: string; base: Position; initial: Initial }> {
		const { database, index, ledger, appender, collector, openSink, random, clock } = this.#parts;
		this.#say({ step: 'schema', done: 0, total: null, unit: 'tables' });
		const snapshot = await database.openSnapshot();
		let initial: Initial;
		try {
			initial = await initialEntries(snapshot, { ...this.#parts, incarnations: collector.incarnations });
		} finally {
			await snapshot.close();
		}
		this.leftOut.push(...initial.leftOut);
		const sink = openSink();
		const writer = new EntryWriter(sink);
		for (const { key, value } of initial.entries) {
			await writer.add(key, value, true);
		}
		await writer.finish();
		const base = await appender.append({
			flags: commitFlags.quiet, snapshotAt: snapshot.takenAtMs, sink, blocks: writer.kept,
			manifest: { v: 1, entries: writer.places, counts: writer.counts },
		});
		const id = Buffer.from(random.bytes(8)).toString('hex');
		index.setNote(imageBaseNote, base.seq);
		index.setNote(floorsNote, Object.fromEntries([...initial.floors].map(([table, floor]) => [table, floor.toString()])));
		index.setNote(imageNote, { id, base, at: clock.wallMs() });
		for (const [table, floor] of initial.floors) {
			ledger.floors.set(table, ledger.floors.get(table) ?? floor);
		}
		collector.known.forget();
		return { id, base, initial };
	}

	/** What the initial commit said is part of the image, too: its blocks are stored already. */
	async #putSchemas(parts: ImageParts, base: Position): Promise<void> {
		const run = parts.openRun();
		for await (const { position, manifest } of this.#parts.history.commits(origin, base.seq)) {
			const blocks = position.seq === base.seq ? manifest.entries : [];
			for (const { chunk } of blocks) {
				for (const { keys, values } of entriesOfBlocks([await this.#parts.chunks.read('entries', chunk)])) {
					for (const [i, key] of keys.entries()) {
						await run.put(key, values[i]!);
					}
				}
			}
		}
		await run.finish();
	}

	/** After a restart: the tables of the base that still live. */
	async #tablesOfBase(): Promise<InitialTable[]> {
		const { database, collector, scope, index } = this.#parts;
		const base = index.note(imageBaseNote) as number;
		const known = await collector.known.load();
		const { tables } = await database.listTables(scope);
		const found: InitialTable[] = [];
		for (const info of tables) {
			const value = known.get(info.name);
			if (value !== undefined && Math.floor(value.incarnation / 65_536) <= base) {
				const layout = await database.readSchema(info.name);
				// Where the layout is another by now, the slice sees that it is not the value's.
				found.push({ info, layout, value });
			}
		}
		return found;
	}

	async #readTables(parts: ImageParts, tables: readonly InitialTable[], reached: ReadonlyMap<string, Uint8Array>): Promise<void> {
		const { collector, signal } = this.#parts;
		const known = await collector.known.load();
		const total = tables.reduce((sum, table) => sum + table.info.rowsEstimate, 0);
		let rows = 0;
		const onRead = (count: number, bytes: number): void => {
			rows += count;
			this.#bytes += bytes;
			this.#say({ step: 'tables', done: rows, total: Math.max(total, rows), unit: 'rows' });
		};
		const isAlive = ({ info, value }: InitialTable): boolean => (collector.known.loaded ?? known).get(info.name)?.incarnation === value.incarnation;
		const altered = new Named();
		// The largest first: the two connections end at about the same time.
		const queue = [...tables].sort((a, b) => b.info.bytesEstimate - a.info.bytesEstimate);
		await inParallel(tablesAtOnce, async () => {
			for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
				const run = parts.openRun();
				const outcome = await readTable(table, run, reached.get(String(table.value.incarnation)) ?? null, { ...this.#parts, isAlive, onRead, signal });
				await run.finish();
				if (outcome === 'altered') {
					altered.rows(table.info.name).schema = true;
					altered.rows(table.info.name).addWhole();
				}
			}
		});
		if (!altered.isEmpty) {
			// Altered without an intent: the collect begins a new life of it, with all its rows.
			await collector.collectOnce({ extra: altered });
		}
	}

	async #readFiles(parts: ImageParts, after: Uint8Array | null): Promise<void> {
		const { files, signal } = this.#parts;
		const totals = await files.totals();
		this.leftOut.push(...totals.leftOut);
		let done = 0;
		const run = parts.openRun();
		for await (const group of files.all(after, run, fileGroupBytes)) {
			signal.throwIfAborted();
			for (const [i, key] of group.entries.keys.entries()) {
				await run.put(key, group.entries.values[i]!);
			}
			run.note(group.stats);
			done += group.entries.keys.length;
			this.#say({ step: 'files', done, total: Math.max(totals.files, done), unit: 'files' });
		}
		await run.finish();
	}

	async #complete(parts: ImageParts, { id, base }: Unfinished): Promise<Position> {
		const { collector, index, appender, openSink, files } = this.#parts;
		this.#say({ step: 'finish', done: 0, total: null, unit: 'tables' });
		const extra = new Named();
		if (files.gone !== undefined) {
			await this.#nameGone(parts.blocks, extra);
		}
		const { position: exactFrom, snapshotAt } = await collector.collectOnce({ extra, always: 'quiet', largeFiles: 'now' });
		const sink = openSink();
		const places = [...parts.places].sort((a, b) => (a.first < b.first ? -1 : 1));
		places.forEach(({ chunk }) => sink.refer(chunk));
		const layer = await sink.add('layer', encodeLayer({ v: 1, kind: 'image', base, exactFrom, from: base, to: exactFrom, indexes: places }));
		const image: Manifest['image'] = { id, base, part: 0, indexes: [], layer, exactFrom };
		return collector.exclusively(async () => {
			const completed = await appender.append({ flags: commitFlags.imageComplete, snapshotAt, manifest: { v: 1, entries: [], counts: { ...noCounts }, image }, sink, blocks: [] });
			index.setImage(base, [...parts.blocks].sort((a, b) => compareBytes(a.first, b.first)));
			index.setNote(imageNote, null);
			index.setNote(imageBaseNote, null);
			collector.known.forget();
			return completed;
		});
	}

	/** Files that were read and are gone since: whoever removed them, the collect says so. */
	async #nameGone(blocks: readonly IndexedBlock[], extra: Named): Promise<void> {
		const { chunks, files } = this.#parts;
		for (const block of blocks) {
			if (block.first[0] === keyKinds.file || block.last[0] === keyKinds.file) {
				const keys = [...entriesOfBlocks([await chunks.read('entries', block.chunk)])].flatMap((entries) => entries.keys).filter((key) => key[0] === keyKinds.file);
				for (let at = 0; at < keys.length; at += goneAtOnce) {
					(await files.gone!(keys.slice(at, at + goneAtOnce))).forEach((key) => extra.addFileKey(key));
				}
			}
		}
	}

	#say(progress: Omit<BackupProgress, 'bytes'>): void {
		this.#parts.onProgress?.({ ...progress, bytes: this.#bytes });
	}
}

async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
	const done = await Promise.allSettled(Array.from({ length: count }, work));
	for (const one of done) {
		if (one.status === 'rejected') {
			throw one.reason as Error;
		}
	}
}
