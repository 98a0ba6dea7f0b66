import type { Activity } from '../wire.ts';
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

	test('in another language by type and verb, by what changed, by number, and by noun where only its plugin knows the type', () => {
		document.documentElement.lang = 'de-DE';
		const of = (type: string, title: string, noun = ''): Activity['object'] => ({ type, id: 1, title, noun });
		expect(activitySentence(activity({ verb: 'trashed', object: of('post', 'Hello') }))).toBe('Post “Hello” moved to the trash');
		expect(activitySentence(activity({ verb: 'changed', object: of('setting', 'Site title'), from: 'A', to: 'B' }))).toBe('Setting “Site title” changed from “A” to “B”');
		expect(activitySentence(activity({ verb: 'trashed', object: of('post', 'A, B, C'), count: 20 }))).toBe('20 posts moved to the trash: A, B, C and 17 more');
		expect(activitySentence(activity({ verb: 'deleted', object: of('boat', 'A, B', 'Boats'), count: 2 }))).toBe('2 Boats deleted: A, B');
		expect(activitySentence(activity({ verb: 'published', object: of('boat', 'Vasa', 'Boat') }))).toBe('Boat published: Vasa');
		expect(activitySentence(activity({ verb: 'changed', object: of('widgets', '') }))).toBe('Widgets changed');
	});

	test('who did what is quiet stands only beside what is quiet', () => {
		const refused = activity({ quiet: true, actor: { type: 'visitor', ip: '192.0.2.1' } });
		expect(pointActors(point(1, { activities: [activity(), refused] }))).toEqual(['Tom']);
	});

	test('pills name only what there was', () => {
		expect(pillsOf({ rows: 1, files: 0, deletedRows: 2, deletedFiles: 0, other: 0, quiet: 9 })).toEqual([
			'1 row',
			'2 rows deleted',
		]);
	});
});
