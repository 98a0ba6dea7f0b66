/* When to ask next. Pure; the clock and the page's visibility are the hook's. */

export const statusPollMs = 2_000;
export const jobPollMs = 1_000;
/** Not connected, agent not running: nothing moves unless somebody acts elsewhere. */
export const idlePollMs = 5_000;
export const pollDelayMsMax = 10_000;

export interface Pace {
	everyMs: number;
	visible: boolean;
	/** Nothing can change any more: a job that has ended, say. */
	settled: boolean;
	failuresInRow: number;
}

/** Milliseconds until the next question; null: do not ask. Unknown is asked for again and again, a little slower each time. */
export function nextPollMs({ everyMs, visible, settled, failuresInRow }: Pace): number | null {
	if (!visible || settled) {
		return null;
	}
	const slowed = everyMs * 2 ** Math.min(Math.max(failuresInRow - 1, 0), 10);
	return Math.max(everyMs, Math.min(slowed, pollDelayMsMax));
}
