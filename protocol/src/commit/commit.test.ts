import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { bytes, header, sequence } from '../testing/arbitraries.ts';
import { codeOf, same } from '../testing/damage.ts';

const ring = new P.KeyRing(P.parseRootKey(Buffer.alloc(32, 1)), P.parseSiteId('02'.repeat(16)));
const keys = ring.generation(P.firstGeneration);
const packOf = (contents: readonly Buffer[]): { pack: P.Pack; chunks: P.SealedChunk[] } => {
	const writer = new P.PackWriter();
	const chunks = contents.map((content) => P.sealSync(keys, 'content', content));
	for (const chunk of chunks) writer.add(chunk);
	return { pack: writer.finish(), chunks };
};

describe('packs', () => {
	test('hold what was added, each once, and find it', () => {
		fc.assert(
			fc.property(fc.array(bytes(50), { maxLength: 12 }), (contents) => {
				const { pack, chunks } = packOf(contents);
				const index = P.verifyPack(pack.bytes, pack.name);
				expect(index.count).toBe(new Set(chunks.map((chunk) => chunk.id)).size);
				for (const chunk of chunks) expect(P.chunkOf(pack.bytes, index, chunk.id)!.equals(chunk.bytes)).toBe(true);
				expect(index.find(P.zeroHash as string as P.ChunkId)).toBeUndefined();
				const ids = [...index].map((place) => place.id);
				expect(ids).toEqual(ids.toSorted());
			}),
		);
	});

	test('can be read in ranges: footer, index, one chunk', () => {
		const { pack, chunks } = packOf([Buffer.from('a'), Buffer.from('b')]);
		const footer = P.readPackFooter(pack.bytes.subarray(-P.packFooterBytes), pack.bytes.length);
		const place = P.readPackIndex(pack.bytes.subarray(footer.indexOffset), pack.bytes.length).find(chunks[1]!.id)!;
		expect(pack.bytes.subarray(place.offset, place.offset + place.length).equals(chunks[1]!.bytes)).toBe(true);
	});

	test('the writer knows its size', () => {
		const writer = new P.PackWriter();
		for (let i = 0; i < 5; i++) writer.add(P.sealSync(keys, 'content', Buffer.of(i)));
		expect(writer.add(P.sealSync(keys, 'content', Buffer.of(0)))).toBe(false);
		expect(writer.bytes).toBe(writer.finish().bytes.length);
	});

	test('another name, a foreign chunk under an id, and overlapping chunks are refused', () => {
		const { pack, chunks } = packOf([Buffer.from('a'), Buffer.from('b')]);
		expect(codeOf(() => P.verifyPack(pack.bytes, 'ab'.repeat(32) as P.PackName))).toBe('FORMAT_HASH');
		const writer = new P.PackWriter();
		writer.add({ id: chunks[0]!.id, bytes: chunks[1]!.bytes });
		expect(codeOf(() => P.verifyPack(writer.finish().bytes))).toBe('FORMAT_ID_MISMATCH');
		const short = new P.PackWriter();
		short.add({ id: chunks[0]!.id, bytes: chunks[0]!.bytes.subarray(0, -1) });
		expect(codeOf(() => P.verifyPack(short.finish().bytes))).toBe('FORMAT_FIELD');
	});
});

describe('commits', () => {
	test('headers come back', () => {
		fc.assert(
			fc.property(header, (one) => {
				expect(same(P.decodeHeader(P.encodeHeader(one)), { ...one })).toBe(true);
			}),
		);
	});

	test('header and body come apart as they were put together', () => {
		fc.assert(
			fc.property(header, bytes(200), (fields, body) => {
				const commit = P.encodeCommit(fields, body);
				const split = P.splitCommit(commit.bytes);
				expect(split.header).toEqual(commit.header);
				expect(split.position).toEqual(commit.position);
				expect(split.body.equals(body)).toBe(true);
				const prefix = P.readCommitPrefix(commit.bytes.subarray(0, P.commitPrefixBytes));
				expect(P.commitPrefixBytes + prefix.headerBytes + prefix.bodyBytes).toBe(commit.bytes.length);
			}),
		);
	});

	test('a chain is followed, a gap or an exchanged commit is not', () => {
		const [fields] = fc.sample(header, { numRuns: 1, seed: 1 }) as [P.CommitHeader];
		const first = P.encodeCommit({ ...fields, sequence: P.parseSequence(1), previous: P.zeroHash, pending: [] }, Buffer.from('1'));
		const second = P.encodeCommit({ ...fields, sequence: P.parseSequence(2), previous: first.position.hash, pending: [] }, Buffer.from('2'));
		P.checkContinues(first.header, P.origin);
		P.checkContinues(second.header, first.position);
		expect(codeOf(() => P.checkContinues(second.header, P.origin))).toBe('FORMAT_CHAIN');
		expect(codeOf(() => P.checkContinues({ ...second.header, previous: second.position.hash }, first.position))).toBe('FORMAT_CHAIN');
	});

	test('the body must hold the manifest, and no reference', () => {
		const [fields] = fc.sample(header, { numRuns: 1, seed: 1 }) as [P.CommitHeader];
		const { pack, chunks } = packOf([Buffer.from('a'), Buffer.from('b')]);
		const [manifest, other] = chunks.map((chunk) => chunk.id) as [P.ChunkId, P.ChunkId];
		const verify = (change: Partial<P.CommitHeader>) => P.verifyCommit(P.splitCommit(P.encodeCommit({ ...fields, manifest, references: [], ...change }, pack.bytes).bytes));
		expect(verify({}).count).toBe(2);
		expect(codeOf(() => verify({ manifest: 'ab'.repeat(32) as P.ChunkId }))).toBe('FORMAT_FIELD');
		expect(codeOf(() => verify({ references: [other] }))).toBe('FORMAT_FIELD');
	});

	test.each([
		['sequence 0', { sequence: 0 }, 'FORMAT_FIELD'],
		['a predecessor of the first', { sequence: 1 }, 'FORMAT_FIELD'],
		['references out of order', { references: ['bb'.repeat(32), 'aa'.repeat(32)] }, 'FORMAT_ORDER'],
		['a reference twice', { references: ['bb'.repeat(32), 'bb'.repeat(32)] }, 'FORMAT_ORDER'],
		['pending out of order', { pending: [{ id: 'bb'.repeat(16), exactAt: 0 }, { id: 'aa'.repeat(16), exactAt: 0 }] }, 'FORMAT_ORDER'],
		['pending that is exact later', { sequence: 2, pending: [{ id: 'bb'.repeat(16), exactAt: 2 }] }, 'FORMAT_FIELD'],
		['generation 0', { generation: 0 }, 'FORMAT_FIELD'],
	])('a header with %s is refused', (_, change, code) => {
		const [fields] = fc.sample(header.filter((one) => one.sequence > 1), { numRuns: 1, seed: 2 }) as [P.CommitHeader];
		expect(codeOf(() => P.decodeHeader(P.encodeHeader({ ...fields, ...(change as Partial<P.CommitHeader>) })))).toBe(code);
	});

	test('flags have names', () => {
		expect(P.flagNames(P.flagsOf('named', 'afterSweep') | 2 ** 20)).toEqual(['named', 'afterSweep']);
	});
});

test('an envelope keeps when and what', () => {
	fc.assert(
		fc.property(sequence, bytes(100), (receivedAt, commit) => {
			const envelope = P.encodeEnvelope(receivedAt, commit);
			expect(P.decodeEnvelope(envelope)).toEqual({ receivedAt, commit });
			expect(P.readEnvelopePrefix(envelope.subarray(0, P.envelopePrefixBytes)).commitBytes).toBe(commit.length);
		}),
	);
});

describe('manifests', () => {
	const manifest = { v: 1, entries: [{ chunk: 'ab'.repeat(32), first: '10', last: '10ff', count: 2 }], counts: P.noCounts, later: { kept: true } } as unknown as P.Manifest;
	const change = (more: object) => Buffer.from(JSON.stringify({ ...manifest, ...more }));

	test('come back, with members that this version does not know', () => {
		expect(P.decodeManifest(P.encodeManifest(manifest))).toEqual(manifest);
	});
	test.each([
		['FORMAT_VERSION', change({ v: 2 })],
		['FORMAT_JSON', change({ v: 0 })],
		['FORMAT_JSON', change({ entries: [{ ...manifest.entries[0], chunk: 'AB'.repeat(32) }] })],
		['FORMAT_JSON', change({ counts: { ...P.noCounts, rows: -1 } })],
		['FORMAT_ORDER', change({ entries: [manifest.entries[0], { ...manifest.entries[0], first: '10ff' }] })],
		['FORMAT_ORDER', change({ entries: [{ ...manifest.entries[0], first: '11' }] })],
		['FORMAT_JSON', Buffer.from('{"v":1')],
		['FORMAT_TEXT', Buffer.of(0x22, 0xc3, 0x22)],
		['FORMAT_JSON', Buffer.from('null')],
	])('%s', (code, all) => {
		expect(codeOf(() => P.decodeManifest(all))).toBe(code);
	});
});
