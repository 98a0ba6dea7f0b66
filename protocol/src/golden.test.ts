/**
 * One of every object, made with fixed keys and checked byte for byte: a change of the format is noticed here, and must raise a version.
 * `HOLDFAST_GOLDEN=write` writes the files that are missing in protocol/golden/; it never changes one that is there.
 * Compressed chunks are only read: two versions of zstd may compress alike plaintext differently.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as P from './index.ts';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const siteId = P.parseSiteId('000102030405060708090a0b0c0d0e0f');
const rootKey = P.parseRootKey(Buffer.from(Array.from({ length: 32 }, (_, i) => 0xe0 - i)));
const ring = new P.KeyRing(rootKey, siteId);
const keys = ring.generation(P.firstGeneration);
const plain = { compress: false };
const life = P.makeIncarnation(P.parseSequence(1), 2);
const text = (all: string) => Buffer.from(all);
const at = (seq: number): P.Position => ({ seq: P.parseSequence(seq), hash: String(seq).repeat(64) as P.Hash });

const layout: P.TableLayout = {
	engine: 'InnoDB',
	transactional: true,
	columns: [
		{ name: 'ID', type: 'bigint(20) unsigned', charset: null, nullable: false, generated: false, read: 'plain' },
		{ name: 'name', type: 'varchar(20)', charset: 'utf8mb4', nullable: true, generated: false, read: 'plain' },
	],
	key: { kind: 'primary', columns: [{ name: 'ID', as: 'uint' }] },
};
const content = P.sealSync(keys, 'content', text('Hello, file.'), plain);
const pieces: P.ChunkPiece[] = [{ id: content.id, length: 12 }];
const rowOutOfLine = P.encodeRow([text('2'), { length: 12, pieces }]);
const entries: [Buffer, Buffer | null][] = [
	[P.encodeKey({ kind: 'fact', name: 'site' }), text('{"prefix":"wp_"}')],
	[P.tableKey('wp_things'), P.encodeTable({ incarnation: life, create: text('CREATE TABLE `wp_things` (…)'), layout })],
	[P.encodeKey({ kind: 'view', name: 'wp_view' }), P.encodeDefinition({ create: text('CREATE VIEW …'), context: { definer: 'u@h', sqlMode: '', characterSet: 'utf8mb4', collation: 'utf8mb4_general_ci' } })],
	[P.encodeKey({ kind: 'trigger', table: 'wp_things', name: 'wp_t' }), null],
	[P.encodeKey({ kind: 'counter', name: 'wp_things' }), P.encodeCounter(3n)],
	[P.encodeKey({ kind: 'tableLeftOut', name: 'wp_cache' }), P.encodeReason({ code: 'excludedByAdmin', detail: '' })],
	[P.rowKeyOf(life, P.encodeRowKey([1n], ['uint'])), P.encodeRow([text('1'), null])],
	[P.rowKeyOf(life, P.encodeRowKey([2n], ['uint'])), rowOutOfLine],
	[P.fileKey('uploads', text('2026/a.txt')), P.encodeFile({ type: 'file', unstable: false, inCoreFolder: false, mode: 0o644, uid: 33, gid: 33, mtime: 1_790_000_000_123_456_789n, size: 12, pieces })],
	[P.fileKey('uploads', text('2026/b.lnk')), P.encodeFile({ type: 'link', unstable: true, inCoreFolder: true, mode: 0o777, uid: 0, gid: 0, mtime: -1n, target: text('a.txt'), hardLink: text('2026/a.txt') })],
	[P.encodeKey({ kind: 'fileLeftOut', root: 'content', path: text('cache') }), P.encodeReason({ code: 'excludedByRule', detail: 'cache' })],
];

function madeObjects(): Record<string, Buffer> {
	const [block] = P.encodeBlocks(entries);
	const sealedBlock = P.sealSync(keys, 'entries', block!.plaintext, plain);
	const manifest = P.encodeManifest({
		v: 1,
		entries: [{ chunk: sealedBlock.id, first: P.decodeHex(block!.first), last: P.decodeHex(block!.last), count: block!.count }],
		counts: { rows: 2, files: 2, deletedRows: 0, deletedFiles: 0, other: 7, quiet: 0 },
		pending: [{ key: P.decodeHex(entries[7]![0]), exactAt: P.parseSequence(0), why: 'large' }],
		name: 'Before the sale',
		pinned: true,
	});
	const sealedManifest = P.sealSync(keys, 'manifest', manifest, plain);
	const writer = new P.PackWriter();
	for (const chunk of [sealedBlock, content, sealedManifest]) writer.add(chunk);
	const pack = writer.finish();
	const commit = P.encodeCommit(
		{
			siteId,
			sequence: P.parseSequence(1),
			previous: P.zeroHash,
			createdAt: 1_790_000_000_000,
			snapshotAt: 1_790_000_000_001,
			writer: P.parseWriterId('f0'.repeat(16)),
			flags: P.flagsOf('named', 'afterSweep'),
			generation: P.firstGeneration,
			manifest: sealedManifest.id,
			pending: [{ id: P.pendingIdOf(keys, entries[7]![0]), exactAt: P.parseSequence(0) }],
			references: [P.parseChunkId('ab'.repeat(32))],
		},
		pack.bytes,
	);
	const index = P.encodeLayerIndex([{ first: block!.first, last: block!.last, chunk: sealedBlock.id, entries: block!.count }]);
	const indexId = P.chunkIdOf(keys, 'layerIndex', index);
	return {
		'keys.bin': Buffer.concat(entries.map(([key]) => key)),
		'row-key.bin': P.encodeRowKey([-2n, 3n, Buffer.of(1, 0, 2)], ['int', 'uint', 'bytes']),
		'row-counted.bin': P.encodeCountedRow(300, P.encodeRow([text('x'.repeat(251)), null, text('')])),
		'block.bin': block!.plaintext,
		'chunk.bin': sealedBlock.bytes,
		'manifest.json': manifest,
		'pack.bin': pack.bytes,
		'commit.bin': commit.bytes,
		'position.txt': text(`${commit.position.seq} ${commit.position.hash}\n`),
		'envelope.bin': P.encodeEnvelope(1_790_000_000_500, commit.bytes),
		'layer-index.bin': index,
		'layer.json': P.encodeLayer({ v: 1, kind: 'image', base: at(1), exactFrom: at(4), from: P.origin, to: at(4), indexes: [{ chunk: indexId, first: P.decodeHex(block!.first), last: P.decodeHex(block!.last), blocks: 1 }] }),
		'recovery-key.txt': text(P.encodeRecoveryKey(rootKey, siteId)),
		'pairing-code.txt': text(P.encodePairingCode({ url: 'https://backup.example:8443', fingerprint: Buffer.alloc(32, 7), secret: Buffer.alloc(16, 8) })),
		'gear.bin': Buffer.from(P.gearTable(ring.cutterKey()).buffer).swap32(),
	};
}

/** Made by whichever zstd wrote it first. */
const compressedPlaintext = text('again and again '.repeat(64));
const compressedId = P.chunkIdOf(keys, 'content', compressedPlaintext);

const golden = (name: string): Buffer => readFileSync(folder + name);

if (process.env['HOLDFAST_GOLDEN'] === 'write') {
	mkdirSync(folder, { recursive: true });
	const all = { ...madeObjects(), 'chunk-compressed.bin': P.sealSync(keys, 'content', compressedPlaintext).bytes };
	for (const [name, bytes] of Object.entries(all)) if (!existsSync(folder + name)) writeFileSync(folder + name, bytes);
}

describe('golden files of version 1', () => {
	const made = madeObjects();

	test.each(Object.keys(made))('%s: the same bytes', (name) => {
		expect(made[name]!.toString('hex')).toBe(golden(name).toString('hex'));
	});

	test('a compressed chunk opens', () => {
		const sealed = golden('chunk-compressed.bin');
		expect(P.readChunkHeader(sealed).compressed).toBe(true);
		expect(P.openSync(ring, sealed, { kind: 'content', id: compressedId }).equals(compressedPlaintext)).toBe(true);
	});

	test('no file without a test', () => {
		expect(readdirSync(folder).toSorted()).toEqual([...Object.keys(made), 'chunk-compressed.bin'].toSorted());
	});

	test('from the envelope down to an entry, with the recovery key alone', () => {
		const recovered = P.decodeRecoveryKey(golden('recovery-key.txt').toString());
		const reader = new P.KeyRing(recovered.rootKey, recovered.siteId);
		const commit = P.splitCommit(P.decodeEnvelope(golden('envelope.bin')).commit);
		const index = P.verifyCommit(commit);
		const open = (kind: P.ChunkKind, id: P.ChunkId) => P.openSync(reader, P.chunkOf(commit.body, index, id)!, { kind, id });
		const manifest = P.decodeManifest(open('manifest', commit.header.manifest));
		const batch = P.decodeBlock(open('entries', manifest.entries[0]!.chunk));
		expect(Array.from({ length: batch.count }, (_, i) => P.decodeKey(P.keyAt(batch, i)).kind)).toEqual(entries.map(([key]) => P.decodeKey(key).kind));
		const file = P.decodeFile(P.valueAt(batch, 8)!);
		expect(file.type === 'file' && open('content', file.pieces[0]!.id).toString()).toBe('Hello, file.');
	});
});
