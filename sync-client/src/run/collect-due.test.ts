import { describe, expect, test } from '@jest/globals';
import { isCollectDue, type Due } from './collect-due.ts';
import { loopTimes } from './loop-times.ts';

const minutesUs = (minutes: number): number => minutes * 60_000_000;
const at = (changed: Partial<Due['waiting']> & Partial<Omit<Due, 'waiting'>>): boolean => {
	const { newLines = true, broken = false, sinceMs = 60_000, nowUs = minutesUs(60), ...waiting } = changed;
	return isCollectDue({ waiting: { changes: 1, oldestUs: nowUs, loud: false, open: false, ...waiting }, newLines, broken, sinceMs, nowUs }, loopTimes);
};

describe('when to collect', () => {
	test('a change that is not quiet at once, however many quiet ones wait', () => {
		expect(at({ loud: true, sinceMs: 250 })).toBe(true);
		expect(at({ loud: true, sinceMs: 250, changes: 100_000 })).toBe(true);
		expect(at({ loud: true, sinceMs: 249 })).toBe(false);
		expect(at({ loud: true, newLines: false, sinceMs: 999 })).toBe(false);
		expect(at({ loud: true, newLines: false, sinceMs: 1_000 })).toBe(true);
	});

	test('quiet ones alone after a quarter of an hour', () => {
		expect(at({ changes: 3 })).toBe(false);
		expect(at({ changes: 3, oldestUs: minutesUs(46) })).toBe(false);
		expect(at({ changes: 3, oldestUs: minutesUs(44) })).toBe(true);
	});

	test('or when there are many, but not all the time, and not where nothing was added', () => {
		expect(at({ changes: loopTimes.quietChangesMax, sinceMs: loopTimes.quietGapMsMin })).toBe(true);
		expect(at({ changes: loopTimes.quietChangesMax - 1 })).toBe(false);
		expect(at({ changes: loopTimes.quietChangesMax, sinceMs: loopTimes.quietGapMsMin - 1 })).toBe(false);
		expect(at({ changes: loopTimes.quietChangesMax, newLines: false })).toBe(false);
	});

	test('never without a change, save to try a broken table again', () => {
		expect(at({ changes: 0, loud: false })).toBe(false);
		expect(at({ changes: 0, broken: true, sinceMs: loopTimes.brokenAgainMs + 1 })).toBe(true);
	});
});
