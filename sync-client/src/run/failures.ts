import type { Logger } from 'pino';
import { asHoldfastError, type HoldfastError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LoopTimes } from './loop-times.ts';

export type Failure = { error: HoldfastError; times: number; since: number };

/** Failures in a row: told in the status from the second on, each followed by a longer pause. */
export class Failures {
	readonly #clock: Clock;
	readonly #log: Logger;
	readonly #times: LoopTimes;
	#retryMs = 0;
	last: Failure | null = null;

	constructor(edges: { clock: Clock; log: Logger; times: LoopTimes }) {
		this.#clock = edges.clock;
		this.#log = edges.log;
		this.#times = edges.times;
	}

	none(): void {
		this.last = null;
		this.#retryMs = 0;
	}

	/** @returns how long to wait before trying again, in ms. */
	one(error: unknown): number {
		const failure = asHoldfastError(error);
		this.last = { error: failure, times: (this.last?.times ?? 0) + 1, since: this.last?.since ?? this.#clock.wallMs() };
		this.#log.warn({ err: error, times: this.last.times }, failure.message);
		this.#retryMs = Math.min(this.#times.retryMsMax, Math.max(this.#times.retryMsMin, this.#retryMs * 2));
		return this.#retryMs;
	}
}
