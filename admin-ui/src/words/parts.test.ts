import { activity } from '../fixtures.ts';
import { everythingChosen, leafParts, partLabel, partsOf, treeState, withPart } from './parts.ts';
import { kindLabel, singleKinds, singleOf, singlePart } from './single-parts.ts';

describe('what to restore', () => {
	test('nothing chosen is an empty list, never everything', () => {
		expect(partsOf(new Set())).toEqual([]);
		expect(treeState(new Set())).toBe('none');
	});

	test('everything only when every box is ticked', () => {
		expect(partsOf(everythingChosen)).toEqual(['everything']);
		for (const part of leafParts) {
			const rest = withPart(everythingChosen, part, false);
			expect(treeState(rest)).toBe('some');
			expect(partsOf(rest)).toEqual(leafParts.filter((one) => one !== part));
		}
	});

	test('single things are added to the boxes; alone they are all that is asked for', () => {
		const single = { part: 'post:12' as const, label: 'Post “Hello”' };
		expect(partsOf(new Set(), [single])).toEqual(['post:12']);
		expect(partsOf(new Set(['themes']), [single])).toEqual(['themes', 'post:12']);
		expect(partsOf(everythingChosen, [{ part: 'path:.htaccess', label: '' }])).toEqual(['everything', 'path:.htaccess']);
	});
});

describe('single things', () => {
	test('what is typed is a part, or nothing', () => {
		expect([
			singlePart('post', ' 12 '),
			singlePart('user', '3'),
			singlePart('option', 'blogname'),
			singlePart('plugin', 'akismet'),
			singlePart('path', 'wp-content/uploads'),
		]).toEqual(['post:12', 'user:3', 'option:blogname', 'plugin:akismet', 'path:wp-content/uploads']);
		for (const typed of ['', ' ', '0', '-1', '1.5', 'Hello', '9'.repeat(16)]) {
			expect(singlePart('post', typed)).toBeNull();
		}
		expect([singlePart('plugin', 'a/b'), singlePart('option', 'x'.repeat(192)), singlePart('path', '')]).toEqual([
			null,
			null,
			null,
		]);
		expect(singleKinds.map((kind) => partLabel(singlePart(kind, '7')!))).toHaveLength(new Set(singleKinds.map(kindLabel)).size);
		expect(partLabel('plugin:akismet')).toBe('Plugin akismet');
	});

	test('what an activity is about, where that can go back by itself', () => {
		const of = (type: string, id: number | string | null, link: string | null = null) =>
			singleOf(activity({ object: { type, id, title: 'T', noun: 'Thing' }, link }))?.part ?? null;
		expect([
			of('page', 12),
			of('attachment', 5),
			of('user', 3),
			of('nav_menu', 9),
			of('setting', 'blogname'),
			of('plugin', 'akismet/akismet.php'),
			of('plugin', 'hello.php'),
			of('theme', 'twenty'),
		]).toEqual(['post:12', 'post:5', 'user:3', 'menu:9', 'option:blogname', 'plugin:akismet', 'plugin:hello', 'theme:twenty']);
		expect(of('boat', 8, 'https://one.example/wp-admin/post.php?post=8&action=edit')).toBe('post:8');
		expect([of('boat', 8), of('login', 'anna'), of('page', null), of('core', 'x')]).toEqual([null, null, null, null]);
		expect(singleOf(activity())).toEqual({ part: 'post:12', label: '“Shipping and returns”' });
	});
});
