/**
 * Where the columns of a row lie, without decoding any: one pass over the lengths.
 *
 *     00–FA length   FB NULL   FC u16   FD u24   FE u64 (all little-endian)   FF out of line
 *
 * The same bytes as MySQL's text protocol sends, so it walks packets from the wire and rows of a backup alike.
 */
import { getVarint, varintLength } from '../bytes/varint.ts';
import { refuse } from '../errors.ts';
import { columnsMax } from '../limits.ts';

/** In `lengths`: the column is NULL. */
export const columnNull = -1;
/** In `lengths`: the column lies out of line; starts and ends bound what follows the FF. */
export const columnOutOfLine = -2;

export class RowWalk {
	count = 0;
	/** Where each column's bytes begin and end. */
	readonly starts = new Int32Array(columnsMax);
	readonly ends = new Int32Array(columnsMax);
	/** Length in bytes, or columnNull, or columnOutOfLine. */
	readonly lengths = new Int32Array(columnsMax);

	/**
	 * Walks row[start, end) over at most `columns` columns; with fewer than the row has, the rest is not looked at.
	 * @throws FormatError FORMAT_TRUNCATED, FORMAT_FIELD (a length not in its shortest form), FORMAT_LIMIT
	 */
	walk(row: Uint8Array, start = 0, end = row.length, columns = Infinity): this {
		let at = start;
		let count = 0;
		while (at < end && count < columns) {
			if (count === columnsMax) refuse('FORMAT_LIMIT', 'columns');
			const first = row[at]!;
			let length = first;
			if (first <= 0xfa) at += 1;
			else if (first === 0xfb) {
				at += 1;
				length = columnNull;
			} else if (first === 0xff) {
				this.starts[count] = at + 1;
				this.lengths[count] = columnOutOfLine;
				at = endOfOutOfLine(row, at + 1, end);
				this.ends[count++] = at;
				continue;
			} else {
				length = longLength(row, at, end, first);
				at += first === 0xfc ? 3 : first === 0xfd ? 4 : 9;
			}
			this.starts[count] = at;
			this.lengths[count] = length;
			if (length > 0) at += length;
			if (at > end) refuse('FORMAT_TRUNCATED', 'row');
			this.ends[count++] = at;
		}
		this.count = count;
		return this;
	}
}

function longLength(row: Uint8Array, at: number, end: number, first: number): number {
	const bytes = first === 0xfc ? 2 : first === 0xfd ? 3 : 8;
	if (end - at - 1 < bytes) refuse('FORMAT_TRUNCATED', 'row');
	let length = 0;
	for (let i = bytes; i > 0; i--) length = length * 256 + row[at + i]!;
	if (length > end - at) refuse('FORMAT_TRUNCATED', 'row');
	if (length < (bytes === 2 ? 251 : bytes === 3 ? 65_536 : 16_777_216)) refuse('FORMAT_FIELD', 'a length is not in its shortest form');
	return length;
}

/** varint length, varint n, n × (32 bytes, varint). */
function endOfOutOfLine(row: Uint8Array, start: number, end: number): number {
	let at = start + varintLength(getVarint(row, start, end));
	const pieces = getVarint(row, at, end);
	at += varintLength(pieces);
	if (pieces * 33 > end - at) refuse('FORMAT_TRUNCATED', 'row');
	for (let left = pieces; left > 0; left--) {
		at += 32;
		at += varintLength(getVarint(row, at, end));
	}
	return at;
}
