import { hashOf, point, timeline } from '../fixtures.ts';
import { emptyTimeline, type TimelineState } from './state.ts';
import { withNewest, withOlder } from './timeline-pages.ts';

const seqs = (state: TimelineState) => state.points.map((one) => one.seq);
const page = (...numbers: number[]) =>
	timeline(
		numbers.map((seq) => point(seq)),
		{ more: true },
	);
const known = (...numbers: number[]) => withNewest(emptyTimeline, page(...numbers), 'head');

test('a new page joins what was loaded before, newer values winning', () => {
	const before = withOlder(known(12, 11, 10), timeline([point(9), point(8)]));
	const named = timeline([point(13), point(12), point(11, { name: 'Before the sale' })], { more: true });
	const after = withNewest(before, named, 'new');
	expect(seqs(after)).toEqual([13, 12, 11, 10, 9, 8]);
	expect(after.points[2]?.name).toBe('Before the sale');
	expect(after).toMatchObject({ more: false, readAtHead: 'new', loaded: true });
});

test('no silent gap: where points between may be missing, the older ones are asked for again', () => {
	const after = withNewest(known(12, 11), page(90, 89), 'new');
	expect(seqs(after)).toEqual([90, 89]);
	expect(after.more).toBe(true);
});

test('a page that is the whole timeline replaces everything', () => {
	expect(seqs(withNewest(known(12, 11), timeline([point(2), point(1)]), 'new'))).toEqual([2, 1]);
});

test('another timeline under the same numbers replaces everything', () => {
	const other = timeline([point(13), point(12, { hash: hashOf(99) })], { more: true });
	expect(seqs(withNewest(known(12, 11), other, 'new'))).toEqual([13, 12]);
});

test('older pages never repeat a point', () => {
	expect(seqs(withOlder(known(12, 11), page(11, 10)))).toEqual([12, 11, 10]);
});
