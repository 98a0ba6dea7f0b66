import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytes, whole } from '../testing/arbitraries.ts';
import { codeOf } from '../testing/damage.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { compareBytes, sharedPrefix } from './compare.ts';
import { ByteReader } from './reader.ts';
import { decodeUtf8, encodeHex, encodeUtf8 } from './text.ts';
import { getVarint, putVarint, varintLength } from './varint.ts';
import { ByteWriter } from './writer.ts';

describe('varint', () => {
	test('reads what it wrote, in the length it said', () => {
		fc.assert(
			fc.property(fc.oneof(whole, fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1)), (value) => {
				const buffer = Buffer.alloc(10);
				const end = putVarint(buffer, 1, value);
				expect(end - 1).toBe(varintLength(value));
				expect(getVarint(buffer, 1, end)).toBe(value);
				expect(codeOf(() => getVarint(buffer, 1, end - 1))).toBe('FORMAT_TRUNCATED');
			}),
		);
	});

	test.each([
		['longer than needed', [0x80, 0x00], 'FORMAT_VARINT'],
		['longer than needed, twice', [0xff, 0x80, 0x00], 'FORMAT_VARINT'],
		['nine bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'FORMAT_VARINT'],
		['above 2^53 − 1', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], 'FORMAT_LIMIT'],
	])('refuses one %s', (_, all, code) => {
		expect(codeOf(() => getVarint(Buffer.from(all), 0, all.length))).toBe(code);
	});

	test.each([-1, 1.5, NaN, Infinity, 2 ** 53])('does not write %p', (value) => {
		expect(codeOf(() => varintLength(value))).toBe('FORMAT_LIMIT');
	});
});

describe('reader and writer', () => {
	test('every primitive comes back, and nothing is left over', () => {
		fc.assert(
			fc.property(fc.nat(255), fc.nat(65_535), fc.nat(0xffff_ffff), fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), bytes(50), fc.string(), (a, b, c, d, e, f, g) => {
				const written = new ByteWriter(1).u8(a).u16(b).u32(c).u64(d).u64big(e).i64big(-e / 2n).field(f, 50).str(g, 999).hex(f.toString('hex'), f.length).finish();
				const reader = new ByteReader(written);
				expect([reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.u64big(), reader.i64big()]).toEqual([a, b, c, d, e, -e / 2n]);
				expect(reader.field(50).equals(f)).toBe(true);
				expect(reader.str(999)).toBe(g);
				expect(reader.hex(f.length)).toBe(f.toString('hex'));
				reader.done();
			}),
		);
	});

	test('a count is checked against what is left before anything is made', () => {
		const reader = new ByteReader(new ByteWriter().varint(1_000_000).raw(Buffer.alloc(31)).finish());
		expect(codeOf(() => reader.count(2_000_000, 32))).toBe('FORMAT_TRUNCATED');
	});

	test.each([
		['FORMAT_TRUNCATED', () => new ByteReader(Buffer.alloc(3)).u32()],
		['FORMAT_TRAILING', () => new ByteReader(Buffer.alloc(3)).done()],
		['FORMAT_LIMIT', () => new ByteReader(Buffer.alloc(8, 0xff)).u64()],
		['FORMAT_LIMIT', () => new ByteReader(Buffer.of(5, 1, 2, 3, 4, 5)).field(4)],
		['FORMAT_MAGIC', () => new ByteReader(Buffer.from('HFXX\x01\0\0\0')).objectHead('HFPK', 1)],
		['FORMAT_VERSION', () => new ByteReader(Buffer.from('HFPK\x02\0\0\0')).objectHead('HFPK', 1)],
		['FORMAT_FIELD', () => new ByteReader(Buffer.from('HFPK\x01\0\x01\0')).objectHead('HFPK', 1)],
		['FORMAT_TEXT', () => decodeUtf8(Buffer.of(0xc3))],
		['FORMAT_TEXT', () => encodeUtf8('\ud800')],
		['FORMAT_TEXT', () => encodeHex('AB')],
		['FORMAT_FIELD', () => new ByteWriter().u8(256)],
	])('%s', (code, read) => {
		expect(codeOf(read)).toBe(code);
	});
});

test('bytes compare as Buffer.compare does, short and long', () => {
	fc.assert(
		fc.property(bytes(3), bytes(3), fc.constantFrom(0, 30, 40), (a, b, shared) => {
			const [left, right] = [Buffer.concat([Buffer.alloc(shared, 7), a]), Buffer.concat([Buffer.alloc(shared, 7), b])];
			expect(Math.sign(compareBytes(left, right))).toBe(Buffer.compare(left, right));
			expect(left.subarray(0, sharedPrefix(left, left.length, right, right.length)).equals(right.subarray(0, sharedPrefix(left, left.length, right, right.length)))).toBe(true);
		}),
	);
});

describe('base 32', () => {
	test('reads what it wrote, in any case', () => {
		fc.assert(
			fc.property(bytes(20), (all) => {
				const text = encodeBase32(all);
				expect(decodeBase32(text).equals(all)).toBe(true);
				expect(decodeBase32(text.toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o')).equals(all)).toBe(true);
			}),
		);
	});
	test('U does not occur, and filling bits are zero', () => {
		expect(codeOf(() => decodeBase32('AU'))).toBe('FORMAT_CODE_MISTYPED');
		expect(codeOf(() => decodeBase32('ZZ'))).toBe('FORMAT_CODE_MISTYPED');
	});
});
