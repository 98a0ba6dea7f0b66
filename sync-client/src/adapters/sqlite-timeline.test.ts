import { describe, expect, test } from '@jest/globals';
import type { Point } from '@holdfast/protocol';
import { openTimelineStore } from './sqlite-timeline.ts';

const point = (seq: number, at: number) => ({ seq, at, title: `point ${seq}` }) as Point;

describe('the timeline on local disk', () => {
	test('lists newest first, from the first exact position on, in pages', () => {
		const store = openTimelineStore(':memory:');
		store.add(3, [point(1, 100), point(3, 300)], null);
		store.add(7, [point(5, 500), point(6, 600)], 3);
		expect(store.reached()).toBe(7);
		expect(store.firstExact()).toBe(3);
		expect(store.list(3, null, 10).map((one) => one.seq)).toEqual([6, 5, 3]);
		expect(store.list(3, 6, 1).map((one) => one.seq)).toEqual([5]);
		expect(store.get(2)).toBeNull();
	});

	test('an exact time means the last point at or before it', () => {
		const store = openTimelineStore(':memory:');
		store.add(6, [point(3, 300), point(5, 500), point(6, 450)], 3);
		// The database's clock was set back between 5 and 6: the order is the sequence.
		expect(store.lastAt(499, 3)?.seq).toBe(6);
		expect(store.lastAt(299, 3)).toBeNull();
	});

	test('a later image does not move the first exact position', () => {
		const store = openTimelineStore(':memory:');
		store.add(5, [], 2);
		store.add(9, [], 8);
		expect(store.firstExact()).toBe(2);
	});
});
