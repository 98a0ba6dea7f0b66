/** Between the port's entries (arrays of views) and the protocol's batches (struct of arrays). */
import { BatchBuilder, keyAt, valueAt, type EntryBatch, type EntrySource as BatchSource, type KeyRange } from '@holdfast/protocol';
import type { Entries } from '../ports/index-store.ts';
import type { EntrySource } from '../ports/site-state.ts';

/** Copies. */
export function batchFrom(entries: Entries): EntryBatch {
	const builder = new BatchBuilder();
	entries.keys.forEach((key, i) => builder.add(key, entries.values[i]!));
	return builder.take();
}

/** Views of the batch. */
export function entriesFrom(batch: EntryBatch): Entries {
	const entries: Entries = { keys: [], values: [] };
	for (let i = 0; i < batch.count; i++) {
		entries.keys.push(keyAt(batch, i));
		entries.values.push(valueAt(batch, i));
	}
	return entries;
}

/** A range of a source of the port, as merge and compare of the protocol read it. */
export function batchesOf(source: EntrySource, range: KeyRange): BatchSource {
	return {
		async *[Symbol.asyncIterator]() {
			for await (const entries of source.range(range.low, range.high)) {
				if (entries.keys.length > 0) { yield batchFrom(entries); }
			}
		},
	};
}

export function batchesFrom(entries: () => Iterable<Entries> | AsyncIterable<Entries>): BatchSource {
	return {
		async *[Symbol.asyncIterator]() {
			for await (const one of entries()) {
				if (one.keys.length > 0) { yield batchFrom(one); }
			}
		},
	};
}
