/**
 * state(p) = the newest image with exactFrom ≤ p, overlaid by all deltas in (base, p]; tombstones dropped, and rows of
 * incarnations that no table entry names dropped. FORMAT.md section 10. Streaming: holds one batch per source and the live incarnations.
 */
import { compareBytes } from '../bytes/compare.ts';
import { keyAt, lowerBound, valueAt, type EntryBatch } from '../entries/batch.ts';
import { refuse } from '../errors.ts';
import type { Incarnation } from '../ids.ts';
import { incarnationOf } from '../keys/key.ts';
import { keyKinds } from '../keys/kinds.ts';
import { rowsRange } from '../keys/range.ts';
import { incarnationOfTable } from '../values/table.ts';
import { merge } from './merge.ts';
import { RunJoiner } from './runJoiner.ts';
import type { EntrySource } from './source.ts';

/**
 * The state that an image (null: nothing) and the deltas after its base make; `deltas` from the oldest to the latest, in any
 * grouping into levels. Every source must begin at the first key: the table entries say which rows are alive.
 */
export const stateOf = (image: EntrySource | null, deltas: readonly EntrySource[]): EntrySource =>
	dropDeadRows(overlay(image, deltas));

/** Later over earlier, tombstones dropped. Rows of dead incarnations are still there. */
export const overlay = (image: EntrySource | null, deltas: readonly EntrySource[]): EntrySource =>
	dropTombstones(merge(image === null ? deltas : [image, ...deltas]));

export function dropTombstones(source: EntrySource): EntrySource {
	return keepRuns(source, (batch, joiner) => {
		for (let at = 0; at < batch.count; at++) {
			const from = at;
			while (at < batch.count && batch.valueLengths[at]! >= 0) at++;
			if (at > from) joiner.push(batch, from, at);
		}
	});
}

/** Drops rows whose incarnation no table entry before them names. The source has no tombstones. */
export function dropDeadRows(source: EntrySource): EntrySource {
	const alive = new Set<Incarnation>();
	return keepRuns(source, (batch, joiner) => {
		for (let at = 0; at < batch.count; ) {
			const kind = batch.keys[batch.keyStarts[at]!]!;
			if (kind === keyKinds.table) alive.add(incarnationOfTable(valueAt(batch, at) ?? refuse('FORMAT_FIELD', 'a table entry is a tombstone')));
			const end = kind === keyKinds.row ? endOfRows(batch, at) : at + 1;
			if (kind !== keyKinds.row || alive.has(incarnationOf(keyAt(batch, at)))) joiner.push(batch, at, end);
			else if (end === batch.count) source.skipTo?.(rowsRange(incarnationOf(keyAt(batch, at))).high!);
			at = end;
		}
	});
}

/** The end of the rows of the incarnation that entry `at` belongs to. */
function endOfRows(batch: EntryBatch, at: number): number {
	const { high } = rowsRange(incarnationOf(keyAt(batch, at)));
	const last = keyAt(batch, batch.count - 1);
	return compareBytes(last, high!) < 0 ? batch.count : lowerBound(batch, high!, at);
}

/** A source of what `keep` pushes. Whole batches that are kept go through uncopied. */
function keepRuns(source: EntrySource, keep: (batch: EntryBatch, joiner: RunJoiner) => void): EntrySource {
	return {
		skipTo: (key) => source.skipTo?.(key),
		async *[Symbol.asyncIterator]() {
			const joiner = new RunJoiner();
			for await (const batch of source) {
				keep(batch, joiner);
				for (const ready of joiner.ready.splice(0)) yield ready;
			}
			joiner.flush();
			for (const ready of joiner.ready) yield ready;
		},
	};
}
