/** Arbitrary things of the format, for property tests. */
import fc from 'fast-check';
import * as P from '../index.ts';

export const bytes = (maxLength: number, minLength = 0): fc.Arbitrary<Buffer> =>
	fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));

const hex = (length: number): fc.Arbitrary<string> => bytes(length, length).map((all) => all.toString('hex'));
export const siteId = hex(16).map(P.parseSiteId);
export const writerId = hex(16).map(P.parseWriterId);
export const chunkId = hex(32).map(P.parseChunkId);
export const hash = hex(32).map(P.parseHash);
export const rootKey = bytes(32, 32).map(P.parseRootKey);
export const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
export const sequence = whole.map(P.parseSequence);
export const incarnation = whole.map(P.parseIncarnation);
export const generation = fc.integer({ min: 1, max: 0xffff_ffff }).map(P.parseGeneration);

export const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

/** Raw bytes as file systems have them: newline, invalid UTF-8, 255 bytes. */
const part = fc
	.oneof(bytes(20, 1), bytes(255, 250), fc.constantFrom(Buffer.from('...'), Buffer.from('a\nb'), Buffer.of(0xff, 0xfe)))
	.map((all) => Buffer.from(all.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))
	.filter((all) => all.toString('latin1') !== '.' && all.toString('latin1') !== '..');
export const path = fc.array(part, { maxLength: 5 }).map((parts) => Buffer.from(parts.map((one) => one.toString('latin1')).join('/'), 'latin1'));

export const key: fc.Arbitrary<P.Key> = fc.oneof(
	fc.record({ kind: fc.constantFrom('fact', 'policy', 'table', 'view', 'counter', 'tableLeftOut'), name }),
	fc.record({ kind: fc.constant('trigger' as const), table: name, name }),
	fc.record({ kind: fc.constant('row' as const), incarnation, rowKey: bytes(40, 1) }),
	fc.record({ kind: fc.constantFrom('file', 'fileLeftOut'), root: fc.constantFrom(...P.fileRootNames), path }),
);

/** A tuple of key columns of given kinds. */
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n));
const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300n }), fc.constantFrom(2n ** 64n - 1n, 2n ** 32n, 10n ** 15n));
const zeroes = fc.array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 6 }).map((all) => Buffer.from(all));
export const keyColumn = (kind: P.KeyColumnKind): fc.Arbitrary<P.KeyColumn> =>
	kind === 'int' ? int64 : kind === 'uint' ? uint64 : fc.oneof(bytes(12), zeroes);
export const keyKindsOfTable = fc.array(fc.constantFrom<P.KeyColumnKind>('int', 'uint', 'bytes'), { minLength: 1, maxLength: 4 });

export const pieces = fc.array(
	fc.tuple(chunkId, fc.integer({ min: 1, max: P.contentPlaintextBytesMax })).map(([id, length]) => ({ id, length })),
	{ maxLength: 4 },
);
const sum = (list: readonly P.ChunkPiece[]): number => list.reduce((all, one) => all + one.length, 0);

export const column: fc.Arbitrary<P.Column> = fc.oneof(
	{ weight: 4, arbitrary: bytes(30) },
	{ weight: 2, arbitrary: fc.constant(null) },
	{ weight: 1, arbitrary: fc.constantFrom(250, 251, 65_535, 65_536).map((length) => Buffer.alloc(length, 0x61)) },
	{ weight: 1, arbitrary: pieces.map((list) => ({ length: sum(list), pieces: list })) },
);
export const row = fc.array(column, { maxLength: 8 });

export const file: fc.Arbitrary<P.FileValue> = fc
	.record({
		unstable: fc.boolean(),
		inCoreFolder: fc.boolean(),
		mode: fc.integer({ min: 0, max: 0o7777 }),
		uid: fc.nat(),
		gid: fc.nat(),
		mtime: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
		hardLink: fc.option(path.filter((all) => all.length > 0), { nil: undefined }),
		rest: fc.oneof(
			pieces.map((list) => ({ type: 'file' as const, size: sum(list), pieces: list })),
			fc.constant({ type: 'folder' as const }),
			bytes(60, 1).map((all) => ({ type: 'link' as const, target: Buffer.from(all.map((byte) => byte || 1)) })),
		),
	})
	.map(({ hardLink, rest, ...stat }) => ({ ...stat, ...(hardLink && { hardLink }), ...rest }));

const columnName = fc.string({ minLength: 1, maxLength: 12 });
export const table: fc.Arbitrary<P.TableValue> = fc
	.record({
		incarnation,
		create: bytes(80),
		names: fc.uniqueArray(columnName, { minLength: 1, maxLength: 6 }),
		keyed: fc.boolean(),
		generated: fc.boolean(),
		as: fc.constantFrom('int', 'uint', 'bytes'),
	})
	.map(({ incarnation: life, create, names, keyed, generated, as }) => ({
		incarnation: life,
		create,
		layout: {
			engine: 'InnoDB',
			transactional: true,
			columns: names.map((one, i) => ({
				name: one,
				type: 'bigint(20)',
				charset: null,
				nullable: false,
				generated: generated && i > 0,
				read: 'plain' as const,
			})),
			key: keyed ? { kind: 'primary' as const, columns: [{ name: names[0]!, as }] } : { kind: 'row' as const, columns: [] },
		},
	}));

/** Entries in key order, keys from a small set so that layers meet. */
export const entryMap = (values: fc.Arbitrary<Buffer | null>, maxKeys = 40): fc.Arbitrary<[Buffer, Buffer | null][]> =>
	fc
		.uniqueArray(fc.tuple(fc.nat(maxKeys), values), { selector: ([n]) => n, maxLength: maxKeys })
		.map((all) => all.map(([n, value]): [Buffer, Buffer | null] => [smallKey(n), value]).sort(([a], [b]) => P.compareBytes(a, b)));

/** Keys of different kinds and lengths with shared prefixes. */
export function smallKey(n: number): Buffer {
	if (n % 3 === 0) return P.fileKey('uploads', Buffer.from(`2026/${'x'.repeat(n % 7)}${n}`));
	return P.rowKeyOf(P.parseIncarnation(65_536 * (1 + (n % 2))), P.encodeRowKey([BigInt(n)], ['uint']));
}
export const entryValue = fc.option(bytes(12), { nil: null, freq: 4 });

export const header: fc.Arbitrary<P.CommitHeader> = fc
	.record({
		siteId,
		sequence: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.maxSafeNat().map((n) => n + 1)).filter(Number.isSafeInteger).map(P.parseSequence),
		previous: hash.filter((all) => all !== P.zeroHash),
		bodyHash: hash,
		createdAt: fc.maxSafeNat(),
		snapshotAt: fc.maxSafeNat(),
		writer: writerId,
		flags: fc.nat(0xffff_ffff),
		generation,
		manifest: chunkId,
		pending: fc.uniqueArray(hex(16).map(P.parsePendingId), { maxLength: 4 }),
		references: fc.uniqueArray(chunkId, { maxLength: 5 }),
	})
	.map((all) => ({
		...all,
		previous: all.sequence === 1 ? P.zeroHash : all.previous,
		pending: all.pending.sort().map((id, i) => ({ id, exactAt: Math.max(0, all.sequence - 1 - i) as P.Sequence })),
		references: all.references.sort(),
	}));
