/** Sorted sources of entries: what merge, state and compare read. */
import { compareBytes } from '../bytes/compare.ts';
import { compareKeyAt, keyAt, lowerBound, sliceBatch, type EntryBatch } from '../entries/batch.ts';
import { decodeBlock } from '../entries/blockCursor.ts';
import { refuse } from '../errors.ts';
import type { ChunkId } from '../ids.ts';
import type { KeyRange } from '../keys/range.ts';

/** Batches in strictly ascending key order, also from batch to batch. Read once. */
export interface EntrySource extends AsyncIterable<EntryBatch> {
	/** A hint: entries below `key` are not wanted any more. The source may deliver them all the same. */
	skipTo?(key: Uint8Array): void;
}

/** What lies in memory, as a source. */
export function sourceOf(batches: Iterable<EntryBatch>): EntrySource {
	return {
		async *[Symbol.asyncIterator]() {
			yield* batches;
		},
	};
}

/** A block that can be fetched, and between which keys its entries lie. */
export interface BlockToRead {
	readonly chunk: ChunkId;
	readonly first: Uint8Array;
	readonly last: Uint8Array;
}

/**
 * Blocks of a commit or layer, in key order, fetched one by one as they are needed and checked against their places.
 * `read` gives the plaintext; blocks outside `range` are never read.
 */
export function blocksSource(
	blocks: Iterable<BlockToRead> | AsyncIterable<BlockToRead>,
	read: (chunk: ChunkId) => Promise<Uint8Array>,
	range?: KeyRange,
): EntrySource {
	let floor = range?.low;
	const source: EntrySource = {
		skipTo(key) {
			if (floor === undefined || compareBytes(key, floor) > 0) floor = key;
		},
		async *[Symbol.asyncIterator]() {
			for await (const block of blocks) {
				if (floor !== undefined && compareBytes(block.last, floor) < 0) continue;
				if (range?.high && compareBytes(block.first, range.high) >= 0) return;
				const batch = decodeBlock(await read(block.chunk));
				if (compareKeyAt(batch, 0, block.first) !== 0 || compareKeyAt(batch, batch.count - 1, block.last) !== 0) {
					refuse('FORMAT_ORDER', `block ${block.chunk} does not have the keys of its place`);
				}
				yield batch;
			}
		},
	};
	return range === undefined ? source : within(source, range);
}

/** The entries of a source that lie in a range. */
export function within(source: EntrySource, range: KeyRange): EntrySource {
	source.skipTo?.(range.low);
	return {
		skipTo: (key) => source.skipTo?.(key),
		async *[Symbol.asyncIterator]() {
			for await (const batch of source) {
				const from = lowerBound(batch, range.low);
				const to = range.high === null ? batch.count : lowerBound(batch, range.high, from);
				if (to > from) yield sliceBatch(batch, from, to);
				if (to < batch.count) return;
			}
		},
	};
}

/** Reads a source entry by entry: the head is entry `at` of `batch`; null at the end. Checks that keys ascend from batch to batch. */
export class SourceCursor {
	batch: EntryBatch | null = null;
	at = 0;
	readonly #source: EntrySource;
	readonly #batches: AsyncIterator<EntryBatch>;
	#before: Buffer | null = null;
	#floor: Uint8Array | null = null;
	#ended = false;

	constructor(source: EntrySource) {
		this.#source = source;
		this.#batches = source[Symbol.asyncIterator]();
	}

	/** True when there is a head without reading. */
	get ready(): boolean {
		return this.batch !== null && this.at < this.batch.count;
	}

	/** Reads until there is a head; false at the end. */
	async fill(): Promise<boolean> {
		while (!this.ready && !this.#ended) {
			const next = await this.#batches.next();
			if (next.done) {
				this.#ended = true;
				break;
			}
			this.#take(next.value);
		}
		if (this.ready) return true;
		this.batch = null;
		return false;
	}

	#take(batch: EntryBatch): void {
		this.batch = batch;
		this.at = 0;
		if (batch.count === 0) return;
		if (this.#before && compareKeyAt(batch, 0, this.#before) <= 0) refuse('FORMAT_ORDER', 'batches of a source');
		this.#before = keyAt(batch, batch.count - 1);
		if (this.#floor) this.at = lowerBound(batch, this.#floor);
	}

	/** Drops every entry below `key`, and tells the source. */
	skipTo(key: Uint8Array): void {
		if (this.#floor && compareBytes(key, this.#floor) <= 0) return;
		this.#floor = key;
		if (this.batch) this.at = lowerBound(this.batch, key, this.at);
		if (!this.ready) this.#source.skipTo?.(key);
	}

	/** Tells the source that no more will be read. */
	async close(): Promise<void> {
		if (!this.#ended) await this.#batches.return?.();
		this.#ended = true;
	}
}
