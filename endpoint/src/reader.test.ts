import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Hash, encodeUtf8, ByteWriter, readHashOf, readTokenOf } from '@holdfast/protocol';
import { recordName } from './names.ts';
import { decodeSiteRecord, encodeSiteRecord, type SiteRecord } from './records.ts';
import { setMissingReaders } from './store/reader.ts';
import { readIn } from './store/readIn.ts';
import { memoryCatalog } from './adapters/memoryCatalog.ts';
import { Admission } from './http/admission.ts';
import { defaultLimits } from './limits.ts';
import { TestAgent } from './testing/agent.ts';
import { type StartedEndpoint, startEndpoint } from './testing/start.ts';

let endpoint: StartedEndpoint;
beforeEach(async () => {
	endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

const refused = (status: number, code: string) => ({ status, json: { error: { code } } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const readerOf = (agent: TestAgent) => bearer(readTokenOf(agent.rootKey, agent.siteId));

describe('the reading token', () => {
	test('reads everything and changes nothing, while the writer goes on', async () => {
		const agent = await endpoint.paired();
		const { commit } = await agent.add(['one']);
		const reader = readerOf(agent);
		expect(await agent.ask('GET', '/v1/site', undefined, reader)).toMatchObject({ status: 200, json: { siteId: agent.siteId, head: commit.position } });
		expect((await agent.ask('GET', '/v1/site/commits?sections=manifests', undefined, reader)).bytes.length).toBeGreaterThan(100);
		expect((await agent.ask('GET', '/v1/site/commits/1', undefined, reader)).status).toBe(200);
		const chunk = agent.seal('one');
		expect((await agent.ask('POST', '/v1/site/chunks/read', agent.ids(chunk.id), { ...reader, 'content-type': 'application/octet-stream' })).bytes).toEqual(Buffer.from(chunk.bytes));

		const pack = agent.pack(agent.seal('two'));
		const binary = { ...reader, 'content-type': 'application/octet-stream' };
		for (const [method, path, body] of [
			['PUT', `/v1/site/packs/${pack.name}`, pack.bytes],
			['POST', '/v1/site/commits', agent.commit(['three']).bytes],
			['POST', '/v1/site/chunks/missing', agent.ids(chunk.id)],
		] as const) {
			expect(await agent.ask(method, path, body, binary)).toMatchObject(refused(403, 'TOKEN_READ_ONLY'));
		}
		expect(await agent.ask('PUT', '/v1/site/reader', { readHash: '00'.repeat(32) }, reader)).toMatchObject(refused(403, 'TOKEN_READ_ONLY'));
		expect((await agent.add(['four'])).reply.status).toBe(201);
	});

	test('of another key, or of another site with this key, is unknown', async () => {
		const agent = await endpoint.paired();
		const other = new TestAgent(endpoint.url);
		for (const token of [readTokenOf(other.rootKey, agent.siteId), readTokenOf(agent.rootKey, other.siteId), readHashOf(agent.rootKey, agent.siteId)]) {
			expect(await agent.ask('GET', '/v1/site', undefined, bearer(token))).toMatchObject(refused(401, 'TOKEN_UNKNOWN'));
		}
	});

	test('of a sealed site is known once its agent has said so; saying it again stores nothing; a takeover leaves it', async () => {
		const agent = new TestAgent(endpoint.url);
		await agent.pair(await endpoint.secret(), { rootKey: undefined });
		const reader = readerOf(agent);
		expect(await agent.ask('GET', '/v1/site', undefined, reader)).toMatchObject(refused(401, 'TOKEN_UNKNOWN'));
		const readHash = readHashOf(agent.rootKey, agent.siteId);
		for (let i = 0; i < 2; i++) expect((await agent.ask('PUT', '/v1/site/reader', { readHash })).status).toBe(200);
		expect((await agent.ask('GET', '/v1/site', undefined, reader)).status).toBe(200);
		expect(await endpoint.ports.catalog.site(agent.siteId)).toMatchObject({ version: 2, readHash });

		const moved = new TestAgent(endpoint.url);
		const secret = await endpoint.secret(agent.siteId);
		expect((await moved.ask('POST', '/v1/site/takeover', { secret, writer: moved.writer, binding: moved.binding, token: moved.token })).status).toBe(200);
		expect((await agent.ask('GET', '/v1/site')).status).toBe(401);
		expect((await agent.ask('GET', '/v1/site', undefined, reader)).status).toBe(200);
	});

	test.each([[{}], [{ readHash: 'zz' }], [{ readHash: 5 }]])('%j is refused', async (body) => {
		expect(await (await endpoint.paired()).ask('PUT', '/v1/site/reader', body)).toMatchObject(refused(400, 'REQUEST_INVALID'));
	});
});

describe('records of version 1', () => {
	/** As the version before wrote them. */
	function encodeFirst({ readHash: _, ...record }: SiteRecord): Buffer {
		const json = encodeUtf8(JSON.stringify({ v: 1, ...record }));
		return new ByteWriter(json.length + 40).objectHead('HFRC', 1).raw(createHash('sha256').update(json).digest()).raw(json).finish();
	}

	test('are read, and get their reading token at the next start where the key lies here', async () => {
		const agent = await endpoint.paired();
		const { objects, vault } = endpoint.ports;
		const now = decodeSiteRecord((await objects.read(recordName(agent.siteId, 1), 65_536))!);
		expect(now.readHash).toBe(readHashOf(agent.rootKey, agent.siteId));
		expect(decodeSiteRecord(encodeFirst(now))).toEqual({ ...now, readHash: null });
		expect(decodeSiteRecord(encodeSiteRecord(now))).toEqual(now);

		await objects.create(recordName(agent.siteId, 2), encodeFirst(now));
		const catalog = memoryCatalog();
		await readIn({ objects, catalog });
		expect(await catalog.siteByReadHash(now.readHash as Hash)).toBeNull();
		const ports = { objects, catalog, admission: new Admission({ freeBytes: async () => Infinity }, defaultLimits) };
		expect(await setMissingReaders(ports, vault)).toBe(1);
		expect(await catalog.siteByReadHash(now.readHash as Hash)).toMatchObject({ siteId: agent.siteId, version: 3, tokenHash: now.tokenHash });
		expect(await setMissingReaders(ports, vault)).toBe(0);
	});
});
