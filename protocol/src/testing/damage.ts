/** Damage to bytes: a flipped bit, a cut, an insertion, a splice. */
import fc from 'fast-check';
import { FormatError } from '../errors.ts';

export type Damage = (bytes: Buffer) => Buffer;

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

export const damage: fc.Arbitrary<Damage> = fc.oneof(
	fc.tuple(at, fc.nat(7)).map(([where, bit]): Damage => (bytes) => {
		const copy = Buffer.from(bytes);
		if (copy.length > 0) copy[Math.floor(where * copy.length)]! ^= 1 << bit;
		return copy;
	}),
	at.map((where): Damage => (bytes) => bytes.subarray(0, Math.floor(where * bytes.length))),
	at.map((where): Damage => (bytes) => bytes.subarray(Math.ceil(where * bytes.length))),
	fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 9 })).map(([where, more]): Damage => (bytes) => {
		const middle = Math.floor(where * (bytes.length + 1));
		return Buffer.concat([bytes.subarray(0, middle), more, bytes.subarray(middle)]);
	}),
	fc.tuple(at, at, at).map(([from, to, into]): Damage => (bytes) => {
		const copy = Buffer.from(bytes);
		const [low, high] = [Math.min(from, to), Math.max(from, to)].map((where) => Math.floor(where * bytes.length)) as [number, number];
		bytes.copy(copy, Math.floor(into * bytes.length), low, high);
		return copy;
	}),
	fc.uint8Array({ maxLength: 64 }).map((all): Damage => () => Buffer.from(all)),
);

/** What `read` gives, or the FormatError that it throws; any other error goes on. */
export function readOrRefuse<T>(read: () => T): { value: T } | { refused: FormatError } {
	try {
		return { value: read() };
	} catch (error) {
		if (error instanceof FormatError) return { refused: error };
		throw error;
	}
}

/** The code of the FormatError that `read` throws; undefined when it does not. */
export function codeOf(read: () => unknown): string | undefined {
	const outcome = readOrRefuse(read);
	return 'refused' in outcome ? outcome.refused.code : undefined;
}

/** Deep and strict equality; Jest's own compares Buffers byte by byte through its printer's rules, which takes seconds for large ones. */
export { isDeepStrictEqual as same } from 'node:util';
