import { expect, test } from '@jest/globals';
import {
	decodeEnvelope, decodeHeader, encodeCommit, encodeManifest, firstGeneration, KeyRing, noCounts, origin, PackWriter, parseRootKey, parseSiteId, parseWriterId,
	sealSync, type ChunkId, type EncodedCommit, type PairRequest, type Position, type SealedChunk, type Sequence,
} from '@holdfast/protocol';
import type { Endpoint } from '../ports/endpoint.ts';

export const contractPairing: Omit<PairRequest, 'secret'> = {
	siteId: 'ce'.repeat(16), writer: 'cd'.repeat(16), binding: { home: 'https://x.example', database: '00'.repeat(32), machine: '11'.repeat(32) },
	home: 'https://x.example', label: 'contract', token: 'ab'.repeat(32), protocol: 1,
};

const siteId = parseSiteId(contractPairing.siteId);
const keys = new KeyRing(parseRootKey(Buffer.alloc(32, 3)), siteId).generation(firstGeneration);

const content = (text: string): SealedChunk => sealSync(keys, 'content', Buffer.from(text));

/** A commit behind `before` with some chunks in its body and references to others. */
export function contractCommit(before: Position, body: readonly SealedChunk[] = [], references: readonly ChunkId[] = [], writer = contractPairing.writer, name = 'x'): EncodedCommit {
	const manifest = sealSync(keys, 'manifest', encodeManifest({ v: 1, entries: [], counts: { ...noCounts }, name }));
	const pack = new PackWriter();
	[manifest, ...body].forEach((chunk) => pack.add(chunk));
	return encodeCommit({
		siteId, sequence: (before.seq + 1) as Sequence, previous: before.hash, createdAt: 1, snapshotAt: 0, writer: parseWriterId(writer), flags: 0,
		generation: firstGeneration, manifest: manifest.id, pending: [], references: [...references].sort(),
	}, pack.finish().bytes);
}

/**
 * What every adapter of the Endpoint port keeps. `open` gives an endpoint that nobody is paired with, `paired` the same
 * one as this site sees it after pairing.
 */
export function endpointContract(open: () => Promise<{ endpoint: Endpoint; secret: string; paired: () => Endpoint }>): void {
	async function begin(): Promise<Endpoint> {
		const { endpoint, secret, paired } = await open();
		await endpoint.pair({ ...contractPairing, secret });
		return paired();
	}

	test('says that it is well, without being asked who one is', async () => {
		const { endpoint } = await open();
		expect(await endpoint.health()).toMatchObject({ ok: true, protocol: 1, acceptsWrites: true });
	});

	test('pairing may be repeated by the same writer until its first commit; another writer may not', async () => {
		const { endpoint, secret, paired } = await open();
		const reply = await endpoint.pair({ ...contractPairing, secret });
		expect(reply).toMatchObject({ siteId: contractPairing.siteId, head: null });
		expect(await endpoint.pair({ ...contractPairing, secret })).toMatchObject({ siteId: contractPairing.siteId });
		await expect(endpoint.pair({ ...contractPairing, secret, writer: 'ee'.repeat(16) })).rejects.toMatchObject({ code: 'PAIRING_USED', retry: 'never' });
		await paired().append(contractCommit(origin).bytes);
		await expect(endpoint.pair({ ...contractPairing, secret })).rejects.toMatchObject({ code: 'PAIRING_USED' });
	});

	test('an empty timeline has no head', async () => {
		const endpoint = await begin();
		expect(await endpoint.site()).toMatchObject({ head: null, commits: 0, siteId: contractPairing.siteId, writer: contractPairing.writer });
		expect(await endpoint.commits(0, 10, 'manifests')).toEqual([]);
	});

	test('a commit is there when append resolves, in the list, whole, and with its chunks', async () => {
		const endpoint = await begin();
		const chunk = content('hello');
		const first = contractCommit(origin, [chunk]);
		expect((await endpoint.append(first.bytes)).position).toEqual(first.position);
		const second = contractCommit(first.position, [], [chunk.id]);
		await endpoint.append(second.bytes);
		expect((await endpoint.site()).head).toEqual(second.position);
		const list = await endpoint.commits(0, 10, 'manifests');
		expect(list.map((one) => decodeHeader(one.header).sequence)).toEqual([1, 2]);
		expect(Buffer.from(list[0]!.manifest!).subarray(0, 4).toString()).toBe('HFCK');
		expect((await endpoint.commits(1, 1, 'headers')).map((one) => [decodeHeader(one.header).sequence, one.manifest])).toEqual([[2, null]]);
		expect(Buffer.from(decodeEnvelope(await endpoint.commit(1)).commit).equals(first.bytes)).toBe(true);
		expect(Buffer.from((await endpoint.readChunks([chunk.id]))[0]!).equals(chunk.bytes)).toBe(true);
	});

	test('the same commit again is the same answer', async () => {
		const endpoint = await begin();
		const commit = contractCommit(origin);
		const reply = await endpoint.append(commit.bytes);
		expect(await endpoint.append(commit.bytes)).toEqual(reply);
		expect((await endpoint.site()).commits).toBe(1);
	});

	test('an old position, another writer, and dead references are refused, and change nothing', async () => {
		const endpoint = await begin();
		const first = contractCommit(origin);
		await endpoint.append(first.bytes);
		await expect(endpoint.append(contractCommit(origin, [], [], contractPairing.writer, 'other').bytes)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT', retry: 'never' });
		await expect(endpoint.append(contractCommit(first.position, [], [], 'dd'.repeat(16)).bytes)).rejects.toMatchObject({ code: 'COMMIT_OTHER_WRITER' });
		await expect(endpoint.append(contractCommit(first.position, [], [content('nowhere').id]).bytes)).rejects.toMatchObject({ code: 'COMMIT_DEAD_REFERENCES' });
		expect((await endpoint.site()).head).toEqual(first.position);
	});

	test('packs: durable, twice is once, and their chunks can be referred to', async () => {
		const endpoint = await begin();
		const [a, b] = [content('a'), content('b')];
		const writer = new PackWriter();
		writer.add(a);
		const pack = writer.finish();
		expect(await endpoint.missingChunks([a.id, b.id])).toEqual(expect.arrayContaining([a.id, b.id]));
		await endpoint.putPack(pack.name, pack.bytes);
		await endpoint.putPack(pack.name, pack.bytes);
		expect(await endpoint.missingChunks([a.id, b.id])).toEqual([b.id]);
		await endpoint.append(contractCommit(origin, [b], [a.id]).bytes);
		expect(await endpoint.missingChunks([a.id, b.id])).toEqual([]);
		expect((await endpoint.readChunks([b.id, a.id])).map((bytes) => Buffer.from(bytes).equals(b.bytes))).toEqual([true, false]);
	});

	test('a damaged pack and a damaged commit are refused', async () => {
		const endpoint = await begin();
		const writer = new PackWriter();
		writer.add(content('a'));
		const pack = writer.finish();
		const damaged = Buffer.from(pack.bytes);
		damaged[40]! ^= 1;
		await expect(endpoint.putPack(pack.name, damaged)).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
		const commit = Buffer.from(contractCommit(origin).bytes);
		commit[commit.length - 60]! ^= 1;
		await expect(endpoint.append(commit)).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
		expect((await endpoint.site()).head).toBeNull();
	});

	test('a chunk that is not there is named', async () => {
		const endpoint = await begin();
		await expect(endpoint.readChunks([content('nowhere').id])).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
	});
}
