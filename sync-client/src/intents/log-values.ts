import { encodeRow } from '../ports/row-batch.ts';

/** A value of the intent log: its text as bytes; numbers as decimal digits. PROTOCOL.md section 2, "Values". */
export type LogValue = { readonly kind: 'number' | 'text'; readonly bytes: Buffer } | null;

/** Thrown inside the parser of a line: the line is not understood, so a sweep is wanted. */
export class NotUnderstood extends Error {}

export function parseValue(json: unknown): LogValue {
	if (json === null) {
		return null;
	}
	if (typeof json === 'number' && Number.isSafeInteger(json)) {
		return { kind: 'number', bytes: Buffer.from(String(json)) };
	}
	if (typeof json === 'string') {
		return { kind: 'text', bytes: Buffer.from(json) };
	}
	const { i, b } = (typeof json === 'object' ? json : {}) as { i?: unknown; b?: unknown };
	if (typeof i === 'string' && /^-?[0-9]{1,30}$/.test(i)) {
		return { kind: 'number', bytes: Buffer.from(i) };
	}
	if (typeof b === 'string') {
		return { kind: 'text', bytes: Buffer.from(b, 'base64') };
	}
	throw new NotUnderstood('a value');
}

/** An array of the key columns' values, as those columns of a row. */
export function parseKey(json: unknown): Buffer {
	if (!Array.isArray(json) || json.length === 0) {
		throw new NotUnderstood('a key');
	}
	return encodeRow(json.map((value) => parseValue(value)?.bytes ?? null));
}

export function parseInteger(json: unknown): bigint | null {
	const value = parseValue(json);
	if (value === null) {
		return null;
	}
	if (value.kind !== 'number') {
		throw new NotUnderstood('an integer');
	}
	return BigInt(value.bytes.toString('latin1'));
}
