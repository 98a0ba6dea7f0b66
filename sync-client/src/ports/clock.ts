/** Wall and monotonic time, and randomness: the edges that tests replace. */
export interface Clock {
	/** Milliseconds since 1970; may jump. */
	wallMs(): number;
	/** Microseconds that never go back, the same scale as PHP's hrtime (CLOCK_MONOTONIC) in one boot. */
	monotonicUs(): number;
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
	bytes(n: number): Uint8Array;
}
