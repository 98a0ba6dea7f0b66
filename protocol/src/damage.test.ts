/** Damaged bytes are refused with a FormatError, or mean what they meant; never a crash, a loop, or another value. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from './index.ts';
import * as any from './testing/arbitraries.ts';
import { damage, readOrRefuse, same } from './testing/damage.ts';

const ring = new P.KeyRing(P.parseRootKey(Buffer.alloc(32, 1)), P.parseSiteId('02'.repeat(16)));
const keys = ring.generation(P.firstGeneration);
const runs = { numRuns: 1500 };

/** Objects that prove themselves: by a hash, a tag, a checksum. Damage is refused, or the value is the same. */
interface Proven {
	readonly bytes: fc.Arbitrary<Buffer>;
	/** What reads these bytes, knowing from the undamaged ones only what a reader would know. */
	readonly reader: (whole: Buffer) => (bytes: Buffer) => unknown;
}

const sealed = (plaintext: fc.Arbitrary<Buffer>) => plaintext.map((all) => P.sealSync(keys, 'content', all).bytes);
const pack = fc.array(any.bytes(40), { minLength: 1, maxLength: 5 }).map((contents) => {
	const writer = new P.PackWriter();
	for (const content of contents) writer.add(P.sealSync(keys, 'content', content));
	return writer.finish().bytes;
});
const text = (code: fc.Arbitrary<string>) => code.map((all) => Buffer.from(all));

const proven: Record<string, Proven> = {
	'chunk, plain': {
		bytes: sealed(any.bytes(80)),
		reader: (whole) => {
			const { id } = P.readChunkHeader(whole);
			return (bytes) => P.openSync(ring, bytes, { kind: 'content', id });
		},
	},
	'chunk, compressed': {
		bytes: sealed(any.bytes(20, 1).map((all) => Buffer.concat(Array<Buffer>(30).fill(all)))),
		reader: (whole) => {
			const { id } = P.readChunkHeader(whole);
			return (bytes) => P.openSync(ring, bytes, { kind: 'content', id });
		},
	},
	'pack by its name': {
		bytes: pack,
		reader: (whole) => {
			const name = P.packNameOf(whole);
			return (bytes) => [...P.verifyPack(bytes, name)];
		},
	},
	'commit by its position': {
		bytes: fc.tuple(any.header, pack).map(([header, body]) => P.encodeCommit(header, body).bytes),
		reader: (whole) => {
			const { position } = P.splitCommit(whole);
			return (bytes) => {
				const commit = P.splitCommit(bytes);
				return P.samePosition(commit.position, position) ? [commit.header, commit.body] : P.refuse('FORMAT_CHAIN');
			};
		},
	},
	envelope: {
		bytes: fc.tuple(any.whole, any.bytes(60)).map(([receivedAt, commit]) => P.encodeEnvelope(receivedAt, commit)),
		reader: () => P.decodeEnvelope,
	},
	'recovery key': {
		bytes: text(fc.tuple(any.rootKey, any.siteId).map(([root, site]) => P.encodeRecoveryKey(root, site))),
		reader: () => (bytes) => P.decodeRecoveryKey(bytes.toString('latin1')),
	},
	'pairing code': {
		bytes: text(any.bytes(16, 16).map((secret) => P.encodePairingCode({ url: 'https://backup.example:8443/x', secret }))),
		reader: () => (bytes) => P.decodePairingCode(bytes.toString('latin1')),
	},
};

describe('what proves itself: refused, or the same value', () => {
	test.each(Object.entries(proven))('%s', (_, { bytes, reader }) => {
		fc.assert(
			fc.property(bytes, damage, damage, fc.boolean(), (whole, one, other, twice) => {
				const read = reader(whole);
				const outcome = readOrRefuse(() => read(twice ? other(one(whole)) : one(whole)));
				if ('value' in outcome) expect(same(outcome.value, read(whole))).toBe(true);
			}),
			runs,
		);
	});
});

/** Codecs inside of those: damage is refused, or read as the one value that has exactly these bytes. */
interface Inner {
	readonly bytes: fc.Arbitrary<Buffer>;
	/** Reads and writes again. */
	readonly again: (bytes: Buffer) => Uint8Array;
}

const blocks = any.entryMap(any.entryValue).filter((entries) => entries.length > 0).map((entries) => P.encodeBlocks(entries)[0]!.plaintext);

function blockAgain(bytes: Buffer): Uint8Array {
	const batch = P.decodeBlock(bytes);
	return P.encodeBlocks(Array.from({ length: batch.count }, (_, i) => [P.keyAt(batch, i), P.valueAt(batch, i)] as const))[0]!.plaintext;
}

const inner: Record<string, Inner> = {
	key: { bytes: any.key.map(P.encodeKey), again: (bytes) => P.encodeKey(P.decodeKey(bytes)) },
	'row key': {
		bytes: fc.tuple(any.keyColumn('int'), any.keyColumn('bytes'), any.keyColumn('uint')).map((columns) => P.encodeRowKey(columns, ['int', 'bytes', 'uint'])),
		again: (bytes) => P.encodeRowKey(P.decodeRowKey(bytes, ['int', 'bytes', 'uint']), ['int', 'bytes', 'uint']),
	},
	row: { bytes: any.row.map(P.encodeRow), again: (bytes) => P.encodeRow(P.decodeRow(bytes)) },
	file: { bytes: any.file.map(P.encodeFile), again: (bytes) => P.encodeFile(P.decodeFile(bytes)) },
	counter: { bytes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(P.encodeCounter), again: (bytes) => P.encodeCounter(P.decodeCounter(bytes)) },
	reason: {
		bytes: fc.constantFrom(...(Object.keys(P.reasonCodes) as P.ReasonCode[])).map((code) => P.encodeReason({ code, detail: 'détail' })),
		again: (bytes) => P.encodeReason(P.decodeReason(bytes)),
	},
	'entry block': { bytes: blocks, again: blockAgain },
	header: { bytes: any.header.map(P.encodeHeader), again: (bytes) => P.encodeHeader(P.decodeHeader(bytes)) },
	'layer index': {
		bytes: any.chunkId.map((chunk) => P.encodeLayerIndex([1, 4, 9].map((n) => ({ first: Buffer.of(n), last: Buffer.of(n, 7), chunk, entries: n })))),
		again: (bytes) => P.encodeLayerIndex(P.decodeLayerIndex(bytes)),
	},
};

describe('inner codecs: refused, or the one value with these bytes', () => {
	test.each(Object.entries(inner))('%s', (_, { bytes, again }) => {
		fc.assert(
			fc.property(bytes, damage, (whole, one) => {
				const bad = one(whole);
				const outcome = readOrRefuse(() => again(bad));
				if ('value' in outcome) expect(bad.equals(outcome.value)).toBe(true);
			}),
			runs,
		);
	});
});

/** With JSON in them: the same value can be written in other ways. */
const manifest: P.Manifest = { v: 1, entries: [{ chunk: P.parseChunkId('ab'.repeat(32)), first: '10', last: '12', count: 2 }], counts: P.noCounts, name: 'x' };
const withJson: Record<string, { bytes: fc.Arbitrary<Buffer>; read: (bytes: Buffer) => unknown }> = {
	table: { bytes: any.table.map(P.encodeTable), read: P.decodeTable },
	definition: {
		bytes: any.bytes(30).map((create) => P.encodeDefinition({ create, context: { definer: 'a@b', sqlMode: '', characterSet: 'c', collation: 'd' } })),
		read: P.decodeDefinition,
	},
	manifest: { bytes: fc.constant(P.encodeManifest(manifest)), read: P.decodeManifest },
	'a row as it is walked': { bytes: any.row.map(P.encodeRow), read: (bytes) => new P.RowWalk().walk(bytes).count },
	'a pack without its name': { bytes: pack, read: (bytes) => [...P.verifyPack(bytes)] },
	'a pack index': { bytes: pack.map((all) => all.subarray(P.readPackFooter(all, all.length).indexOffset)), read: (bytes) => [...P.readPackIndex(bytes, 500)] },
	'an envelope prefix': { bytes: any.bytes(60).map((commit) => P.encodeEnvelope(1, commit)), read: P.readEnvelopePrefix },
};

describe('whatever is damaged: a value or a FormatError', () => {
	test.each(Object.entries(withJson))('%s', (_, { bytes, read }) => {
		fc.assert(
			fc.property(bytes, damage, damage, (whole, one, other) => {
				readOrRefuse(() => read(other(one(whole))));
			}),
			runs,
		);
	});
});

test('asynchronous open refuses as the synchronous one does', async () => {
	await fc.assert(
		fc.asyncProperty(proven['chunk, compressed']!.bytes, damage, async (whole, one) => {
			const { id } = P.readChunkHeader(whole);
			const outcome = readOrRefuse(() => P.openSync(ring, one(whole), { kind: 'content', id }));
			const opening = P.open(ring, one(whole), { kind: 'content', id });
			if ('refused' in outcome) await expect(opening).rejects.toMatchObject({ code: outcome.refused.code });
			else expect((await opening).equals(outcome.value)).toBe(true);
		}),
	);
});

test('every code has a sentence and a hint', () => {
	for (const code of P.formatErrorCodes) {
		const error = new P.FormatError(code, 'detail');
		expect(error.message).toContain(code);
		expect(error.sentence).toMatch(/\.$/);
		expect(error.hint).toMatch(/\.$/);
	}
});
