import {
	asBuffer, blocksSource, compareBytes, compareKeyAt, decodeBlock, decodeKey, decodeTable, dropTombstones, incarnationOf, inRange, keyAt, keyKinds, kindRange,
	lowerBound, merge, rowsRange, sliceBatch, valueAt, type ChunkId, type EntryBatch, type EntrySource as BatchSource, type Incarnation, type KeyRange, type Position, type TableValue,
} from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Entries, ImageBlock, Overlay } from '../ports/index-store.ts';
import type { SiteState, StateSegment } from '../ports/site-state.ts';
import { batchesFrom, entriesFrom } from './batches.ts';
import { BlocksAhead } from './blocks-ahead.ts';

const overlayBatch = 512;

/**
 * A state as image blocks under an overlay:
 *
 *     blocks  ──fetch──> merge <── overlay (SQLite)      later wins, tombstones dropped, rows of dead incarnations dropped
 *
 * The overlay may grow while the state is read (state(now) of a living site): what is read is then of that moment or later.
 */
export class LayeredState implements SiteState {
	readonly position: Position;
	readonly #blocks: readonly ImageBlock[];
	readonly #overlay: Overlay;
	readonly #chunks: ChunkSource;
	readonly #onClose: () => void;
	#lastBlock: { chunk: ChunkId; batch: EntryBatch } | null = null;
	/** Which incarnations live, and at which version of the overlay that was read. */
	#living: { version: number; alive: Promise<Set<Incarnation>> } | null = null;
	readonly #version: () => number;

	constructor(position: Position, blocks: readonly ImageBlock[], overlay: Overlay, chunks: ChunkSource, more: { onClose?: () => void; version?: () => number } = {}) {
		this.position = position;
		this.#blocks = blocks;
		this.#overlay = overlay;
		this.#chunks = chunks;
		this.#onClose = more.onClose ?? (() => {});
		this.#version = more.version ?? (() => 0);
	}

	async *range(from: Uint8Array, to: Uint8Array | null): AsyncGenerator<Entries> {
		for await (const batch of this.source({ low: from, high: to })) { yield entriesFrom(batch); }
	}

	source(range: KeyRange): BatchSource {
		return { [Symbol.asyncIterator]: () => this.#batches(range) };
	}

	async *#batches(range: KeyRange): AsyncGenerator<EntryBatch> {
		const alive = touchesRows(range) ? await this.#alive() : new Set<Incarnation>();
		const blocks = this.#blocks.filter((block) => meets(block, range) && !isDead(block, alive));
		const ahead = new BlocksAhead(this.#chunks, blocks.map((block) => block.chunk));
		const image = blocksSource(blocks, (chunk) => ahead.read(chunk), range);
		const overlay = batchesFrom(() => this.#overlay.overlayRange(range.low, range.high, overlayBatch));
		for await (const batch of dropTombstones(merge([image, overlay]))) { yield* livingRuns(batch, alive); }
	}

	async get(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
		const alive = keys.some((key) => key[0] === keyKinds.row) ? await this.#alive() : null;
		const values: (Uint8Array | null)[] = [];
		for (const key of keys) {
			if (key[0] === keyKinds.row && !alive!.has(incarnationOf(key))) { values.push(null); continue; }
			const over = this.#overlay.overlayGet(key);
			values.push(over === null ? await this.#inImage(key) : over.value);
		}
		return values;
	}

	*segments(range: KeyRange): Generator<StateSegment> {
		let low = range.low;
		for (const block of this.#blocks) {
			if (!inRange(block.first, range) || !inRange(block.last, range) || compareBytes(block.first, low) < 0) { continue; }
			const after = Buffer.concat([block.last, Buffer.of(0)]);
			if (!this.#overlay.overlayRange(block.first, after, 1).next().done) { continue; }
			if (compareBytes(low, block.first) < 0) { yield { range: { low, high: block.first }, chunk: null }; }
			yield { range: { low: block.first, high: after }, chunk: block.chunk };
			low = after;
		}
		if (range.high === null || compareBytes(low, range.high) < 0) { yield { range: { low, high: range.high }, chunk: null }; }
	}

	async close(): Promise<void> {
		this.#onClose();
	}

	async tables(): Promise<Map<string, TableValue>> {
		const tables = new Map<string, TableValue>();
		for await (const { keys, values } of this.range(kindRange('table').low, kindRange('table').high)) {
			keys.forEach((key, i) => {
				const named = decodeKey(key);
				if (named.kind === 'table') { tables.set(named.name, decodeTable(values[i]!)); }
			});
		}
		return tables;
	}

	async #alive(): Promise<Set<Incarnation>> {
		const version = this.#version();
		if (this.#living?.version !== version) {
			const alive = this.tables().then((tables) => new Set([...tables.values()].map((table) => table.incarnation)));
			this.#living = { version, alive };
		}
		return this.#living.alive;
	}

	async #inImage(key: Uint8Array): Promise<Uint8Array | null> {
		const block = this.#blockOf(key);
		if (block === null) { return null; }
		if (this.#lastBlock?.chunk !== block.chunk) {
			this.#lastBlock = { chunk: block.chunk, batch: decodeBlock(await this.#chunks.read('entries', block.chunk)) };
		}
		const { batch } = this.#lastBlock;
		const at = lowerBound(batch, key);
		return at < batch.count && compareKeyAt(batch, at, key) === 0 ? valueAt(batch, at) : null;
	}

	#blockOf(key: Uint8Array): ImageBlock | null {
		let low = 0;
		let high = this.#blocks.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (compareBytes(this.#blocks[middle]!.last, key) < 0) { low = middle + 1; } else { high = middle; }
		}
		const found = this.#blocks[low];
		return found !== undefined && compareBytes(found.first, key) <= 0 ? found : null;
	}
}

const touchesRows = (range: KeyRange): boolean =>
	(range.low[0] ?? 0) <= keyKinds.row && (range.high === null || compareBytes(range.high, Buffer.of(keyKinds.row)) > 0);

const meets = (block: ImageBlock, range: KeyRange): boolean =>
	compareBytes(block.last, range.low) >= 0 && (range.high === null || compareBytes(block.first, range.high) < 0);

/** A block that holds rows of one dead incarnation only need not be fetched. */
function isDead(block: ImageBlock, alive: ReadonlySet<Incarnation>): boolean {
	if (block.first[0] !== keyKinds.row || block.last[0] !== keyKinds.row) { return false; }
	const incarnation = incarnationOf(block.first);
	return incarnation === incarnationOf(block.last) && !alive.has(incarnation);
}

/** The entries of a batch but for rows of dead incarnations. */
function* livingRuns(batch: EntryBatch, alive: ReadonlySet<Incarnation>): Generator<EntryBatch> {
	let from = 0;
	for (let at = 0; at < batch.count;) {
		if (batch.keys[batch.keyStarts[at]!] !== keyKinds.row) { at++; continue; }
		const incarnation = incarnationOf(keyAt(batch, at));
		const end = lowerBound(batch, asBuffer(rowsRange(incarnation).high!), at);
		if (!alive.has(incarnation)) {
			if (at > from) { yield sliceBatch(batch, from, at); }
			from = end;
		}
		at = end;
	}
	if (from < batch.count) { yield sliceBatch(batch, from, batch.count); }
}
