import fc from 'fast-check';
import { batchOf, encodeRow, pickColumns, readColumn, readColumns, rowAt, rowCount, sliceBatch } from './row-batch.ts';

const column = fc.option(
	fc.oneof(
		fc.uint8Array({ maxLength: 300 }),
		fc.integer({ min: 65530, max: 65540 }).map((n) => new Uint8Array(n).fill(n)),
	),
	{ nil: null },
);
const row = fc.array(column, { minLength: 1, maxLength: 6 });
const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
	a === null || b === null ? a === b : Buffer.compare(a, b) === 0;

test('readColumns(encodeRow(x)) = x, and readColumn finds each', () => {
	fc.assert(
		fc.property(row, (columns) => {
			const bytes = encodeRow(columns);
			const read = readColumns(bytes, 0, bytes.length);
			expect(read.length).toBe(columns.length);
			columns.forEach((value, i) => expect(same(value, read[i]!) && same(value, readColumn(bytes, 0, i))).toBe(true));
		}),
		{ numRuns: 200 },
	);
});

test('columns of 16 MiB and more', () => {
	const large = Buffer.alloc(0x1000000 + 5, 7);
	const bytes = encodeRow([large, null, Buffer.alloc(0xffffff, 8)]);
	expect(readColumn(bytes, 0, 0)!.equals(large)).toBe(true);
	expect(readColumn(bytes, 0, 2)!.length).toBe(0xffffff);
});

test('picking and slicing', () => {
	const batch = batchOf(
		[
			['1', 'a', 'x'],
			['2', 'b', 'y'],
			['3', 'c', 'z'],
		].map((columns) => encodeRow(columns.map((text) => Buffer.from(text)))),
	);
	const picked = pickColumns(sliceBatch(batch, 1, 3), [2, 0]);
	expect(rowCount(picked)).toBe(2);
	expect(readColumns(rowAt(picked, 1), 0, 4).map(String)).toEqual(['z', '3']);
});

test('cut-off bytes are refused, not read beyond', () => {
	const bytes = encodeRow([Buffer.alloc(300, 1), Buffer.from('x')]);
	for (let length = 0; length < bytes.length - 2; length++)
		expect(() => readColumn(bytes.subarray(0, length), 0, 0)).toThrow(RangeError);
	expect(() => readColumn(Buffer.from([0xff]), 0, 0)).toThrow(RangeError);
});
