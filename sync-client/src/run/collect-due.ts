import type { Waiting } from '../intents/waiting.ts';
import type { LoopTimes } from './loop-times.ts';

export type Due = {
	waiting: Waiting;
	/** Whether the log has said anything since the last collect. */
	newLines: boolean;
	/** Whether there are tables that could not be opened. */
	broken: boolean;
	/** Since the last collect. */
	sinceMs: number;
	nowUs: number;
};

/**
 * Is it time to collect? At once for a change that is not quiet, however many quiet ones wait; those alone wait for one, but neither
 * for ever nor in any number: logs, and what the loop looks at in every turn, stay bounded.
 */
export function isCollectDue({ waiting, newLines, broken, sinceMs, nowUs }: Due, times: LoopTimes): boolean {
	if (broken && sinceMs > times.brokenAgainMs) {
		return true;
	}
	if (waiting.changes === 0 || sinceMs < times.commitGapMsMin) {
		return false;
	}
	if (waiting.loud) {
		return newLines || sinceMs >= times.openAgainMs;
	}
	const oldestMs = waiting.oldestUs === null ? 0 : (nowUs - waiting.oldestUs) / 1000;
	const tooMany = waiting.changes >= times.quietChangesMax && newLines && sinceMs >= times.quietGapMsMin;
	return oldestMs > times.quietMsMax || tooMany;
}
