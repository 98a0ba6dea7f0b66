import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Random } from '../ports/clock.ts';

/** The machine's clocks. `hrtime` is CLOCK_MONOTONIC, the clock of PHP's hrtime(). */
export const systemClock: Clock = {
	wallMs: () => Date.now(),
	monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
	sleep: async (ms, signal) => {
		await wait(ms, undefined, signal ? { signal } : undefined);
	},
};

export const systemRandom: Random = { bytes: (n) => randomBytes(n) };
