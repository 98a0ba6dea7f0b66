import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recordName } from './names.ts';
import { decodeSiteRecord } from './records.ts';
import { TestAgent } from './testing/agent.ts';
import { type StartedEndpoint, startEndpoint } from './testing/start.ts';

const day = 24 * 3_600_000;
let endpoint: StartedEndpoint;
let now: number;
beforeEach(async () => {
	now = 1_700_000_000_000;
	endpoint = await startEndpoint({ now: () => now });
});
afterEach(() => endpoint.close());

const refused = (status: number, code: string) => ({ status, json: { error: { code } } });

describe('pairing', () => {
	test('gives a token that works; only its hash is kept, and the root key wrapped', async () => {
		const agent = new TestAgent(endpoint.url);
		expect(await agent.pair(await endpoint.secret())).toMatchObject({
			status: 200,
			json: { siteId: agent.siteId, head: null, endpoint: { name: 'Holdfast endpoint' } },
		});
		expect((await agent.ask('GET', '/v1/site')).status).toBe(200);
		const name = recordName(agent.siteId, 1);
		const bytes = (await endpoint.ports.objects.read(name, 65_536)) as Uint8Array;
		const rootKey = Buffer.from(agent.rootKey).toString('hex');
		expect(Buffer.from(bytes).toString('latin1')).not.toContain(agent.token);
		expect(Buffer.from(bytes).toString('latin1')).not.toContain(rootKey);
		const { wrappedKey } = decodeSiteRecord(bytes);
		expect(Buffer.from(endpoint.ports.vault.unwrap(agent.siteId, wrappedKey!)!).toString('hex')).toBe(rootKey);
		expect(endpoint.ports.vault.unwrap('00'.repeat(16) as never, wrappedKey!)).toBeNull();
	});

	test('without a root key the site is sealed', async () => {
		const agent = new TestAgent(endpoint.url);
		expect((await agent.pair(await endpoint.secret(), { rootKey: undefined })).status).toBe(200);
		expect((await agent.ask('GET', '/v1/site')).json.sealed).toBe(true);
	});

	test('may be repeated by the same writer until its first commit, and refused afterwards', async () => {
		const secret = await endpoint.secret();
		const agent = new TestAgent(endpoint.url);
		for (let i = 0; i < 2; i++) expect((await agent.pair(secret)).status).toBe(200);
		/* The reply was lost before the agent had saved its token: it draws another. */
		const lost = agent.token;
		agent.token = 'cd'.repeat(32);
		expect((await agent.pair(secret)).status).toBe(200);
		expect((await agent.ask('GET', '/v1/site')).status).toBe(200);
		expect(await agent.ask('GET', '/v1/site', undefined, { authorization: `Bearer ${lost}` })).toMatchObject(
			refused(401, 'TOKEN_UNKNOWN'),
		);
		await agent.add(['one']);
		expect(await agent.pair(secret)).toMatchObject(refused(409, 'PAIRING_USED'));
	});

	test('is refused to another writer and to another site', async () => {
		const secret = await endpoint.secret();
		const agent = new TestAgent(endpoint.url);
		await agent.pair(secret);
		expect(await agent.pair(secret, { writer: 'ab'.repeat(16) })).toMatchObject(refused(409, 'PAIRING_USED'));
		expect(await new TestAgent(endpoint.url).pair(secret)).toMatchObject(refused(409, 'PAIRING_USED'));
		expect(await agent.pair(await endpoint.secret())).toMatchObject(refused(409, 'PAIRING_SITE_KNOWN'));
	});

	test('two at once with one code: one gets in', async () => {
		const secret = await endpoint.secret();
		const replies = await Promise.all(Array.from({ length: 4 }, () => new TestAgent(endpoint.url).pair(secret)));
		expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
	});

	test('is refused when expired, unknown, or of another protocol', async () => {
		const secret = await endpoint.secret();
		const agent = new TestAgent(endpoint.url);
		expect(await agent.pair(secret, { protocol: 2 })).toMatchObject(refused(400, 'PROTOCOL_UNSUPPORTED'));
		expect(await agent.pair('00'.repeat(16))).toMatchObject(refused(403, 'PAIRING_UNKNOWN'));
		now += day;
		expect(await agent.pair(secret)).toMatchObject(refused(403, 'PAIRING_EXPIRED'));
	});

	test('a token that another site has is refused', async () => {
		const first = await endpoint.paired();
		const second = new TestAgent(endpoint.url);
		second.token = first.token;
		expect(await second.pair(await endpoint.secret())).toMatchObject(refused(409, 'PAIRING_TOKEN_IN_USE'));
	});

	test('wrong secrets are slowed down, for a minute', async () => {
		const agent = new TestAgent(endpoint.url);
		const secret = await endpoint.secret();
		for (let i = 0; i < 10; i++) expect((await agent.pair('00'.repeat(16))).status).toBe(403);
		const slowed = await agent.pair(secret);
		expect(slowed).toMatchObject(refused(429, 'PAIRING_TOO_MANY'));
		expect(Number(slowed.headers.get('retry-after'))).toBe(60);
		now += 60_000;
		expect((await agent.pair(secret)).status).toBe(200);
	});

	test.each([
		['no body', undefined],
		['nothing in it', {}],
		['a cut-off secret', { secret: 'abcd' }],
		['a token that is no hex', { token: 'z'.repeat(64) }],
		['an upper-case id', { siteId: 'AB'.repeat(16) }],
		['a number for a text', { label: 5 }],
		['a label without end', { label: 'x'.repeat(201) }],
		['a binding without parts', { binding: {} }],
	])('%s is refused', async (_, change) => {
		const agent = new TestAgent(endpoint.url);
		const body =
			change === undefined
				? undefined
				: Object.keys(change).length === 0
					? {}
					: { ...agent.pairBody(await endpoint.secret()), ...change };
		const reply = await agent.ask('POST', '/v1/pair', body);
		expect(reply.status).toBe(400);
		expect(reply.json.error.code).toBe('REQUEST_INVALID');
	});
});

describe('takeover', () => {
	const takeOver = (by: TestAgent, secret: string, more = {}) =>
		by.ask(
			'POST',
			'/v1/site/takeover',
			{ secret, writer: by.writer, binding: by.binding, token: by.token, ...more },
			{ authorization: '' },
		);

	test('lets a new writer go on, and the old one no more', async () => {
		const old = await endpoint.paired();
		await old.add(['one']);
		const moved = new TestAgent(endpoint.url);
		const secret = await endpoint.secret(old.siteId);
		expect(await takeOver(moved, secret)).toMatchObject({
			status: 200,
			json: { siteId: old.siteId, head: old.head, writer: moved.writer, commits: 1 },
		});
		expect((await takeOver(moved, secret)).status).toBe(200);
		expect(await takeOver(new TestAgent(endpoint.url), secret)).toMatchObject(refused(409, 'PAIRING_USED'));
		expect((await old.add(['two'])).reply).toMatchObject(refused(401, 'TOKEN_UNKNOWN'));

		old.token = moved.token;
		expect((await old.add(['two'])).reply).toMatchObject(refused(409, 'COMMIT_OTHER_WRITER'));
		old.writer = moved.writer;
		expect((await old.add(['two'])).reply.status).toBe(201);
		expect(await takeOver(moved, secret)).toMatchObject(refused(409, 'PAIRING_USED'));
	});

	test('needs a code of its own kind', async () => {
		const old = await endpoint.paired();
		expect(await takeOver(old, await endpoint.secret())).toMatchObject(refused(409, 'PAIRING_NOT_FOR_TAKEOVER'));
		expect(await new TestAgent(endpoint.url).pair(await endpoint.secret(old.siteId))).toMatchObject(
			refused(409, 'PAIRING_FOR_TAKEOVER'),
		);
		expect(await takeOver(old, '00'.repeat(16))).toMatchObject(refused(403, 'PAIRING_UNKNOWN'));
	});
});
