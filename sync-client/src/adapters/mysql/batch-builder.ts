/** Gathers rows into one growing buffer and cuts batches of a bounded size. No object per row. */
import { emptyBatch, type RowBatch } from '../../ports/row-batch.ts';

const firstBytes = 16 * 1024;
const firstRows = 256;

export class BatchBuilder {
	readonly batchBytesMax: number;
	rows = 0;
	length = 0;
	#bytes: Buffer = Buffer.alloc(0);
	#offsets = new Uint32Array(0);

	constructor(batchBytesMax: number) {
		this.batchBytesMax = batchBytesMax;
	}

	/** True when the batch has reached its size; the caller then takes it. One larger row is a batch of its own. */
	add(source: Buffer, start: number, end: number): boolean {
		const length = this.length + end - start;
		if (length > this.#bytes.length) this.#grow(length);
		if (this.rows + 2 > this.#offsets.length) this.#growOffsets();
		source.copy(this.#bytes, this.length, start, end);
		this.length = length;
		this.#offsets[++this.rows] = length;
		return length >= this.batchBytesMax;
	}

	/** The rows so far; the builder begins anew with a buffer of its own. */
	take(): RowBatch {
		if (this.rows === 0) return emptyBatch;
		const batch = { bytes: this.#bytes.subarray(0, this.length), offsets: this.#offsets.subarray(0, this.rows + 1) };
		this.#bytes = Buffer.alloc(0);
		this.#offsets = new Uint32Array(0);
		this.rows = this.length = 0;
		return batch;
	}

	#grow(needed: number): void {
		const doubled = Math.max(firstBytes, this.#bytes.length * 2);
		// Beyond the batch's size only what one large row needs: doubling there would hold the row twice.
		const next = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, this.batchBytesMax + 64 * 1024)));
		this.#bytes.copy(next, 0, 0, this.length);
		this.#bytes = next;
	}

	#growOffsets(): void {
		const next = new Uint32Array(Math.max(firstRows, this.#offsets.length * 2));
		next.set(this.#offsets);
		this.#offsets = next;
	}
}
