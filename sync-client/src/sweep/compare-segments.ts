/**
 * Live entries against a state, without fetching what is equal. Where a segment of the state is exactly one stored block, the live
 * entries of that range are encoded as a block; if that has the block's id, they are equal, and nothing came over the network.
 *
 *     live ──take until the segment's end──> encode ──id──> equal? next segment : compare with the fetched block
 *
 * Only for entries that sort alike on both sides. Bounded by about two blocks, and what compare() holds.
 */
import {
	BatchBuilder, BlockWriter, blockBytesTarget, compare, keyAt, lowerBound, sliceBatch, SourceCursor, valueAt,
	type ChunkId, type Difference, type EntryBatch, type EntrySource as BatchSource, type KeyRange,
} from '@holdfast/protocol';
import type { SiteState } from '../ports/site-state.ts';

export type SegmentTotals = { live: number; skippedBlocks: number };

/** Differences (left = live, right = state) in key order. `idOf` names an entry block's plaintext. */
export async function* compareSegments(
	live: BatchSource, state: SiteState, range: KeyRange, idOf: (plaintext: Uint8Array) => ChunkId, totals: SegmentTotals = { live: 0, skippedBlocks: 0 },
): AsyncGenerator<Difference[]> {
	const cursor = new SourceCursor(live);
	try {
		for (const { range: segment, chunk } of state.segments(range)) {
			if (chunk === null) {
				yield* compare(upTo(cursor, segment.high, [], totals), state.source(segment));
				continue;
			}
			const gathered = await gather(cursor, segment.high, totals);
			if (gathered.isAll && isBlock(gathered.batches, chunk, idOf)) { totals.skippedBlocks++; continue; }
			yield* compare(upTo(cursor, segment.high, gathered.batches, totals), state.source(segment));
		}
	} finally {
		await cursor.close();
	}
}

/** The next batch of live entries below `high`; null at the end of the segment. */
async function next(cursor: SourceCursor, high: Uint8Array | null, totals: SegmentTotals): Promise<EntryBatch | null> {
	if (!(await cursor.fill())) { return null; }
	const { batch, at } = cursor as { batch: EntryBatch; at: number };
	const end = high === null ? batch.count : lowerBound(batch, high, at);
	if (end === at) { return null; }
	cursor.at = end;
	totals.live += end - at;
	return sliceBatch(batch, at, end);
}

/** What was gathered, then the rest of the segment. */
function upTo(cursor: SourceCursor, high: Uint8Array | null, gathered: readonly EntryBatch[], totals: SegmentTotals): BatchSource {
	return {
		async *[Symbol.asyncIterator]() {
			yield* gathered;
			for (let batch = await next(cursor, high, totals); batch !== null; batch = await next(cursor, high, totals)) { yield batch; }
		},
	};
}

/** Copies the segment's live entries, up to two blocks of them: more cannot be equal to one. */
async function gather(cursor: SourceCursor, high: Uint8Array | null, totals: SegmentTotals): Promise<{ batches: EntryBatch[]; isAll: boolean }> {
	const builder = new BatchBuilder();
	for (let batch = await next(cursor, high, totals); batch !== null; batch = await next(cursor, high, totals)) {
		for (let i = 0; i < batch.count; i++) { builder.addFrom(batch, i); }
		if (builder.bytes > 2 * blockBytesTarget && builder.count > 1) { return { batches: [builder.take()], isAll: false }; }
	}
	return { batches: builder.count > 0 ? [builder.take()] : [], isAll: true };
}

function isBlock(batches: readonly EntryBatch[], chunk: ChunkId, idOf: (plaintext: Uint8Array) => ChunkId): boolean {
	const writer = new BlockWriter();
	for (const batch of batches) {
		for (let i = 0; i < batch.count; i++) {
			if (writer.add(keyAt(batch, i), valueAt(batch, i)) !== null) { return false; }
		}
	}
	const block = writer.finish();
	return block !== null && idOf(block.plaintext) === chunk;
}

