import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as P from './index.ts';

const gear = P.gearTable(Buffer.alloc(32, 3));

/** Bytes that look random, the same each time. */
function noise(length: number, seed: string): Buffer {
	const parts: Buffer[] = [];
	for (let i = 0; i * 32 < length; i++) parts.push(createHash('sha256').update(`${seed}/${i}`).digest());
	return Buffer.concat(parts, length);
}
const content = noise(12 * 1024 * 1024, 'content');

function cutInSteps(all: Buffer, steps: readonly number[]): number[] {
	const cutter = new P.Cutter(gear);
	const lengths: number[] = [];
	for (let at = 0, i = 0; at < all.length; i++) {
		const step = steps[i % steps.length]!;
		lengths.push(...cutter.push(all.subarray(at, at + step)));
		at += step;
	}
	const last = cutter.finish();
	return last > 0 ? [...lengths, last] : lengths;
}

/** FORMAT.md section 6, word for word and slowly. */
function cutSlowly(all: Buffer): number[] {
	if (all.length <= 1024 * 1024) return all.length > 0 ? [all.length] : [];
	const lengths: number[] = [];
	let start = 0;
	let h = 0;
	for (let i = 0; i < all.length; i++) {
		const length = i + 1 - start;
		if (length > 256 * 1024) h = (2 * h + (gear[all[i]!]! >>> 0)) % 2 ** 32;
		const bits = length <= 1024 * 1024 ? 22 : 18;
		if ((length > 256 * 1024 && h < 2 ** (32 - bits)) || length === 4096 * 1024) {
			lengths.push(length);
			start = i + 1;
			h = 0;
		}
	}
	return start < all.length ? [...lengths, all.length - start] : lengths;
}

describe('the cutter', () => {
	const whole = cutInSteps(content, [content.length]);

	test('does what FORMAT.md says', () => {
		expect(whole).toEqual(cutSlowly(content));
		expect(cutInSteps(Buffer.alloc(9_000_000), [65_536])).toEqual(cutSlowly(Buffer.alloc(9_000_000)));
		expect(whole.length).toBeGreaterThan(6);
	});

	test('cuts alike however it is fed', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 3_000_000 }).map((n) => (n % 3 === 0 ? 1 + (n % 70_000) : n)), { minLength: 1, maxLength: 6 }), (steps) => {
				expect(cutInSteps(content, steps)).toEqual(whole);
			}),
			{ numRuns: 20 },
		);
	});

	test('pieces are within their bounds, and content up to 1 MiB is one piece', () => {
		for (const length of whole.slice(0, -1)) {
			expect(length).toBeGreaterThan(P.cutBytesMin);
			expect(length).toBeLessThanOrEqual(P.cutBytesMax);
		}
		for (const length of [0, 1, 300_000, 1024 * 1024]) expect(cutInSteps(content.subarray(0, length), [100_000])).toEqual(length > 0 ? [length] : []);
		expect(cutInSteps(Buffer.alloc(9 * 1024 * 1024), [9 * 1024 * 1024])).toEqual(cutSlowly(Buffer.alloc(9 * 1024 * 1024)));
	});

	test('an insertion changes the pieces around it only', () => {
		const middle = 5_000_000;
		const changed = cutInSteps(Buffer.concat([content.subarray(0, middle), Buffer.from('inserted'), content.subarray(middle)]), [65_536]);
		const ends = (lengths: readonly number[], from: number) => new Set(lengths.map((sum => (one: number) => (sum += one))(from)));
		const before = ends(whole, 0);
		const after = [...ends(changed, 0)].map((end) => (end > middle ? end - 8 : end));
		expect(after.filter((end) => !before.has(end)).length).toBeLessThanOrEqual(3);
	});

	test('another site cuts elsewhere', () => {
		const other = new P.Cutter(P.gearTable(Buffer.alloc(32, 4)));
		expect([...other.push(content), other.finish()]).not.toEqual(whole);
	});

	test('cutContent gives the pieces themselves', async () => {
		const pieces: Buffer[] = [];
		const source = Array.from({ length: 200 }, (_, i) => content.subarray(i * 65_000, (i + 1) * 65_000));
		for await (const piece of P.cutContent(source, gear)) pieces.push(Buffer.from(piece));
		expect(pieces.map((piece) => piece.length)).toEqual(whole);
		expect(Buffer.concat(pieces).equals(content)).toBe(true);
		for await (const piece of P.cutContent([], gear)) expect(piece).toBe('nothing');
	});
});
