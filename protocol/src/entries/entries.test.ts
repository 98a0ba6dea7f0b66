import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from '../index.ts';
import { entryMap, entryValue, smallKey } from '../testing/arbitraries.ts';
import { codeOf } from '../testing/damage.ts';

const entriesOf = (block: P.EntryBlock): [Buffer, Buffer | null][] => {
	const cursor = new P.BlockCursor(block.plaintext);
	const entries: [Buffer, Buffer | null][] = [];
	while (cursor.next()) entries.push([Buffer.from(cursor.key), cursor.value]);
	return entries;
};
const batchEntries = (batch: P.EntryBatch): [Buffer, Buffer | null][] =>
	Array.from({ length: batch.count }, (_, i): [Buffer, Buffer | null] => [P.keyAt(batch, i), P.valueAt(batch, i)]);

test('entries come back, from a cursor and as a batch', () => {
	fc.assert(
		fc.property(entryMap(entryValue), (entries) => {
			const blocks = P.encodeBlocks(entries);
			expect(blocks.flatMap(entriesOf)).toEqual(entries);
			expect(blocks.flatMap((block) => batchEntries(P.decodeBlock(block.plaintext)))).toEqual(entries);
			expect(batchEntries(P.batchOf(entries))).toEqual(entries);
			if (entries.length > 0) expect([blocks[0]!.first, blocks.at(-1)!.last, blocks[0]!.count]).toEqual([entries[0]![0], entries.at(-1)![0], entries.length]);
		}),
	);
});

test('a block is closed at 256 KiB, one entry may be larger', () => {
	const sizes = [1000, 300_000, 10, 262_000, 262_000, 1];
	const blocks = P.encodeBlocks(sizes.map((size, i) => [P.tableKey(`t${i}`), Buffer.alloc(size)] as const));
	expect(blocks.map((block) => block.count)).toEqual([1, 1, 2, 2]);
	for (const block of blocks) if (block.count > 1) expect(block.plaintext.length).toBeLessThanOrEqual(P.blockBytesTarget);
	const many = P.encodeBlocks(Array.from({ length: 100_000 }, (_, i) => [P.rowKeyOf(P.parseIncarnation(1), P.encodeRowKey([BigInt(i)], ['uint'])), Buffer.alloc(20)] as const));
	for (const block of many.slice(0, -1)) {
		expect(block.plaintext.length).toBeLessThanOrEqual(P.blockBytesTarget);
		expect(block.plaintext.length).toBeGreaterThan(P.blockBytesTarget - 100);
	}
});

test('a slice and a lower bound see what an array would', () => {
	fc.assert(
		fc.property(entryMap(entryValue), fc.nat(40), fc.nat(40), fc.nat(40), (entries, a, b, wanted) => {
			const batch = P.batchOf(entries);
			const [from, to] = [Math.min(a, b, entries.length), Math.min(Math.max(a, b), entries.length)];
			expect(batchEntries(P.sliceBatch(batch, from, to))).toEqual(entries.slice(from, to));
			const found = entries.findIndex(([key], i) => i >= from && P.compareBytes(key, smallKey(wanted)) >= 0);
			expect(P.lowerBound(batch, smallKey(wanted), from)).toBe(found < 0 ? entries.length : found);
		}),
	);
});

describe('a writer refuses', () => {
	test.each([
		['the same key twice', 'FORMAT_ORDER', [[1], [1]]],
		['a smaller key', 'FORMAT_ORDER', [[2], [1]]],
		['a prefix of the key before', 'FORMAT_ORDER', [[1, 2], [1]]],
		['an empty key', 'FORMAT_KEY', [[]]],
	])('%s', (_, code, keys) => {
		expect(codeOf(() => P.encodeBlocks(keys.map((key) => [Buffer.from(key), null] as const)))).toBe(code);
	});
	test('a key or value above its limit', () => {
		expect(codeOf(() => new P.BlockWriter().add(Buffer.alloc(65_536), null))).toBe('FORMAT_LIMIT');
		expect(codeOf(() => new P.BlockWriter().add(Buffer.of(1), Buffer.alloc(P.valueBytesMax + 1)))).toBe('FORMAT_LIMIT');
	});
	test('keys that do not ascend over the end of a block', () => {
		const writer = new P.BlockWriter();
		writer.add(Buffer.of(5), null);
		writer.finish();
		expect(codeOf(() => writer.add(Buffer.of(4), null))).toBe('FORMAT_ORDER');
	});
});

describe('a reader refuses', () => {
	test.each([
		['nothing', 'FORMAT_TRUNCATED', []],
		['version 2', 'FORMAT_VERSION', [2, 1, 0, 1, 9, 0]],
		['version 0', 'FORMAT_FIELD', [0, 1, 0, 1, 9, 0]],
		['no entries', 'FORMAT_FIELD', [1, 0]],
		['a count beyond its bytes', 'FORMAT_TRUNCATED', [1, 2, 0, 1, 9, 0]],
		['an empty key', 'FORMAT_ORDER', [1, 1, 0, 0, 0, 0]],
		['the same key again', 'FORMAT_ORDER', [1, 2, 0, 1, 9, 0, 1, 0, 0, 0]],
		['fewer shared bytes than there are', 'FORMAT_ORDER', [1, 2, 0, 2, 9, 9, 0, 0, 3, 9, 9, 9, 0]],
		['more shared bytes than the key before has', 'FORMAT_LIMIT', [1, 2, 0, 1, 9, 0, 2, 1, 9, 0]],
		['a value beyond the block', 'FORMAT_TRUNCATED', [1, 1, 0, 1, 9, 3, 1]],
		['bytes left over', 'FORMAT_TRAILING', [1, 1, 0, 1, 9, 1, 7]],
	])('%s', (_, code, all) => {
		expect(codeOf(() => P.decodeBlock(Buffer.from(all)))).toBe(code);
	});
});
