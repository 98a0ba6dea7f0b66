/**
 * Comparing two sorted sources: the sweep turns the differences into keys to collect, the restore into a plan.
 *
 *     left  ──┐  same key, same value: nothing      skipEqual says which ranges need not be read at all
 *             ├─ one side only, or another value: a difference
 *     right ──┘
 *
 * Holds one batch of each side and the differences between them.
 */
import { compareBytes } from '../bytes/compare.ts';
import { compareKeys, equalValues, keyAt, valueAt, type EntryBatch } from '../entries/batch.ts';
import { keyAfter, type KeyRange } from '../keys/range.ts';
import { SourceCursor, type EntrySource } from './source.ts';

/** A key whose values differ; null = absent on that side. All are views of the sources' batches: copy to keep for long. */
export interface Difference {
	readonly key: Buffer;
	readonly left: Buffer | null;
	readonly right: Buffer | null;
}

export interface CompareOptions {
	/**
	 * Asked before anything at or above `from` is read: a range around `from` (low ≤ from < high) that is known to be equal on both
	 * sides, or null. Both sources are then told to skip it, and nothing of it is compared.
	 */
	readonly skipEqual?: (from: Uint8Array) => KeyRange | null | Promise<KeyRange | null>;
}

/** Differences in key order, in non-empty groups. Tombstones count as absent. Applied to left (key → right) they make right. */
export async function* compare(left: EntrySource, right: EntrySource, options: CompareOptions = {}): AsyncGenerator<Difference[]> {
	const sides: Sides = [new SourceCursor(left), new SourceCursor(right)];
	let from: Uint8Array = Buffer.alloc(0);
	try {
		for (;;) {
			if (options.skipEqual && !(await skipEqual(sides, from, options.skipEqual))) return;
			const [hasLeft, hasRight] = await Promise.all([sides[0].fill(), sides[1].fill()]);
			if (!hasLeft && !hasRight) return;
			const differences: Difference[] = [];
			from = keyAfter(walk(sides, differences));
			if (differences.length > 0) yield differences;
		}
	} finally {
		await Promise.all(sides.map((side) => side.close()));
	}
}

type Sides = readonly [SourceCursor, SourceCursor];

/** Skips what is known equal from `from` on; false when that is everything. */
async function skipEqual(sides: Sides, from: Uint8Array, ask: NonNullable<CompareOptions['skipEqual']>): Promise<boolean> {
	for (;;) {
		const range = await ask(from);
		if (range === null || (range.high !== null && compareBytes(range.high, from) <= 0)) return true;
		if (range.high === null) return false;
		from = range.high;
		for (const side of sides) side.skipTo(from);
	}
}

/** Compares until a side's batch is used up; returns the last key that was taken. */
function walk([left, right]: Sides, differences: Difference[]): Buffer {
	let last = left.batch ?? right.batch!;
	let lastAt = 0;
	while (left.ready || right.ready) {
		if (left.batch === null) ({ batch: last, at: lastAt } = take(right));
		else if (right.batch === null) ({ batch: last, at: lastAt } = take(left));
		else {
			if (!left.ready || !right.ready) break;
			const order = compareKeys(left.batch, left.at, right.batch, right.at);
			last = order <= 0 ? left.batch : right.batch;
			lastAt = order <= 0 ? left.at : right.at;
			if (order === 0 && equalValues(left.batch, left.at, right.batch, right.at)) {
				left.at++;
				right.at++;
				continue;
			}
			const leftValue = order <= 0 ? valueAt(left.batch, left.at++) : null;
			const rightValue = order >= 0 ? valueAt(right.batch, right.at++) : null;
			if (leftValue !== null || rightValue !== null) differences.push({ key: keyAt(last, lastAt), left: leftValue, right: rightValue });
			continue;
		}
		const value = valueAt(last, lastAt);
		if (value === null) continue;
		const key = keyAt(last, lastAt);
		differences.push(left.batch === null ? { key, left: null, right: value } : { key, left: value, right: null });
	}
	return keyAt(last, lastAt);
}

/** Takes the head. */
function take(side: SourceCursor): { batch: EntryBatch; at: number } {
	return { batch: side.batch!, at: side.at++ };
}
