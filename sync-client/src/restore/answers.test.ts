import { describe, expect, test } from '@jest/globals';
import { askPages, compareAnswers, type Answer, type Marked } from './answers.ts';
import { cdnOf } from './cdn.ts';

const html = (body: string, status = 200, host = 'one.example'): Answer => ({ status, type: 'text/html; charset=UTF-8', host, body: `<html><body>${body}</body></html>`, cdn: null });
const login = html('<form id="loginform"><input id="pass" type="password"></form>');
const rest: Answer = { status: 200, type: 'application/json; charset=UTF-8', host: 'one.example', body: '{"name":"One","namespaces":["wp/v2"]}', cdn: null };
const well = { front: html('Hello'), login, rest };

async function asked(answers: { front: Answer | null; login: Answer | null; rest: Answer | null }): Promise<Marked[]> {
	return askPages('http://one.example/blog/', async (url) => (url.includes('wp-login') ? answers.login : url.includes('rest_route') ? answers.rest : answers.front));
}

async function whyNot(before: Partial<typeof well> | null, after: Partial<Record<keyof typeof well, Answer | null>>): Promise<(string | undefined)[]> {
	const compared = compareAnswers(before === null ? [] : await asked({ ...well, ...before }), await asked({ ...well, ...after }));
	expect(compared.map((one) => one.ok)).toEqual(compared.map((one) => one.why === undefined));
	return compared.map((one) => one.why);
}

const [none, other] = [[undefined, undefined, undefined], html('Another text, after the restore')];

describe('a site answers as before', () => {
	test('where all is well, whatever the pages say', async () => {
		expect(await whyNot({}, { front: other })).toEqual(none);
		expect(await whyNot(null, {})).toEqual(none);
		expect(compareAnswers(await asked(well), await asked(well))).toEqual([
			{ url: 'http://one.example/blog/', ok: true, status: 200, before: 200 }, { url: 'http://one.example/blog/wp-login.php', ok: true, status: 200, before: 200 },
			{ url: 'http://one.example/blog/?rest_route=/', ok: true, status: 200, before: 200 },
		]);
	});

	test('where it was broken and is well now; where REST or the login was refused and still is', async () => {
		expect(await whyNot({ front: html('', 500) }, {})).toEqual(none);
		expect(await whyNot({ rest: html('', 401), login: html('', 403) }, { rest: html('', 401), login: html('', 403) })).toEqual(none);
	});

	test('where WordPress wanted to be installed before, in place of every page', async () => {
		const install = html('<input name="admin_password" type="password">');
		expect(await whyNot({ front: install, login: install, rest: install }, {})).toEqual(none);
	});

	test.each([
		['an error page', { front: html('<p>There has been a critical error on this website.</p>', 500) }, 'It answers 500; before the restore 200.'],
		['an error page with status 200', { front: html('<b>Fatal error</b>: nothing') }, 'It shows an error of WordPress or PHP (status 200); before the restore 200.'],
		['a white screen', { front: { ...well.front, body: '<html><body>He' } }, 'It breaks off before its end.'],
		['not found', { front: html('Nothing here', 404) }, 'It answers 404; before the restore 200.'],
		['another server', { front: html('Hello', 200, 'two.example') }, 'It leads to two.example now; before the restore one.example answered.'],
		['something that is no page', { front: { ...rest, body: '{}' } }, 'It is application/json now; before the restore it was text/html.'],
		['nobody', { front: null }, 'Nobody answered.'],
	])('not with %s', async (_, after, why) => {
		expect(await whyNot({}, after)).toEqual([why, undefined, undefined]);
	});

	test('not with a login page that has no login, or a REST root that is none', async () => {
		expect(await whyNot({}, { login: html('Hello'), rest: { ...rest, body: '{"code":"rest_no_route"}' } })).toEqual([undefined, 'It shows something else than before the restore.', 'It shows something else than before the restore.']);
	});

	test('a site that is as broken as before is not called well', async () => {
		expect(await whyNot({ front: html('', 500) }, { front: html('', 500) })).toEqual(['It answers 500; it was not well before the restore either (500).', undefined, undefined]);
	});

	test('a page that the server could not reach before either says nothing of the restore, and is named', async () => {
		expect(compareAnswers(await asked({ ...well, front: null }), await asked({ ...well, front: null }))[0]).toMatchObject({ ok: true, status: 0, why: expect.stringMatching(/look at it yourself/) });
	});

	test('a site whose address is not known is not asked', async () => {
		expect(await askPages(null, () => Promise.reject(new Error('asked')))).toEqual([]);
	});
});

test('who stands before a site is told by the headers of its answers', () => {
	expect(cdnOf({ server: 'cloudflare', 'cf-ray': '8a-FRA' })).toBe('Cloudflare');
	expect(cdnOf({ server: 'nginx', via: '1.1 varnish (Varnish/7.1)' })).toBe('Varnish');
	expect(cdnOf({ server: 'nginx', 'x-amz-cf-id': 'abc' })).toBe('Amazon CloudFront');
	expect(cdnOf({ server: 'nginx/1.22', 'x-served-by': 'web-3' })).toBe(null);
});
