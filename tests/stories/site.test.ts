import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecordedSite } from './recorded-site.ts';
import { makeStoriesSite, offer, siteStories, update, updateCore } from './site-stories.ts';
import { rest } from './story.ts';
import { expectAllRecorded, tellStories } from './tell-stories.ts';

let site: RecordedSite;
beforeAll(async () => {
	site = await makeStoriesSite();
}, 240_000);
afterAll(async () => {
	await site?.destroy();
});

tellStories(() => site, siteStories);

test('an update is bracketed, also where it fails and where PHP dies in it', async () => {
	const brackets = async (packages: Record<string, string>, act: () => Promise<unknown>): Promise<unknown[]> => {
		await offer(site, packages);
		await site.lines();
		await act().catch(() => {});
		return (await site.lines()).filter(([type, , begins]) => (type === 'u' || type === 'e') && begins !== undefined || type === 'e').map(([type, , begins, what]) => (type === 'e' ? 'end' : [begins, what]));
	};
	expect(await brackets({ compass: 'broken.zip' }, async () => await update(site, 'compass'))).toEqual([[1, 'plugin compass/compass.php'], [0, 'plugin compass/compass.php'], 'end']);
	expect(await brackets({ deadly: 'deadly.zip' }, async () => await update(site, 'deadly'))).toEqual([[1, 'plugin deadly/deadly.php']]);
	expect(await brackets({}, async () => await updateCore(site, '99.2'))).toEqual([[1, 'WordPress'], [0, 'WordPress'], 'end']);
});

test('an activity says who, where to look and since when', async () => {
	await site.lines();
	const { id, link: permalink } = await rest<{ id: number; link: string }>(site, 'POST', 'wp/v2/posts', { title: 'Seen', status: 'publish' });
	const [told] = await site.activities();
	expect(told).toEqual({
		verb: 'published',
		object: { type: 'post', id, title: 'Seen', noun: 'Post' },
		sentence: 'Post “Seen” published',
		actor: { type: 'user', id: 1, login: 'admin', name: 'admin', ip: null },
		via: 'rest',
		link: permalink,
		at: told!.at,
		quiet: false,
	});
	await site.visitor().login('admin', 'wrong').catch(() => {});
	expect((await site.activities())[0]?.actor).toEqual({ type: 'visitor', id: null, login: null, name: null, ip: '127.0.0.1' });
});

expectAllRecorded(() => site, 0.95);
