/** Runs SELECTs on one wire within bounds: one page, or a stream with back-pressure. Ends a statement early with KILL QUERY. */
import { HoldfastError } from '../../errors.ts';
import { rowCount, type RowBatch } from '../../ports/row-batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import type { Wire } from './wire.ts';

/** Bytes that may arrive beyond a page's limit before the statement is ended: below it, reading on is cheaper than a KILL. */
const overrunBytesMax = 4 * 1024 * 1024;
const queueBatchesMax = 2;

/** Ends the statement that `connectionId` runs; from another connection of the same user. */
export type KillQuery = (connectionId: number) => Promise<void>;

export class RowReader {
	readonly #wire: Wire;
	readonly #killQuery: KillQuery;

	constructor(wire: Wire, killQuery: KillQuery) {
		this.#wire = wire;
		this.#killQuery = killQuery;
	}

	/** Rows up to `limitBytes`, at least one; `cut` when rows were left behind. */
	async page(sql: string, limitBytes: number, doing: string): Promise<{ rows: RowBatch; cut: boolean }> {
		const builder = new BatchBuilder(limitBytes);
		let full = false;
		let cut = false;
		let overrunBytes = 0;
		let killed: Promise<void> | null = null;
		const sink = (bytes: Buffer, start: number, end: number): void => {
			if (!full) {
				full = builder.add(bytes, start, end);
				return;
			}
			cut = true;
			overrunBytes += end - start;
			if (overrunBytes > overrunBytesMax) killed ??= this.#killQuery(this.#wire.connectionId);
		};
		await this.#wire.rows(sql, sink, doing).catch((error: unknown) => {
			if (killed === null || !isCancelled(error)) throw error;
		});
		if (killed !== null) await this.#afterKill(killed);
		return { rows: builder.take(), cut };
	}

	/** Every row, in batches of about `batchBytes`; at most `queueBatchesMax` + 1 of them in memory. */
	async *stream(sql: string, batchBytes: number, doing: string): AsyncGenerator<RowBatch, void, void> {
		const wire = this.#wire;
		const builder = new BatchBuilder(batchBytes);
		const ready: RowBatch[] = [];
		let wake: () => void = () => {};
		let ended = false;
		let abandoned = false;
		let failure: Error | null = null;
		const sink = (bytes: Buffer, start: number, end: number): void => {
			if (abandoned || !builder.add(bytes, start, end)) return;
			ready.push(builder.take());
			if (ready.length >= queueBatchesMax) wire.pause();
			wake();
		};
		const finished = wire
			.rows(sql, sink, doing)
			.catch((error: unknown) => {
				failure = error as Error;
			})
			.then(() => {
				ended = true;
				if (!abandoned && builder.rows > 0) ready.push(builder.take());
				wake();
			});
		try {
			for (;;) {
				const batch = ready.shift();
				if (batch !== undefined) {
					if (ready.length < queueBatchesMax) wire.resume();
					yield batch;
				} else if (ended) break;
				else
					await new Promise<void>((resolve) => {
						wake = resolve;
					});
			}
			if (failure !== null) throw failure as Error;
		} finally {
			abandoned = true;
			if (!ended) {
				const killed = this.#killQuery(wire.connectionId);
				wire.resume();
				await finished;
				await this.#afterKill(killed);
			}
		}
	}

	/** A KILL that came after its statement's end strikes the next one: let that be one that does nothing. */
	async #afterKill(killed: Promise<void>): Promise<void> {
		await killed;
		await this.#wire.run('DO 0').catch((error: unknown) => {
			if (!isCancelled(error)) throw error;
		});
	}
}

const isCancelled = (error: unknown): boolean => error instanceof HoldfastError && error.code === 'DB_CANCELLED';

export const isEmpty = (batch: RowBatch): boolean => rowCount(batch) === 0;
