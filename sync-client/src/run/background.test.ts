import { expect, test } from '@jest/globals';
import { isSweptOften, type LastSweep } from './background.ts';

const last: LastSweep = { at: 10_000, result: { equal: true, compared: { rows: 1, files: 1 }, differing: [], durationMs: 500 } };

test('an owed sweep leaves a pause behind the last one, however the clock goes; the first one is not put off', () => {
	expect(isSweptOften(null, 10_000)).toBe(false);
	expect([10_000, 11_999, 12_000, 9_999].map((now) => isSweptOften(last, now))).toEqual([true, true, false, false]);
});
