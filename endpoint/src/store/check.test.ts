import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { masterKeyVault } from '../adapters/masterKey.ts';
import { memoryCatalog } from '../adapters/memoryCatalog.ts';
import { type MemoryObjects, memoryObjects } from '../adapters/memoryObjects.ts';
import { commitName } from '../names.ts';
import { TestAgent } from '../testing/agent.ts';
import { type StartedEndpoint, startEndpoint } from '../testing/start.ts';
import { type CheckReport, check } from './check.ts';
import { readIn } from './readIn.ts';

let objects: MemoryObjects;
let endpoint: StartedEndpoint;
let agent: TestAgent;
const started: StartedEndpoint[] = [];
async function start(options: Parameters<typeof startEndpoint>[0]): Promise<StartedEndpoint> {
	const one = await startEndpoint(options);
	started.push(one);
	return one;
}
beforeEach(async () => {
	objects = memoryObjects();
	endpoint = await start({ objects });
	agent = await endpoint.paired();
	const shared = ['a', 'b', 'c'].map((text) => agent.seal(text));
	await agent.putPack(agent.pack(...shared));
	await agent.add(['one']);
	await agent.add(['two'], [shared[0]!.id, agent.seal('one').id]);
	await agent.add(['three'], [shared[1]!.id]);
});
afterEach(() => Promise.all(started.splice(0).map((one) => one.close())));

const checked = (): Promise<CheckReport> => check(endpoint.ports);
const named = async (): Promise<string[]> => [...new Set((await checked()).damaged.map(({ object }) => object))];
const nth = (seq: number): string => commitName(agent.siteId, seq as never);

describe('check', () => {
	test('finds nothing where nothing is wrong', async () => {
		expect(await checked()).toMatchObject({
			objects: 6,
			damaged: [],
			sites: [{ siteId: agent.siteId, home: 'https://shop.example', commits: 3, packs: 1, head: 3 }],
		});
	});

	test('finds any flipped bit in any object, and names the object', async () => {
		for (const [name, bytes] of objects.stored) {
			const step = Math.max(1, Math.floor(bytes.length / 100));
			for (let at = 0; at < bytes.length; at += at < 70 ? 1 : step) {
				bytes[at]! ^= 1 << (at % 8);
				expect(await named()).toContain(name);
				bytes[at]! ^= 1 << (at % 8);
			}
		}
		expect(await named()).toEqual([]);
	});

	test('finds objects that are cut, too long, empty or exchanged', async () => {
		for (const [name, bytes] of [...objects.stored]) {
			for (const other of [
				bytes.subarray(0, -1),
				bytes.subarray(0, 40),
				new Uint8Array(0),
				Buffer.concat([bytes, Buffer.of(0)]),
				objects.stored.get(name === nth(1) ? nth(2) : nth(1))!,
			]) {
				objects.stored.set(name, other);
				expect(await named()).toContain(name);
			}
			objects.stored.set(name, bytes);
		}
	});

	test('finds what is gone', async () => {
		for (const [name, bytes] of [...objects.stored]) {
			if (name.startsWith('pairings/') || name.includes('/site/')) continue;
			objects.stored.delete(name);
			expect(await named()).toContain(name);
			objects.stored.set(name, bytes);
		}
		objects.stored.delete(nth(2));
		/* Without a catalog the gap shows in the chain. */
		expect((await check({ ...endpoint.ports, catalog: null })).damaged.map(({ object }) => object)).toContain(nth(2));
	});

	test('names commits whose references are in no object', async () => {
		for (const name of [...objects.stored.keys()]) if (name.includes('/packs/')) objects.stored.delete(name);
		expect(await named()).toEqual(expect.arrayContaining([nth(2), nth(3)]));
	});

	test('finds what does not belong there, and a master key that is another', async () => {
		objects.stored.set('sites/x/y', new Uint8Array(3));
		expect(await named()).toEqual(['sites/x/y']);
		const report = await check({ ...endpoint.ports, vault: masterKeyVault(randomBytes(32)) });
		expect(report.damaged.map(({ code }) => code)).toContain('KEY_DOES_NOT_OPEN');
	});
});

describe('reading in', () => {
	const questions = (): [string, string, Uint8Array?][] => [
		['GET', '/v1/site'],
		['GET', '/v1/site/commits'],
		['GET', '/v1/site/commits?after=1&sections=manifests'],
		['GET', '/v1/site/commits/2'],
		['POST', '/v1/site/chunks/missing', agent.ids(agent.seal('a').id, agent.seal('nowhere').id)],
		['POST', '/v1/site/chunks/read', agent.ids(agent.seal('three').id, agent.seal('a').id, agent.seal('one').id)],
	];
	const answers = async (): Promise<string[]> => {
		const all: string[] = [];
		for (const [method, path, body] of questions()) {
			const { status, bytes } = await agent.ask(method, path, body);
			all.push(`${method} ${path} ${status} ${bytes.toString('hex')}`);
		}
		return all;
	};

	test('an empty catalog gives the same answers as before, byte for byte', async () => {
		/* The same chunk in several places: which one is read must not depend on the order of arrival. */
		await agent.putPack(agent.pack(agent.seal('three'), agent.seal('late')));
		await agent.putPack(agent.pack(agent.seal('late'), agent.seal('later')));
		const before = await answers();
		const catalog = memoryCatalog();
		expect(await readIn({ objects, catalog })).toEqual({ sites: 1, packs: 3, commits: 3, damaged: [] });
		const again = await start({ objects, catalog, vault: endpoint.ports.vault });
		agent.url = again.url;
		expect(await answers()).toEqual(before);
		expect((await agent.add(['four'])).reply.status).toBe(201);
	});

	test('secrets stay used, and unused ones good', async () => {
		const unused = await endpoint.secret();
		const used = await endpoint.secret(agent.siteId);
		const takeover = { secret: used, writer: 'ab'.repeat(16), binding: agent.binding, token: 'cd'.repeat(32) };
		expect((await agent.ask('POST', '/v1/site/takeover', takeover)).status).toBe(200);
		const catalog = memoryCatalog();
		await readIn({ objects, catalog });
		const again = await start({ objects, catalog });
		agent.url = again.url;
		expect((await agent.ask('GET', '/v1/site')).status).toBe(401);
		expect((await agent.ask('GET', '/v1/site', undefined, { authorization: `Bearer ${takeover.token}` })).json.writer).toBe(
			takeover.writer,
		);
		expect((await agent.ask('POST', '/v1/site/takeover', { ...takeover, writer: '00'.repeat(16) })).json.error.code).toBe(
			'PAIRING_USED',
		);
		expect((await new TestAgent(again.url).pair(unused)).status).toBe(200);
	});

	test('only what is newer is read', async () => {
		expect(await readIn(endpoint.ports)).toEqual({ sites: 1, packs: 0, commits: 0, damaged: [] });
	});

	test('damaged objects are named, all others are read', async () => {
		const bytes = objects.stored.get(nth(2))!;
		bytes[bytes.length - 60]! ^= 1;
		const catalog = memoryCatalog();
		const report = await readIn({ objects, catalog });
		expect(report).toMatchObject({ commits: 2, packs: 1, damaged: [{ object: nth(2) }] });
		const again = await start({ objects, catalog });
		agent.url = again.url;
		expect((await agent.ask('GET', '/v1/site/commits/2')).status).toBe(404);
		expect((await agent.add(['four'])).reply.status).toBe(201);
	});

	test('a damaged head is never written over', async () => {
		const bytes = objects.stored.get(nth(3))!;
		bytes[bytes.length - 60]! ^= 1;
		const damaged = Buffer.from(bytes);
		const catalog = memoryCatalog();
		await readIn({ objects, catalog });
		const again = await start({ objects, catalog });
		agent.url = again.url;
		agent.head = { seq: 2, hash: (await catalog.head(agent.siteId))!.headerHash } as never;
		expect((await agent.add(['instead'])).reply).toMatchObject({ status: 500, json: { error: { code: 'OBJECT_DAMAGED' } } });
		expect(objects.stored.get(nth(3))).toEqual(new Uint8Array(damaged));
	});

	test('a damaged newest record does not bring back the token before', async () => {
		const secret = await endpoint.secret(agent.siteId);
		await agent.ask('POST', '/v1/site/takeover', {
			secret,
			writer: 'ab'.repeat(16),
			binding: agent.binding,
			token: 'cd'.repeat(32),
		});
		objects.stored.get(`sites/${agent.siteId}/site/00000002`)![50]! ^= 1;
		const catalog = memoryCatalog();
		expect((await readIn({ objects, catalog })).damaged).toHaveLength(1);
		expect(await catalog.site(agent.siteId)).toMatchObject({ version: 2, tokenHash: null, commits: 3 });
	});
});
