/** Unsigned LEB128, shortest form only, at most 8 bytes, value ≤ 2^53 − 1. Below 128 one byte. */
import { refuse } from '../errors.ts';

export const varintBytesMax = 8;

/** Bytes that `value` takes. @throws FormatError FORMAT_LIMIT when it is not an integer from 0 to 2^53 − 1 */
export function varintLength(value: number): number {
	if (value < 0x80 && value >= 0 && Number.isInteger(value)) return 1;
	if (!Number.isSafeInteger(value) || value < 0) refuse('FORMAT_LIMIT', `varint ${value}`);
	let length = 1;
	for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) length++;
	return length;
}

/** Writes at `at`, which must have room; returns the offset behind. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
	let rest = value;
	while (rest >= 0x8000_0000) {
		bytes[at++] = (rest % 128) | 0x80;
		rest = Math.floor(rest / 128);
	}
	while (rest >= 0x80) {
		bytes[at++] = (rest & 0x7f) | 0x80;
		rest >>>= 7;
	}
	bytes[at++] = rest;
	return at;
}

/** The value at `at`. Its length is varintLength(value), because only the shortest form is read. */
export function getVarint(bytes: Uint8Array, at: number, end: number): number {
	let value = 0;
	let scale = 1;
	for (let i = 0; i < varintBytesMax; i++) {
		if (at + i >= end) refuse('FORMAT_TRUNCATED', 'varint');
		const byte = bytes[at + i]!;
		value += (byte & 0x7f) * scale;
		if (byte < 0x80) {
			if (byte === 0 && i > 0) refuse('FORMAT_VARINT');
			return value <= Number.MAX_SAFE_INTEGER ? value : refuse('FORMAT_LIMIT', 'varint');
		}
		scale *= 128;
	}
	return refuse('FORMAT_VARINT', 'more than 8 bytes');
}
