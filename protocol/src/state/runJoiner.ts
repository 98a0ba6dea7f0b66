/** Joins runs of entries into batches worth passing on: long runs go through uncopied, short ones are gathered. */
import { BatchBuilder, sliceBatch, type EntryBatch } from '../entries/batch.ts';
import { blockBytesTarget } from '../limits.ts';

/** A run of at least this many entries is passed on as a view. */
const runEntriesMin = 32;
const batchEntriesMax = 8192;

export class RunJoiner {
	readonly #builder = new BatchBuilder();
	/** Batches that are ready, in order. The owner passes them on and empties this. */
	readonly ready: EntryBatch[] = [];

	/** Entries from, …, to − 1 of a batch, behind all that were pushed before. */
	push(batch: EntryBatch, from: number, to: number): void {
		if (to - from >= runEntriesMin) {
			this.flush();
			this.ready.push(sliceBatch(batch, from, to));
			return;
		}
		for (let i = from; i < to; i++) this.#builder.addFrom(batch, i);
		if (this.#builder.bytes >= blockBytesTarget || this.#builder.count >= batchEntriesMax) this.flush();
	}

	/** Makes what was gathered ready. */
	flush(): void {
		if (this.#builder.count > 0) this.ready.push(this.#builder.take());
	}
}
