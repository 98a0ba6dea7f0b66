import { nextPollMs, pollDelayMsMax } from './pace.ts';

const pace = { everyMs: 2_000, visible: true, settled: false, failuresInRow: 0 };

describe('nextPollMs', () => {
	test('asks again after the interval', () => {
		expect(nextPollMs(pace)).toBe(2_000);
	});

	test('does not ask from a hidden page, nor when nothing can change', () => {
		expect(nextPollMs({ ...pace, visible: false })).toBeNull();
		expect(nextPollMs({ ...pace, settled: true })).toBeNull();
	});

	test('keeps asking through failures, slower up to a bound, and never gives up', () => {
		const delays = [1, 2, 3, 4, 10, 1_000_000].map((failuresInRow) => nextPollMs({ ...pace, failuresInRow }));
		expect(delays).toEqual([2_000, 4_000, 8_000, pollDelayMsMax, pollDelayMsMax, pollDelayMsMax]);
	});

	test('is never faster than asked for', () => {
		expect(nextPollMs({ ...pace, everyMs: 60_000, failuresInRow: 3 })).toBe(60_000);
	});
});
