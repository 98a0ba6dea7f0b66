import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { bytes, incarnation, key, keyColumn, keyKindsOfTable, path } from '../testing/arbitraries.ts';
import { codeOf } from '../testing/damage.ts';

const columnsOf = (kinds: P.KeyColumnKind[]) => fc.tuple(...kinds.map(keyColumn));
const life = P.parseIncarnation(65_536);

function compareColumns(a: P.KeyColumn, b: P.KeyColumn): number {
	if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
	return Buffer.compare(a as Buffer, b as Buffer);
}

test('every key comes back as it was', () => {
	fc.assert(
		fc.property(key, (one) => {
			expect(P.decodeKey(P.encodeKey(one))).toEqual(one);
		}),
	);
});

describe('row keys', () => {
	test('columns come back', () => {
		fc.assert(
			fc.property(
				keyKindsOfTable.chain((kinds) => fc.tuple(fc.constant(kinds), columnsOf(kinds))),
				([kinds, columns]) => {
					expect(P.decodeRowKey(P.encodeRowKey(columns, kinds), kinds)).toEqual(columns);
				},
			),
		);
	});

	test('order of bytes = order of the tuple', () => {
		fc.assert(
			fc.property(
				keyKindsOfTable.chain((kinds) => fc.tuple(fc.constant(kinds), columnsOf(kinds), columnsOf(kinds), fc.nat(3))),
				([kinds, a, other, shared]) => {
					const b = other.map((column, i) => (i < shared ? a[i]! : column));
					const order = a.map((column, i) => compareColumns(column, b[i]!)).find((one) => one !== 0) ?? 0;
					expect(Math.sign(P.compareBytes(P.encodeRowKey(a, kinds), P.encodeRowKey(b, kinds)))).toBe(order);
				},
			),
			{ numRuns: 1000 },
		);
	});

	test('from the bytes of a row: the same key as from its columns', () => {
		fc.assert(
			fc.property(
				keyKindsOfTable.chain((kinds) => fc.tuple(fc.constant(kinds), columnsOf(kinds), fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }), incarnation)),
				([kinds, columns, gaps, one]) => {
					const row: (Uint8Array | null)[] = [];
					const places = columns.map((column, i): P.KeyColumnPlace => {
						for (let gap = gaps[i]!; gap > 0; gap--) row.push(gap === 1 ? null : Buffer.alloc(300));
						row.push(typeof column === 'bigint' ? Buffer.from(String(column)) : column);
						return { index: row.length - 1, as: kinds[i]! };
					});
					const maker = new P.RowKeyMaker(one, places.toReversed());
					maker.make(P.encodeRow(row));
					expect(maker.copy()).toEqual(P.rowKeyOf(one, P.encodeRowKey(columns.toReversed(), kinds.toReversed())));
				},
			),
		);
	});

	test('zero-filled numbers and minus zero', () => {
		const maker = new P.RowKeyMaker(life, [{ index: 0, as: 'int' }]);
		const made = (text: string) => (maker.make(P.encodeRow([Buffer.from(text)])), P.decodeRowKey(maker.copy().subarray(9), ['int'])[0]);
		expect([made('0000000042'), made('-0'), made('-1'), made('-4294967296'), made('00000000000000000000000000000007')]).toEqual([42n, 0n, -1n, -4294967296n, 7n]);
	});

	test.each([
		['NULL', [null], 'int'],
		['a text', [Buffer.from('12a')], 'int'],
		['an empty text', [Buffer.from('')], 'int'],
		['only a sign', [Buffer.from('-')], 'int'],
		['a negative number', [Buffer.from('-1')], 'uint'],
		['2^64', [Buffer.from('18446744073709551616')], 'uint'],
		['2^63', [Buffer.from('9223372036854775808')], 'int'],
		['a column out of line', [{ length: 0, pieces: [] }], 'bytes'],
		['a missing column', [], 'int'],
	] as const)('%s is no key', (_, row, as) => {
		expect(codeOf(() => new P.RowKeyMaker(life, [{ index: 0, as }]).make(P.encodeRow(row)))).toBe('FORMAT_KEY');
	});

	test.each([
		['cut off in a number', [1, 2, 3], ['int']],
		['text without end', [0x61, 0x62], ['bytes']],
		['a wrong escape', [0x61, 0, 5, 0, 0], ['bytes']],
		['bytes left over', [0x61, 0, 0, 1], ['bytes']],
	] as const)('refuses %s', (_, all, kinds) => {
		expect(codeOf(() => P.decodeRowKey(Buffer.from(all), kinds))).toBe('FORMAT_KEY');
	});

	test('a table without a key: the hash of the row', () => {
		expect(P.keylessRowKey(Buffer.from('abc')).toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
	});
});

describe('paths', () => {
	test.each(['/a', 'a/', 'a//b', '.', '..', './a', 'a/..', 'a/../b', 'a\0b', '/', 'x'.repeat(4097)])('refuses %j', (text) => {
		expect(codeOf(() => P.fileKey('root', Buffer.from(text)))).toBe('FORMAT_PATH');
	});
	test.each(['', 'a', '...', '.htaccess', 'a/.b/..c', 'x'.repeat(4096)])('takes %j', (text) => {
		expect(P.decodeKey(P.fileKey('root', Buffer.from(text)))).toMatchObject({ kind: 'file', root: 'root' });
	});
});

describe('ranges', () => {
	test('a prefix range holds exactly the keys with that prefix', () => {
		fc.assert(
			fc.property(bytes(3), fc.oneof(bytes(5), bytes(2)), fc.boolean(), (prefix, rest, joined) => {
				const one = joined ? Buffer.concat([prefix, rest]) : rest;
				expect(P.inRange(one, P.prefixRange(prefix))).toBe(one.subarray(0, prefix.length).equals(prefix));
			}),
		);
	});
	test('rows of an incarnation, and of no other', () => {
		fc.assert(
			fc.property(incarnation, incarnation, bytes(6, 1), (one, other, rowKey) => {
				expect(P.inRange(P.rowKeyOf(one, rowKey), P.rowsRange(one))).toBe(true);
				expect(P.inRange(P.rowKeyOf(other, rowKey), P.rowsRange(one))).toBe(one === other);
			}),
		);
	});
	test('files below a folder, without the folder itself and its neighbours', () => {
		fc.assert(
			fc.property(path, path, (folder, below) => {
				fc.pre(below.length > 0 && folder.length + below.length < 4000);
				const inside = folder.length === 0 ? below : Buffer.concat([folder, Buffer.from('/'), below]);
				const range = P.folderRange('uploads', folder);
				expect(P.inRange(P.fileKey('uploads', inside), range)).toBe(true);
				expect(P.inRange(P.fileKey('uploads', folder), range)).toBe(false);
				expect(P.inRange(P.fileKey('themes', inside), range)).toBe(false);
			}),
		);
	});
});

test.each([
	['no kind', []],
	['an unknown kind', [0x7f, 0x61]],
	['an empty name', [0x10]],
	['a trigger without a table', [0x12, 0x61]],
	['a row without a row key', [0x20, 0, 0, 0, 0, 0, 0, 0, 1]],
	['an unknown root', [0x30, 7]],
])('refuses %s', (_, all) => {
	expect(codeOf(() => P.decodeKey(Buffer.from(all)))).toBe('FORMAT_KEY');
});

test('incarnations come from the sequence, shifted, and a counter', () => {
	expect(P.makeIncarnation(P.parseSequence(3), 2)).toBe(3 * 65_536 + 2);
	expect(codeOf(() => P.makeIncarnation(P.parseSequence(3), 65_536))).toBe('FORMAT_FIELD');
});
