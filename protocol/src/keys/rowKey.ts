/**
 * Row keys: the columns of a table's key, each so that bytes sort as the tuple does.
 *
 *     int    i64, sign bit flipped        uint    u64
 *     bytes  00 → 00 FF, ended by 00 00
 */
import { createHash } from 'node:crypto';
import { asBuffer } from '../bytes/compare.ts';
import { refuse } from '../errors.ts';
import type { Incarnation } from '../ids.ts';
import { keyBytesMax } from '../limits.ts';
import { RowWalk } from '../values/rowWalk.ts';
import { getInteger, putDecimal, putInteger } from './integer.ts';
import { rowPrefix, rowPrefixBytes } from './key.ts';

export type KeyColumnKind = 'int' | 'uint' | 'bytes';
export type KeyColumn = bigint | Uint8Array;

/** Appends text[start, end), escaped and ended; returns the offset behind. `key` has room for 2 × (length + 1). */
function putEscaped(key: Buffer, at: number, text: Uint8Array, start: number, end: number): number {
	for (let i = start; i < end; i++) {
		const byte = text[i]!;
		key[at++] = byte;
		if (byte === 0) key[at++] = 0xff;
	}
	key[at++] = 0;
	key[at++] = 0;
	return at;
}

/** A row key from its columns' values; bigint for int and uint. @throws FormatError FORMAT_KEY, FORMAT_LIMIT */
export function encodeRowKey(columns: readonly KeyColumn[], kinds: readonly KeyColumnKind[]): Buffer {
	if (columns.length !== kinds.length || kinds.length === 0) refuse('FORMAT_KEY', `${columns.length} columns for ${kinds.length}`);
	let room = 0;
	for (const column of columns) room += typeof column === 'bigint' ? 8 : 2 * column.length + 2;
	const key = Buffer.allocUnsafe(room);
	let at = 0;
	for (const [i, kind] of kinds.entries()) {
		const column = columns[i]!;
		if ((typeof column === 'bigint') === (kind === 'bytes')) refuse('FORMAT_KEY', `column ${i} is not ${kind}`);
		if (typeof column === 'bigint') {
			putInteger(key, at, column, kind === 'int');
			at += 8;
		} else {
			at = putEscaped(key, at, column, 0, column.length);
		}
	}
	if (at > keyBytesMax - rowPrefixBytes) refuse('FORMAT_LIMIT', `row key of ${at} bytes`);
	return key.subarray(0, at);
}

/** The columns' values of a row key. @throws FormatError FORMAT_KEY */
export function decodeRowKey(rowKey: Uint8Array, kinds: readonly KeyColumnKind[]): KeyColumn[] {
	const key = asBuffer(rowKey);
	const columns: KeyColumn[] = [];
	let at = 0;
	for (const kind of kinds) {
		if (kind === 'bytes') {
			const end = endOfEscaped(key, at);
			columns.push(unescape(key.subarray(at, end - 2)));
			at = end;
		} else {
			if (key.length - at < 8) refuse('FORMAT_KEY', 'cut off');
			columns.push(getInteger(key, at, kind === 'int'));
			at += 8;
		}
	}
	return at === key.length ? columns : refuse('FORMAT_KEY', 'bytes left over');
}

function endOfEscaped(key: Buffer, start: number): number {
	for (let at = key.indexOf(0, start); at >= 0; at = key.indexOf(0, at + 2)) {
		if (key[at + 1] === 0) return at + 2;
		if (key[at + 1] !== 0xff) break;
	}
	return refuse('FORMAT_KEY', 'text without end');
}

function unescape(escaped: Buffer): Buffer {
	const text = Buffer.allocUnsafe(escaped.length);
	let to = 0;
	for (let from = 0; from < escaped.length; from++) {
		const byte = escaped[from]!;
		text[to++] = byte;
		if (byte === 0) from++;
	}
	return text.subarray(0, to);
}

/** The row key of a row in a table without a key. `row` is its value without the count. */
export const keylessRowKey = (row: Uint8Array): Buffer => createHash('sha256').update(row).digest();

/** Where a key column stands among the columns of the row's value, and how it sorts. */
export interface KeyColumnPlace {
	readonly index: number;
	readonly as: KeyColumnKind;
}

/** Makes the keys of one table's rows out of their bytes; one per table and reader, reused for every row. */
export class RowKeyMaker {
	/** The last key made is in key[0, length). Overwritten by the next. */
	key = Buffer.allocUnsafe(512);
	length = 0;
	readonly #columns: readonly KeyColumnPlace[];
	readonly #columnsToWalk: number;
	readonly #walk = new RowWalk();

	constructor(incarnation: Incarnation, columns: readonly KeyColumnPlace[]) {
		if (columns.length === 0) refuse('FORMAT_KEY', 'a key without columns');
		this.#columns = columns;
		this.#columnsToWalk = Math.max(...columns.map((column) => column.index)) + 1;
		rowPrefix(incarnation).copy(this.key);
	}

	/**
	 * Makes the whole key (kind, incarnation, row key) of the row in row[start, end), returns its length.
	 * @throws FormatError FORMAT_KEY for a NULL, a column out of line or a number that is none; FORMAT_LIMIT
	 */
	make(row: Uint8Array, start = 0, end = row.length): number {
		const walk = this.#walk;
		walk.walk(row, start, end, this.#columnsToWalk);
		let at = rowPrefixBytes;
		for (const column of this.#columns) {
			if (column.index >= walk.count) refuse('FORMAT_KEY', 'the row has too few columns');
			const from = walk.starts[column.index]!;
			const length = walk.lengths[column.index]!;
			if (length < 0) refuse('FORMAT_KEY', 'a key column is NULL or out of line');
			this.#room(at + 2 * length + 8);
			if (column.as === 'bytes') {
				at = putEscaped(this.key, at, row, from, from + length);
			} else {
				putDecimal(this.key, at, row, from, from + length, column.as === 'int');
				at += 8;
			}
		}
		if (at > keyBytesMax) refuse('FORMAT_LIMIT', `key of ${at} bytes`);
		this.length = at;
		return at;
	}

	/** The last key made, as a copy. */
	copy(): Buffer {
		return Buffer.from(this.key.subarray(0, this.length));
	}

	#room(length: number): void {
		if (length <= this.key.length) return;
		const wider = Buffer.allocUnsafe(2 * length);
		this.key.copy(wider);
		this.key = wider;
	}
}
