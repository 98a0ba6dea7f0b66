/**
 * Merging sorted sources: the union; where several have a key, the latest source's entry wins. Tombstones stay.
 *
 *     heap of cursors by (key, latest first) ──> longest run of the first below the second's head ──> batches
 *
 * Associative: merge(a, merge(b, c)) and merge(merge(a, b), c) have the same entries. Holds one batch per source.
 */
import { compareKeys, lowerBound, type EntryBatch } from '../entries/batch.ts';
import { RunJoiner } from './runJoiner.ts';
import { SourceCursor, type EntrySource } from './source.ts';

/** `sources` from the oldest to the latest. */
export function merge(sources: readonly EntrySource[]): EntrySource {
	if (sources.length === 1) return sources[0]!;
	const cursors = sources.map((source, age) => new AgedCursor(source, age));
	const skip = { moved: false };
	return {
		skipTo: (key) => {
			skip.moved = true;
			for (const cursor of cursors) cursor.skipTo(key);
		},
		[Symbol.asyncIterator]: () => mergeCursors(cursors, skip),
	};
}

class AgedCursor extends SourceCursor {
	/** The higher, the later. */
	readonly age: number;
	constructor(source: EntrySource, age: number) {
		super(source);
		this.age = age;
	}
}

/** `skip.moved`: the consumer moved cursors by skipTo between two batches. */
async function* mergeCursors(cursors: readonly AgedCursor[], skip: { moved: boolean }): AsyncGenerator<EntryBatch> {
	const heap: AgedCursor[] = [];
	const joiner = new RunJoiner();
	try {
		for (const cursor of cursors) if (await cursor.fill()) heap.push(cursor);
		for (let i = heap.length >>> 1; i >= 0; i--) siftDown(heap, i);
		while (heap.length > 0) {
			if (skip.moved) {
				skip.moved = false;
				await refill(heap);
				continue;
			}
			const first = heap[0]!;
			const second = secondOf(heap);
			const { batch, at } = first as { batch: EntryBatch; at: number };
			let end = second === undefined ? batch.count : boundOf(batch, at, second);
			const tie = end === at;
			if (tie) end = at + 1;
			joiner.push(batch, at, end);
			first.at = end;
			if (tie) await dropEqual(heap, batch, at);
			else await settle(heap);
			for (const ready of joiner.ready.splice(0)) yield ready;
		}
		joiner.flush();
		for (const ready of joiner.ready) yield ready;
	} finally {
		for (const cursor of cursors) await cursor.close();
	}
}

const boundOf = (batch: EntryBatch, at: number, second: AgedCursor): number =>
	lowerBound(batch, second.batch!.keys.subarray(second.batch!.keyStarts[second.at], second.batch!.keyStarts[second.at + 1]), at);

/** The cursor that comes next after the first: one of its two children. */
function secondOf(heap: readonly AgedCursor[]): AgedCursor | undefined {
	const left = heap[1];
	const right = heap[2];
	return left && right ? (before(left, right) ? left : right) : left;
}

/** By key; among equal keys the latest first. */
function before(a: AgedCursor, b: AgedCursor): boolean {
	const order = compareKeys(a.batch!, a.at, b.batch!, b.at);
	return order < 0 || (order === 0 && a.age > b.age);
}

function siftDown(heap: AgedCursor[], start: number): void {
	for (let i = start; ; ) {
		const left = 2 * i + 1;
		if (left >= heap.length) return;
		const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
		if (!before(heap[child]!, heap[i]!)) return;
		[heap[i], heap[child]] = [heap[child]!, heap[i]!];
		i = child;
	}
}

/** Brings the first cursor, which has moved, to its place; drops it when it has ended. */
async function settle(heap: AgedCursor[]): Promise<void> {
	const first = heap[0]!;
	if (!first.ready && !(await first.fill())) {
		const last = heap.pop()!;
		if (heap.length === 0) return;
		heap[0] = last;
	}
	siftDown(heap, 0);
}

/** Drops the older entries of the key that was just taken as entry `at` of `batch`. */
async function dropEqual(heap: AgedCursor[], batch: EntryBatch, at: number): Promise<void> {
	await settle(heap);
	while (heap.length > 0 && compareKeys(heap[0]!.batch!, heap[0]!.at, batch, at) === 0) {
		heap[0]!.at++;
		await settle(heap);
	}
}

/** After cursors were moved from outside: fills all, drops those that have ended, orders anew. */
async function refill(heap: AgedCursor[]): Promise<void> {
	let kept = 0;
	for (const cursor of heap) if (await cursor.fill()) heap[kept++] = cursor;
	heap.length = kept;
	for (let i = heap.length >>> 1; i >= 0; i--) siftDown(heap, i);
}
