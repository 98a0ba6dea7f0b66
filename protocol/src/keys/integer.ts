/** Integers of key columns: ASCII decimal, as the server sends them, to eight order-preserving bytes and back. */
import { refuse } from '../errors.ts';
import { asBuffer } from '../bytes/compare.ts';

const signBit = 1n << 63n;

/**
 * Writes the integer in text[start, end) to key[at, at + 8): u64, or i64 with the sign bit flipped.
 * Up to 15 digits without a BigInt.
 * @throws FormatError FORMAT_KEY when it is no integer or does not fit
 */
export function putDecimal(key: Buffer, at: number, text: Uint8Array, start: number, end: number, signed: boolean): void {
	const negative = text[start] === 0x2d;
	const first = negative ? start + 1 : start;
	if (first === end || (negative && !signed)) refuse('FORMAT_KEY', 'not an integer');
	if (end - first > 15) return putInteger(key, at, longDecimal(text, start, end), signed);
	let value = 0;
	for (let i = first; i < end; i++) value = value * 10 + digit(text[i]!);
	let high = Math.floor(value / 0x1_0000_0000);
	let low = value >>> 0;
	if (negative) {
		low = -low >>> 0;
		high = (~high + (low === 0 ? 1 : 0)) >>> 0;
	}
	key.writeUInt32BE((signed ? high ^ 0x8000_0000 : high) >>> 0, at);
	key.writeUInt32BE(low, at + 4);
}

function digit(byte: number): number {
	const value = byte - 0x30;
	return value >= 0 && value <= 9 ? value : refuse('FORMAT_KEY', 'not an integer');
}

function longDecimal(text: Uint8Array, start: number, end: number): bigint {
	const decimal = asBuffer(text).toString('latin1', start, end);
	return /^-?[0-9]{1,255}$/.test(decimal) ? BigInt(decimal) : refuse('FORMAT_KEY', 'not an integer');
}

/** @throws FormatError FORMAT_KEY when it does not fit */
export function putInteger(key: Buffer, at: number, value: bigint, signed: boolean): void {
	const stored = signed ? value + signBit : value;
	if (BigInt.asUintN(64, stored) !== stored) refuse('FORMAT_KEY', 'an integer does not fit 64 bits');
	key.writeBigUInt64BE(stored, at);
}

export function getInteger(key: Buffer, at: number, signed: boolean): bigint {
	const stored = key.readBigUInt64BE(at);
	return signed ? stored - signBit : stored;
}
