import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { memoryCatalog } from './adapters/memoryCatalog.ts';
import { memoryObjects } from './adapters/memoryObjects.ts';
import { type EndpointErrorCode, EndpointError, endpointErrorCodes } from './errors.ts';
import { Faults } from './faults.ts';
import { TestAgent } from './testing/agent.ts';
import { type StartedEndpoint, startEndpoint } from './testing/start.ts';

const refused = (status: number, code: EndpointErrorCode) => ({ status, json: { error: { code } } });
let endpoint: StartedEndpoint;
afterEach(() => endpoint.close());

describe('bad input is refused in JSON', () => {
	test('whatever is asked', async () => {
		endpoint = await startEndpoint();
		const agent = await endpoint.paired();
		const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
			agent.ask(method, path, body === undefined ? undefined : Buffer.from(body), headers);
		const json = { 'content-type': 'application/json' };
		expect(await ask('GET', '/')).toMatchObject(refused(404, 'ROUTE_UNKNOWN'));
		expect(await ask('GET', '/wp-login.php')).toMatchObject(refused(404, 'ROUTE_UNKNOWN'));
		expect(await ask('GET', '/v1/%ff')).toMatchObject(refused(404, 'ROUTE_UNKNOWN'));
		expect(await ask('DELETE', '/v1/site/commits/1')).toMatchObject(refused(404, 'ROUTE_UNKNOWN'));
		expect(await ask('POST', '/v1/pair', '{"secret":', json)).toMatchObject(refused(400, 'JSON_INVALID'));
		expect(await ask('POST', '/v1/pair', '', json)).toMatchObject({ status: 400 });
		expect(await ask('POST', '/v1/pair', '{"__proto__":{}}', json)).toMatchObject(refused(400, 'JSON_INVALID'));
		expect(await ask('POST', '/v1/pair', '<!doctype html>', { 'content-type': 'text/html' })).toMatchObject(
			refused(415, 'CONTENT_TYPE_WRONG'),
		);
		expect(await ask('POST', '/v1/pair', 'text', { 'content-type': 'text/plain' })).toMatchObject(
			refused(415, 'CONTENT_TYPE_WRONG'),
		);
		expect(await ask('POST', '/v1/pair', 'x')).toMatchObject(refused(415, 'CONTENT_TYPE_WRONG'));
		expect(await ask('POST', '/v1/pair', `{"a":"${'x'.repeat(70_000)}"}`, json)).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
		expect(await ask('POST', '/v1/site/commits', '{}', json)).toMatchObject(refused(415, 'CONTENT_TYPE_WRONG'));
		expect(await ask('POST', '/v1/site/commits', '<html>', { 'content-type': 'text/html' })).toMatchObject(
			refused(415, 'CONTENT_TYPE_WRONG'),
		);
		expect(await ask('POST', '/v1/site/commits', '<html>')).toMatchObject(refused(422, 'COMMIT_INVALID'));
	});

	test('every refusal says what happened, whether anything changed, and what to do', () => {
		for (const code of endpointErrorCodes) {
			const { error } = new EndpointError(code).body('12345678');
			expect(error.message).toMatch(/^[A-Z].*\.$/);
			expect(error.hint).toMatch(/^[A-Z].*\.$/);
			expect(error.changed).toMatch(/\.$/);
		}
	});

	test('what is not HTTP, has no length, is too long, or too slow', async () => {
		endpoint = await startEndpoint({ limits: { bodyIdleMsMax: 200 } });
		const agent = await endpoint.paired();
		const head = `POST /v1/site/commits HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${agent.token}\r\nContent-Type: application/octet-stream\r\n`;
		expect(await raw('this is not HTTP\r\n\r\n')).toContain('REQUEST_MALFORMED');
		expect(await raw(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)).toContain('LENGTH_REQUIRED');
		expect(await raw(`${head}Content-Length: 999999999999\r\n\r\nabc`)).toContain('BODY_TOO_LARGE');
		expect(await raw(`${head}Content-Length: 1000\r\n\r\nabc`)).toContain('REQUEST_TOO_SLOW');
	});

	test('half a body leaves nothing behind', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ objects: faults.over('objects', memoryObjects()) });
		const agent = await endpoint.paired();
		const discarded = new Promise<void>((resolve) => {
			faults.act('staged.discard', resolve, { when: 'after' });
		});
		const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
		socket.write(
			`PUT /v1/site/packs/${'a'.repeat(64)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${agent.token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 5000\r\n\r\nhalf`,
		);
		setTimeout(() => socket.destroy(), 50);
		await discarded;
		expect((await endpoint.ports.objects.list('sites/', '', 10)).map(({ name }) => name)).toEqual([
			`sites/${agent.siteId}/site/00000001`,
		]);
	});

	function raw(text: string): Promise<string> {
		return new Promise((resolve, reject) => {
			const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1', () => socket.write(text));
			let answer = '';
			socket.on('data', (data: Buffer) => {
				answer += data.toString();
				if (answer.includes('"reference"')) socket.destroy();
			});
			socket.on('error', reject);
			socket.on('close', () => resolve(answer));
		});
	}
});

describe('limits', () => {
	test('a disk that is nearly full refuses writes before anything is written, and reads go on', async () => {
		let free = 1_000_000_000;
		endpoint = await startEndpoint({ space: { freeBytes: async () => free }, limits: { freeBytesMin: 1_000_000 } });
		const agent = await endpoint.paired();
		const pack = agent.pack(agent.seal(randomBytes(20_000)));
		await agent.add(['one']);
		const objects = (await endpoint.ports.objects.list('', '', 100)).length;
		free = 1_000_000 + 200;
		expect(await agent.putPack(pack)).toMatchObject(refused(507, 'STORAGE_LOW'));
		expect((await agent.add(['two'])).reply).toMatchObject(refused(507, 'STORAGE_LOW'));
		expect((await agent.ask('GET', '/v1/health')).json).toMatchObject({ ok: true, freeBytes: free, acceptsWrites: true });
		free = 999_999;
		expect((await agent.ask('GET', '/v1/health')).json).toMatchObject({ acceptsWrites: false });
		expect((await agent.ask('GET', '/v1/site/commits/1')).status).toBe(200);
		expect(await endpoint.ports.objects.list('', '', 100)).toHaveLength(objects);
		free = 1_000_000_000;
		expect((await agent.add(['two'])).reply.status).toBe(201);
	});

	test('several uploads that fit one by one cannot fill the disk together', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({
			objects: faults.over('objects', memoryObjects()),
			space: { freeBytes: async () => 1_001_000 },
			limits: { freeBytesMin: 1_000_000 },
		});
		const agent = await endpoint.paired();
		const held = hold(faults, 'staged.write');
		const first = agent.add(['x']);
		await held.reached;
		expect((await agent.append(agent.commit(['x']))).status).toBe(507);
		held.release();
		expect((await first).reply.status).toBe(201);
	});

	test('more uploads than it can take get BUSY and when to come again', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ objects: faults.over('objects', memoryObjects()), limits: { uploadsMax: 1 } });
		const agent = await endpoint.paired();
		const held = hold(faults, 'staged.write');
		const first = agent.add(['one']);
		await held.reached;
		const busy = await agent.putPack(agent.pack(agent.seal('x')));
		expect(busy).toMatchObject(refused(503, 'BUSY'));
		expect(busy.headers.get('retry-after')).toBe('2');
		held.release();
		expect((await first).reply.status).toBe(201);
		expect((await agent.putPack(agent.pack(agent.seal('x')))).status).toBe(201);
	});
});

describe('faults between the steps of an append', () => {
	test.each([
		['objects.stage', 'before'],
		['staged.write', 'before'],
		['staged.write', 'after'],
		['staged.publish', 'before'],
		['staged.publish', 'after'],
		['catalog.addCommit', 'before'],
		['catalog.addCommit', 'after'],
	] as const)('%s fails %s it is done: the repeat makes it good', async (call, when) => {
		const faults = new Faults();
		endpoint = await startEndpoint({
			objects: faults.over('objects', memoryObjects()),
			catalog: faults.over('catalog', memoryCatalog()),
		});
		const agent = await endpoint.paired();
		await agent.add(['one']);
		faults.fail(call, new Error('the disk is gone'), { when });
		const commit = agent.commit(['two']);
		const failed = await agent.append(commit);
		expect(failed).toMatchObject(refused(500, 'INTERNAL'));
		expect(JSON.stringify(failed.json)).not.toContain('the disk is gone');
		faults.requireFired();
		const again = await agent.append(commit);
		expect([200, 201]).toContain(again.status);
		expect(again.json.position).toEqual(commit.position);
		agent.head = commit.position;
		expect((await agent.add(['three'])).reply.status).toBe(201);
	});

	test('after a lost catalog write another commit at that place is refused, not the first one lost', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ catalog: faults.over('catalog', memoryCatalog()) });
		const agent = await endpoint.paired();
		faults.fail('catalog.addCommit', new Error('gone'));
		const first = agent.commit(['first']);
		await agent.append(first);
		const second = await agent.append(agent.commit(['second']));
		expect(second).toMatchObject({ ...refused(409, 'COMMIT_CONFLICT'), json: { head: first.position } });
		faults.requireFired();
	});

	test('a disk that is full after all is said as such', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ objects: faults.over('objects', memoryObjects()) });
		const agent = await endpoint.paired();
		faults.fail('staged.write', Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
		expect((await agent.add(['x'])).reply).toMatchObject(refused(507, 'STORAGE_LOW'));
		faults.requireFired();
		expect((await agent.add(['x'])).reply.status).toBe(201);
	});

	test('a pack whose catalog write failed is taken in by the repeat', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ catalog: faults.over('catalog', memoryCatalog()) });
		const agent = await endpoint.paired();
		faults.fail('catalog.addPack', new Error('gone'));
		const pack = agent.pack(agent.seal('x'));
		expect((await agent.putPack(pack)).status).toBe(500);
		expect(await agent.putPack(pack)).toMatchObject({ status: 200, json: { chunks: 1 } });
		expect((await agent.ask('POST', '/v1/site/chunks/missing', agent.ids(agent.seal('x').id))).bytes).toHaveLength(0);
		faults.requireFired();
	});

	test('a pairing whose catalog write failed can be repeated', async () => {
		const faults = new Faults();
		endpoint = await startEndpoint({ catalog: faults.over('catalog', memoryCatalog()) });
		const secret = await endpoint.secret();
		faults.fail('catalog.putSite', new Error('gone'));
		const agent = new TestAgent(endpoint.url);
		expect((await agent.pair(secret)).status).toBe(500);
		expect((await agent.pair(secret)).status).toBe(200);
		expect((await agent.add(['x'])).reply.status).toBe(201);
		faults.requireFired();
	});

	test('an object that has vanished is said as such', async () => {
		const objects = memoryObjects();
		endpoint = await startEndpoint({ objects });
		const agent = await endpoint.paired();
		await agent.add(['one']);
		for (const name of objects.stored.keys()) if (name.includes('/commits/')) objects.stored.delete(name);
		expect(await agent.ask('GET', '/v1/site/commits/1')).toMatchObject(refused(500, 'OBJECT_DAMAGED'));
		expect(await agent.ask('GET', '/v1/site/commits?sections=manifests')).toMatchObject(refused(500, 'OBJECT_DAMAGED'));
		expect(await agent.ask('POST', '/v1/site/chunks/read', agent.ids(agent.seal('one').id))).toMatchObject(
			refused(500, 'OBJECT_DAMAGED'),
		);
	});
});

test('closing lets a request finish and takes no new one', async () => {
	const faults = new Faults();
	endpoint = await startEndpoint({ objects: faults.over('objects', memoryObjects()) });
	const agent = await endpoint.paired();
	const held = hold(faults, 'staged.publish');
	const under = agent.add(['one']);
	await held.reached;
	const closed = endpoint.close();
	const late = await agent.ask('GET', '/v1/health').then(
		({ json }) => json.error.code as string,
		() => 'no connection',
	);
	held.release();
	expect(['STOPPING', 'no connection']).toContain(late);
	expect((await under).reply.status).toBe(201);
	await closed;
});

function hold(faults: Faults, call: string): { reached: Promise<void>; release: () => void } {
	let release = (): void => {};
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	const reached = new Promise<void>((resolve) => {
		faults.act(call, async () => {
			resolve();
			await released;
		});
	});
	return { reached, release };
}
