import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readChunkHeader, readCommitPrefix } from '@holdfast/protocol';
import type { TestAgent } from './testing/agent.ts';
import { type StartedEndpoint, startEndpoint } from './testing/start.ts';

let endpoint: StartedEndpoint;
let agent: TestAgent;
beforeEach(async () => {
	endpoint = await startEndpoint();
	agent = await endpoint.paired();
});
afterEach(() => endpoint.close());

describe('commits', () => {
	test('are appended one behind the other', async () => {
		for (const text of ['one', 'two', 'three']) {
			const { commit, reply } = await agent.add([text]);
			expect(reply).toMatchObject({ status: 201, json: { position: commit.position } });
			expect(Math.abs(Date.now() - reply.json.receivedAt)).toBeLessThan(10_000);
		}
		const site = await agent.ask('GET', '/v1/site');
		expect(site).toMatchObject({
			status: 200,
			json: { siteId: agent.siteId, commits: 3, sealed: false, head: agent.head, writer: agent.writer, binding: agent.binding },
		});
		expect(site.json.storedBytes).toBeGreaterThan(500);
	});

	test('may be sent again, and get the answer of then', async () => {
		const first = await agent.add(['one']);
		await agent.add(['two']);
		for (let i = 0; i < 2; i++) {
			const again = await agent.append(first.commit);
			expect(again.status).toBe(200);
			expect(again.json).toEqual(first.reply.json);
		}
		expect((await agent.ask('GET', '/v1/site')).json.commits).toBe(2);
	});

	test('on an old position are refused, with the head', async () => {
		await agent.add(['one']);
		const old = agent.head;
		await agent.add(['two']);
		const reply = await agent.append(agent.commit(['other two'], [], old));
		expect(reply).toMatchObject({ status: 409, json: { error: { code: 'COMMIT_CONFLICT', retry: 'never' }, head: agent.head } });
	});

	test('ahead of the head are refused', async () => {
		const one = agent.commit(['one']);
		const reply = await agent.append(agent.commit(['two'], [], one.position));
		expect(reply).toMatchObject({
			status: 409,
			json: { error: { code: 'COMMIT_CONFLICT' }, head: { seq: 0, hash: '0'.repeat(64) } },
		});
	});

	test('of another writer are refused', async () => {
		await agent.add(['one']);
		const { writer } = agent;
		agent.writer = 'ab'.repeat(16) as typeof writer;
		expect(await agent.append(agent.commit(['two']))).toMatchObject({
			status: 409,
			json: { error: { code: 'COMMIT_OTHER_WRITER' }, head: agent.head },
		});
		agent.writer = writer;
		expect((await agent.add(['two'])).reply.status).toBe(201);
	});

	test('that race for one position: one wins', async () => {
		const replies = await Promise.all(Array.from({ length: 6 }, (_, i) => agent.append(agent.commit([`racer ${i}`]))));
		expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
		expect((await agent.ask('GET', '/v1/site')).json).toMatchObject({ commits: 1 });
	});

	test('that refer to chunks which are not stored are refused, and those are named', async () => {
		const [a, b, c] = ['a', 'b', 'c'].map((text) => agent.seal(text));
		await agent.putPack(agent.pack(a!));
		const commit = agent.commit(['x'], [a!.id, b!.id, c!.id]);
		const refused = await agent.append(commit);
		expect(refused).toMatchObject({ status: 422, json: { error: { code: 'COMMIT_DEAD_REFERENCES', retry: 'now' } } });
		expect(refused.json.missing).toEqual([b!.id, c!.id].sort());
		await agent.putPack(agent.pack(b!, c!));
		expect((await agent.append(commit)).status).toBe(201);
	});

	test('may refer to what an earlier commit carried', async () => {
		await agent.add(['carried']);
		expect((await agent.add(['x'], [agent.seal('carried').id])).reply.status).toBe(201);
	});

	test('of another site are refused', async () => {
		const other = await endpoint.paired();
		const commit = other.commit(['x']);
		expect(await agent.append(commit)).toMatchObject({ status: 403, json: { error: { code: 'COMMIT_OTHER_SITE' } } });
	});

	test('are refused when a byte is wrong, wherever', async () => {
		const { bytes } = agent.commit(['some content', 'more']);
		const step = Math.max(1, Math.floor(bytes.length / 60));
		const bodyOffset = 20 + readCommitPrefix(bytes).headerBytes;
		for (let at = 0; at < bytes.length; at += step) {
			/* The header in clear is the agent's own claim; TLS protects it on the way, the chain afterwards. */
			if (at >= 20 && at < bodyOffset) continue;
			const damaged = Buffer.from(bytes);
			damaged[at]! ^= 1;
			expect(await agent.ask('POST', '/v1/site/commits', damaged)).toMatchObject({
				status: 422,
				json: { error: { code: 'COMMIT_INVALID' } },
			});
		}
		for (const cut of [0, 1, 19, 20, 100, bytes.length - 1]) {
			expect(await agent.ask('POST', '/v1/site/commits', bytes.subarray(0, cut))).toMatchObject({
				status: 422,
				json: { error: { code: 'COMMIT_INVALID' } },
			});
		}
		expect(await agent.ask('POST', '/v1/site/commits', Buffer.concat([bytes, Buffer.of(0)]))).toMatchObject({ status: 422 });
		expect((await agent.ask('GET', '/v1/site')).json.head).toBeNull();
	});

	test('receive times never go back', async () => {
		let now = 2_000_000;
		const own = await startEndpoint({ now: () => now });
		const slow = await own.paired();
		await slow.add(['one']);
		now -= 3_600_000;
		expect((await slow.add(['two'])).reply.json.receivedAt).toBe(2_000_000);
		now += 3_600_001;
		expect((await slow.add(['three'])).reply.json.receivedAt).toBe(2_000_001);
		await own.close();
	});
});

describe('reading', () => {
	test('a commit comes back as its envelope, whole or in ranges', async () => {
		const { commit } = await agent.add(['content']);
		const whole = await agent.ask('GET', '/v1/site/commits/1');
		expect(whole.status).toBe(200);
		expect(whole.bytes.subarray(0, 4).toString()).toBe('HFEV');
		expect(whole.bytes.subarray(56).equals(commit.bytes)).toBe(true);
		const size = whole.bytes.length;
		for (const [range, start, end] of [
			['bytes=0-55', 0, 56],
			['bytes=56-', 56, size],
			['bytes=-44', size - 44, size],
			['bytes=10-999999', 10, size],
		] as const) {
			const part = await agent.ask('GET', '/v1/site/commits/1', undefined, { range });
			expect(part.status).toBe(206);
			expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
			expect(part.bytes.equals(whole.bytes.subarray(start, end))).toBe(true);
		}
		expect(await agent.ask('GET', '/v1/site/commits/1', undefined, { range: `bytes=${size}-` })).toMatchObject({
			status: 416,
			json: { error: { code: 'RANGE_INVALID' } },
		});
		expect(await agent.ask('GET', '/v1/site/commits/2')).toMatchObject({
			status: 404,
			json: { error: { code: 'COMMIT_UNKNOWN' } },
		});
		expect(await agent.ask('GET', '/v1/site/commits/x')).toMatchObject({ status: 400 });
	});

	test('the list of commits has headers, and manifests when asked', async () => {
		const added = [await agent.add(['one']), await agent.add(['two']), await agent.add(['three'])];
		const parse = (bytes: Buffer, manifests: boolean) => {
			const entries = [];
			for (let at = 0; at < bytes.length;) {
				const entry = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
				at += 4 + entry.length;
				const receivedAt = Number(entry.readBigUInt64BE(0));
				const first = varint(entry, 8);
				const header = entry.subarray(first.next, first.next + first.value);
				const rest = entry.subarray(first.next + first.value);
				const second = manifests ? varint(rest, 0) : null;
				entries.push({
					receivedAt,
					header,
					manifest: second === null ? rest : rest.subarray(second.next, second.next + second.value),
				});
			}
			return entries;
		};
		const headers = parse((await agent.ask('GET', '/v1/site/commits')).bytes, false);
		expect(headers.map(({ receivedAt }) => receivedAt)).toEqual(added.map(({ reply }) => reply.json.receivedAt));
		const manifests = parse((await agent.ask('GET', '/v1/site/commits?after=1&limit=1&sections=manifests')).bytes, true);
		expect(manifests).toHaveLength(1);
		expect(readChunkHeader(manifests[0]!.manifest).id).toBe(added[1]!.commit.header.manifest);
		expect(manifests[0]!.header.equals(headers[1]!.header)).toBe(true);
		expect((await agent.ask('GET', '/v1/site/commits?after=3')).bytes).toHaveLength(0);
		for (const query of ['limit=0', 'limit=1001', 'after=-1', 'after=x', 'sections=all']) {
			expect(await agent.ask('GET', `/v1/site/commits?${query}`)).toMatchObject({
				status: 400,
				json: { error: { code: 'REQUEST_INVALID' } },
			});
		}
	});

	test('chunks come in the order asked, from packs and commits', async () => {
		const texts = Array.from({ length: 20 }, (_, i) => `chunk ${i} ${'x'.repeat(i * 50)}`);
		const chunks = texts.map((text) => agent.seal(text));
		await agent.putPack(agent.pack(...chunks.slice(0, 10)));
		await agent.add(texts.slice(10));
		const asked = [...chunks.slice(3, 8), chunks[15]!, chunks[2]!, chunks[15]!, ...chunks.slice(8)];
		const reply = await agent.ask('POST', '/v1/site/chunks/read', agent.ids(...asked.map(({ id }) => id)));
		expect(reply.status).toBe(200);
		expect(reply.bytes.equals(Buffer.concat(asked.map(({ bytes }) => bytes)))).toBe(true);
		const missing = agent.seal('nowhere').id;
		expect(await agent.ask('POST', '/v1/site/chunks/read', agent.ids(chunks[0]!.id, missing))).toMatchObject({
			status: 404,
			json: { error: { code: 'CHUNK_MISSING' }, missing: [missing] },
		});
		expect((await agent.ask('POST', '/v1/site/chunks/missing', agent.ids(missing, chunks[0]!.id))).bytes.toString('hex')).toBe(
			missing,
		);
		expect((await agent.ask('POST', '/v1/site/chunks/read', Buffer.alloc(32 * 1025))).json).toMatchObject({
			error: { code: 'BODY_TOO_LARGE' },
		});
		expect((await agent.ask('POST', '/v1/site/chunks/read', Buffer.alloc(33))).json).toMatchObject({
			error: { code: 'REQUEST_INVALID' },
		});
		expect((await agent.ask('POST', '/v1/site/chunks/read', Buffer.alloc(0))).bytes).toHaveLength(0);
	});

	test('a token opens its own site only', async () => {
		const other = await endpoint.paired();
		const chunk = agent.seal('mine');
		await agent.putPack(agent.pack(chunk));
		await agent.add(['mine too']);
		expect((await other.ask('GET', '/v1/site/commits')).bytes).toHaveLength(0);
		expect((await other.ask('GET', '/v1/site/commits/1')).status).toBe(404);
		expect((await other.ask('POST', '/v1/site/chunks/read', other.ids(chunk.id))).status).toBe(404);
		for (const [method, path] of [
			['GET', '/v1/site'],
			['GET', '/v1/site/commits'],
			['POST', '/v1/site/commits'],
			['PUT', `/v1/site/packs/${'a'.repeat(64)}`],
		] as const) {
			for (const authorization of ['', 'Bearer', `Bearer ${'0'.repeat(64)}`, `Basic ${agent.token}`, `Bearer ${agent.token}0`]) {
				const reply = await agent.ask(method, path, method === 'GET' ? undefined : Buffer.alloc(10), { authorization });
				expect(reply.status).toBe(401);
				expect(reply.json.error.code).toMatch(/^TOKEN_/);
			}
		}
	});
});

describe('packs', () => {
	test('are kept once', async () => {
		const pack = agent.pack(agent.seal('a'), agent.seal('b'));
		expect(await agent.putPack(pack)).toMatchObject({ status: 201, json: { name: pack.name, chunks: 2 } });
		expect(await agent.putPack(pack)).toMatchObject({ status: 200, json: { name: pack.name, chunks: 2 } });
	});

	test('are refused when damaged or misnamed', async () => {
		const pack = agent.pack(agent.seal('a'), agent.seal('b'));
		const other = agent.pack(agent.seal('c'));
		expect(await agent.putPack({ name: other.name, bytes: pack.bytes })).toMatchObject({
			status: 422,
			json: { error: { code: 'PACK_INVALID' } },
		});
		expect((await agent.ask('PUT', '/v1/site/packs/..%2f..%2fetc', pack.bytes)).status).toBe(400);
		for (let at = 0; at < pack.bytes.length; at += 7) {
			const bytes = Buffer.from(pack.bytes);
			bytes[at]! ^= 0x80;
			expect((await agent.ask('PUT', `/v1/site/packs/${pack.name}`, bytes)).status).toBe(422);
			/* Under its right name too, unless only ciphertext was hit: that needs the key to see. */
			const name = createHash('sha256').update(bytes).digest('hex');
			expect([201, 422]).toContain((await agent.ask('PUT', `/v1/site/packs/${name}`, bytes)).status);
		}
	});

	test('a large one goes through', async () => {
		const pack = agent.pack(
			...Array.from({ length: 24 }, (_, i) => agent.seal(Buffer.alloc(1024 * 1024, i).fill(`${i}`, 0, 20))),
		);
		expect(await agent.putPack(pack)).toMatchObject({ status: 201 });
	});
});

function varint(bytes: Buffer, at: number): { value: number; next: number } {
	let value = 0;
	for (let scale = 1; ; scale *= 128) {
		const byte = bytes[at++]!;
		value += (byte & 127) * scale;
		if (byte < 128) return { value, next: at };
	}
}
