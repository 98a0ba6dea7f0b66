import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { bytes, file, row, table } from '../testing/arbitraries.ts';
import { codeOf, same } from '../testing/damage.ts';

describe('rows', () => {
	test('columns come back', () => {
		fc.assert(
			fc.property(row, (columns) => {
				expect(same(P.decodeRow(P.encodeRow(columns)), columns)).toBe(true);
			}),
		);
	});

	test('a walk finds each column, wherever the row lies', () => {
		fc.assert(
			fc.property(row, fc.nat(9), fc.nat(9), (columns, before, first) => {
				const encoded = P.encodeRow(columns);
				const packet = Buffer.concat([Buffer.alloc(before, 1), encoded, Buffer.alloc(3, 2)]);
				const walk = new P.RowWalk().walk(packet, before, before + encoded.length, first);
				expect(walk.count).toBe(Math.min(first, columns.length));
				for (let i = 0; i < walk.count; i++) expect(same(P.columnAt(packet, walk, i), columns[i])).toBe(true);
			}),
		);
	});

	test.each([0, 250, 251, 65_535, 65_536, 16_777_215, 16_777_216])('a column of %i bytes', (length) => {
		const encoded = P.encodeRow([Buffer.alloc(length, 0x62), null]);
		expect(encoded.length - length - 1).toBe(length < 251 ? 1 : length < 65_536 ? 3 : length < 16_777_216 ? 4 : 9);
		const [column, end] = P.decodeRow(encoded);
		expect([(column as Buffer).length, end]).toEqual([length, null]);
	});

	test.each([
		['a length that goes beyond the row', [5, 1, 2], 'FORMAT_TRUNCATED'],
		['a cut-off length', [0xfc, 1], 'FORMAT_TRUNCATED'],
		['a length in a longer form', [0xfc, 5, 0, 1, 2, 3, 4, 5], 'FORMAT_FIELD'],
		['a length of 2^60', [0xfe, 0, 0, 0, 0, 0, 0, 0, 0x10], 'FORMAT_TRUNCATED'],
		['a chunk list that is cut off', [0xff, 5, 1, 1, 2], 'FORMAT_TRUNCATED'],
		['pieces that do not add up', [0xff, 5, 1, ...Array<number>(32).fill(7), 4], 'FORMAT_FIELD'],
		['an empty piece', [0xff, 0, 1, ...Array<number>(32).fill(7), 0], 'FORMAT_FIELD'],
	])('refuses %s', (_, all, code) => {
		expect(codeOf(() => P.decodeRow(Buffer.from(all)))).toBe(code);
	});

	test('large columns go out of line: above 4 MiB, then the largest until 16 MiB are left', () => {
		const MiB = 1024 * 1024;
		expect(P.columnsOutOfLine([4 * MiB, 4 * MiB + 1, -1, 3])).toEqual([1]);
		expect(P.columnsOutOfLine(Array<number>(6).fill(3 * MiB))).toEqual([0]);
		expect(P.columnsOutOfLine([2 * MiB, 4 * MiB, 4 * MiB, 3 * MiB, 4 * MiB, 1 * MiB, 5 * MiB])).toEqual([1, 6]);
	});

	test('in a table without a key the count precedes the row', () => {
		fc.assert(
			fc.property(bytes(20), fc.integer({ min: 1, max: 1_000_000 }), (one, count) => {
				expect(P.decodeCountedRow(P.encodeCountedRow(count, one))).toEqual({ count, row: one });
			}),
		);
		expect(codeOf(() => P.decodeCountedRow(Buffer.of(0, 1)))).toBe('FORMAT_FIELD');
	});
});

test('files, folders and links come back', () => {
	fc.assert(
		fc.property(file, (one) => {
			expect(P.decodeFile(P.encodeFile(one))).toEqual(one);
		}),
	);
});

describe('tables', () => {
	test('come back', () => {
		fc.assert(
			fc.property(table, (one) => {
				expect(P.decodeTable(P.encodeTable(one))).toEqual(one);
				expect(P.incarnationOfTable(P.encodeTable(one))).toBe(one.incarnation);
			}),
		);
	});
	test('a key column stands where rows have it: generated columns do not count', () => {
		const column = { type: 'int', charset: null, nullable: false, read: 'plain' as const };
		const columns = [{ ...column, name: 'g', generated: true }, { ...column, name: 'a', generated: false }, { ...column, name: 'b', generated: false }];
		const layout: P.TableLayout = { engine: 'InnoDB', transactional: true, columns, key: { kind: 'primary', columns: [{ name: 'b', as: 'int' }] } };
		expect(P.keyColumnPlaces(layout)).toEqual([{ index: 1, as: 'int' }]);
		expect(codeOf(() => P.keyColumnPlaces({ ...layout, key: { kind: 'primary', columns: [{ name: 'g', as: 'int' }] } }))).toBe('FORMAT_FIELD');
		expect(codeOf(() => P.keyColumnPlaces({ ...layout, key: { kind: 'row', columns: [{ name: 'b', as: 'int' }] } }))).toBe('FORMAT_FIELD');
	});
	test('members of the layout that this version does not know are kept', () => {
		const layout = { engine: 'Aria', transactional: false, columns: [], key: { kind: 'row' as const, columns: [] }, later: [1] };
		const value = { incarnation: P.parseIncarnation(1), create: Buffer.from('CREATE'), layout };
		expect(P.decodeTable(P.encodeTable(value)).layout).toEqual(layout);
	});
});

test('definitions, counters and reasons come back', () => {
	fc.assert(
		fc.property(bytes(40), fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (create, text, next) => {
			const definition = { create, context: { definer: text, sqlMode: '', characterSet: 'utf8mb4', collation: text } };
			expect(P.decodeDefinition(P.encodeDefinition(definition))).toEqual(definition);
			expect(P.decodeCounter(P.encodeCounter(next))).toBe(next);
			for (const code of Object.keys(P.reasonCodes) as P.ReasonCode[]) {
				expect(P.decodeReason(P.encodeReason({ code, detail: text }))).toEqual({ code, detail: text });
			}
		}),
	);
});
