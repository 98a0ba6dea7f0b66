import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeKey, firstGeneration, KeyRing, origin, parseRootKey, parseSiteId, parseWriterId, type ChunkId } from '@holdfast/protocol';
import { MemoryEndpoint } from '../adapters/memory-endpoint.ts';
import { openIndex } from '../adapters/sqlite-index.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { HoldfastError } from '../errors.ts';
import type { IndexStore } from '../ports/index-store.ts';
import { Appender, type Draft } from './appender.ts';
import { CommitSink } from './commit-sink.ts';
import { EntryWriter } from './entry-writer.ts';
import { PackUploader } from './pack-uploader.ts';
import { UnsentFolder, type Consequences } from './unsent.ts';
import { withRetries } from './with-retries.ts';

const ring = new KeyRing(parseRootKey(Buffer.alloc(32, 1)), parseSiteId('aa'.repeat(16)));
const keys = ring.generation(firstGeneration);
const factKey = (name: string): Buffer => encodeKey({ kind: 'fact', name });

let folder: string;
let endpoint: MemoryEndpoint;
let index: IndexStore;
let told: Consequences[];
let dead: Set<ChunkId>;
let stop: AbortController;
let appender: Appender;
let failures: string[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'hf-append-'));
	endpoint = new MemoryEndpoint();
	index = openIndex(':memory:');
	told = [];
	dead = new Set();
	failures = [];
	stop = new AbortController();
	appender = life();
});
afterEach(() => {
	stop.abort();
	index.close();
	rmSync(folder, { recursive: true });
});

/** An agent's life on this folder, index and endpoint. */
function life(): Appender {
	const patient = withRetries(endpoint, { retriesMax: Infinity, retryDelayMsMin: 1, retryDelayMsMax: 5 }, { signal: stop.signal, onFailed: (error) => failures.push(error.code) });
	return new Appender({
		endpoint: patient, index, unsent: new UnsentFolder(folder), ring, keys, writer: parseWriterId('bb'.repeat(16)), clock: systemClock,
		onDead: (ids) => ids.forEach((id) => dead.add(id)), onDurable: async (_position, consequences) => void told.push(consequences),
	});
}

async function draft(name: string, value: Buffer | null = Buffer.from('1'), inlineBytesMax = 1 << 20): Promise<Draft> {
	const sink = new CommitSink(keys, (id) => index.isStored(id) && !dead.has(id), new PackUploader(endpoint), inlineBytesMax);
	const writer = new EntryWriter(sink);
	await writer.add(factKey(name), value, false);
	await writer.finish();
	return {
		flags: 0, snapshotAt: 0, manifest: { v: 1, entries: writer.places, counts: writer.counts }, sink, blocks: writer.kept,
		consequences: { forgottenTo: { [name]: { n: 1, activities: 2 } }, floors: {} },
	};
}

const later = (code: 'ENDPOINT_UNREACHABLE' | 'ENDPOINT_BROKEN_ANSWER' | 'ENDPOINT_SLOW'): HoldfastError => new HoldfastError(code, 'no');
const crash = new HoldfastError('INTERNAL', 'the process died here', { retry: 'never' });

describe('appending', () => {
	test('one behind the other: chain, index, consequences, and nothing left unsent', async () => {
		await appender.append(await draft('a'));
		const second = await appender.append(await draft('b'));
		expect(second.seq).toBe(2);
		expect(endpoint.commitsStored.map((one) => one.position)).toEqual([expect.objectContaining({ seq: 1 }), second]);
		expect(index.position()).toEqual(second);
		expect(index.overlayGet(factKey('a'))).toEqual({ value: new Uint8Array([0x31]) });
		expect(told.map((one) => Object.keys(one.forgottenTo))).toEqual([['a'], ['b']]);
		expect(readdirSync(folder)).toEqual([]);
	});

	test('asked for side by side they still go one after the other', async () => {
		const positions = await Promise.all([appender.append(await draft('a')), appender.append(await draft('b')), appender.append(await draft('c'))]);
		expect(positions.map((one) => one.seq)).toEqual([1, 2, 3]);
	});

	test('blocks that went ahead in packs are referred to, and read back for the index', async () => {
		const large = await draft('big', Buffer.alloc(100_000, 'x'), 0);
		large.blocks = null;
		await appender.append(large);
		expect(endpoint.packs.size).toBe(1);
		expect(index.overlayGet(factKey('big'))?.value).toHaveLength(100_000);
	});
});

describe('an endpoint that fails', () => {
	test.each(['ENDPOINT_UNREACHABLE', 'ENDPOINT_BROKEN_ANSWER', 'ENDPOINT_SLOW'] as const)('%s: tried again until it answers', async (code) => {
		endpoint.failNext.push({ method: 'append', error: later(code) }, { method: 'append', error: later(code) });
		await appender.append(await draft('a'));
		expect(failures).toEqual([code, code]);
		expect(endpoint.commitsStored).toHaveLength(1);
	});

	test('the answer is lost: the same commit is known by its bytes', async () => {
		endpoint.failNext.push({ method: 'append', error: later('ENDPOINT_BROKEN_ANSWER'), after: true });
		await appender.append(await draft('a'));
		expect(endpoint.commitsStored).toHaveLength(1);
		expect(index.position()?.seq).toBe(1);
	});

	test('a pack that fails is sent again', async () => {
		endpoint.failNext.push({ method: 'putPack', error: later('ENDPOINT_SLOW') });
		const patient = withRetries(endpoint, { retriesMax: 3, retryDelayMsMin: 1, retryDelayMsMax: 5 });
		const uploader = new PackUploader(patient);
		const sink = new CommitSink(keys, () => false, uploader, 0);
		await sink.add('content', Buffer.from('hello'));
		await sink.finish();
		expect(endpoint.packs.size).toBe(1);
	});

	test('a pack that is refused for good ends the work, with the reason', async () => {
		endpoint.failNext.push({ method: 'putPack', error: new HoldfastError('ENDPOINT_REFUSED', 'no', { retry: 'never' }) });
		const sink = new CommitSink(keys, () => false, new PackUploader(endpoint), 0);
		await sink.add('content', Buffer.from('hello'));
		await expect(sink.finish()).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED' });
	});

	test('stopping while the endpoint is away: the commit is kept and goes first next time', async () => {
		endpoint.onCall = async (method) => {
			if (method === 'append') {
				throw later('ENDPOINT_UNREACHABLE');
			}
		};
		const waiting = appender.append(await draft('a'));
		waiting.catch(() => {});
		await new Promise((resolve) => setTimeout(resolve, 30));
		stop.abort();
		await expect(waiting).rejects.toMatchObject({ code: 'AGENT_STOPPING' });
		endpoint.onCall = async () => {};
		stop = new AbortController();
		appender = life();
		await appender.resume();
		expect(index.position()?.seq).toBe(1);
		expect(told.map((one) => one.forgottenTo)).toEqual([{ a: { n: 1, activities: 2 } }]);
	});
});

describe('a crash', () => {
	test('after it was saved, before it was sent: sent at the next start', async () => {
		endpoint.failNext.push({ method: 'append', error: crash });
		await expect(appender.append(await draft('a'))).rejects.toBe(crash);
		appender = life();
		await appender.resume();
		expect(endpoint.commitsStored).toHaveLength(1);
		expect(index.overlayGet(factKey('a'))).not.toBeNull();
		expect(readdirSync(folder)).toEqual([]);
	});

	test('after the endpoint had it, before the answer: recognised, indexed once, told once', async () => {
		endpoint.failNext.push({ method: 'append', error: crash, after: true });
		await expect(appender.append(await draft('a'))).rejects.toBe(crash);
		appender = life();
		await appender.resume();
		await appender.resume();
		expect(endpoint.commitsStored).toHaveLength(1);
		expect(told).toHaveLength(1);
		expect((await appender.append(await draft('b'))).seq).toBe(2);
	});

	test('a failure that is no crash is made good by the next append of the same life', async () => {
		endpoint.failNext.push({ method: 'append', error: crash, after: true });
		await expect(appender.append(await draft('a'))).rejects.toBe(crash);
		expect((await appender.append(await draft('b'))).seq).toBe(2);
		expect(index.overlayGet(factKey('a'))).not.toBeNull();
	});

	test('of the index: the saved commit still goes behind the commit before it', async () => {
		await appender.append(await draft('a'));
		endpoint.failNext.push({ method: 'append', error: crash });
		await expect(appender.append(await draft('b'))).rejects.toBe(crash);
		index.clear();
		appender = life();
		await appender.resume();
		expect(appender.head.seq).toBe(2);
	});
});

describe('another writer', () => {
	test('a head that is not ours stops this agent at its start', async () => {
		await appender.append(await draft('a'));
		index.clear();
		await expect(life().resume()).rejects.toMatchObject({ code: 'WRITER_FORK', retry: 'never' });
	});

	test('a commit on an old position is refused, and nothing is tried again', async () => {
		await appender.append(await draft('a'));
		appender.startAt(origin);
		await expect(appender.append(await draft('b'))).rejects.toMatchObject({ code: 'WRITER_FORK' });
		expect(failures).toEqual([]);
	});
});

test('chunks that the endpoint lost: the commit is refused, forgotten here, and made again with them', async () => {
	await appender.append(await draft('a', Buffer.alloc(5_000, 'y')));
	const [lost] = [...endpoint.chunks.keys()].filter((id) => index.isStored(id));
	endpoint.chunks.clear();
	const again = await draft('a', Buffer.alloc(5_000, 'y'));
	await expect(appender.append(again)).rejects.toMatchObject({ code: 'COMMIT_DEAD_REFERENCES', retry: 'now' });
	expect(dead.size).toBe(1);
	expect(lost).toBeDefined();
	expect(readdirSync(folder)).toEqual([]);
	expect((await appender.append(await draft('a', Buffer.alloc(5_000, 'y')))).seq).toBe(2);
});
