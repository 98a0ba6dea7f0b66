import { activity, point } from '../fixtures.ts';
import { activitySentence, pointActors, pointSentences } from './activities.ts';
import { pillsOf } from './counts.ts';

afterEach(() => {
	document.documentElement.lang = 'en-US';
});

describe('points', () => {
	test('a name, else the activities that are not quiet, else the title', () => {
		expect(pointSentences(point(1, { name: 'Before the sale' }))).toEqual(['Before the sale']);
		expect(pointSentences(point(1, { activities: [activity(), activity({ quiet: true, sentence: 'quiet' })] }))).toEqual([
			'Page “Shipping and returns” edited',
		]);
		expect(pointSentences(point(1, { activities: [], title: '3 rows' }))).toEqual(['3 rows']);
	});

	test('each actor once; an activity of unknown kind keeps its sentence', () => {
		expect(pointActors(point(1, { activities: [activity(), activity()] }))).toEqual(['Tom']);
		document.documentElement.lang = 'de-DE';
		expect(activitySentence(activity({ verb: 'juggled', sentence: 'Page juggled' }))).toBe('Page juggled');
	});

	test('pills name only what there was', () => {
		expect(pillsOf({ rows: 1, files: 0, deletedRows: 2, deletedFiles: 0, other: 0, quiet: 9 })).toEqual([
			'1 row',
			'2 rows deleted',
		]);
	});
});
