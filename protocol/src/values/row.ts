/** A row's value: its columns in table order, each as the MySQL text protocol has it; large ones out of line. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { getVarint, putVarint, varintLength } from '../bytes/varint.ts';
import { asBuffer } from '../bytes/compare.ts';
import { refuse } from '../errors.ts';
import { columnsMax, inlineColumnBytesMax, rowBytesMax } from '../limits.ts';
import { readChunkList, writeChunkList, type ChunkPiece } from './chunkList.ts';
import { columnNull, columnOutOfLine, RowWalk } from './rowWalk.ts';

/** A column whose bytes lie in chunks of their own. */
export interface OutOfLine {
	/** Bytes of the column. */
	readonly length: number;
	readonly pieces: readonly ChunkPiece[];
}
export type Column = Uint8Array | null | OutOfLine;

export const isOutOfLine = (column: Column): column is OutOfLine => column !== null && !(column instanceof Uint8Array);

/** The bytes before a column's own that say how long it is. */
export function columnHead(length: number): Buffer {
	if (length < 251) return Buffer.of(length);
	const head = Buffer.alloc(length < 65_536 ? 3 : length < 16_777_216 ? 4 : 9);
	head[0] = head.length === 3 ? 0xfc : head.length === 4 ? 0xfd : 0xfe;
	head.writeUIntLE(length, 1, Math.min(head.length - 1, 6));
	return head;
}

/** @throws FormatError FORMAT_LIMIT, FORMAT_FIELD */
export function encodeRow(columns: readonly Column[]): Buffer {
	if (columns.length > columnsMax) refuse('FORMAT_LIMIT', `${columns.length} columns`);
	const writer = new ByteWriter();
	for (const column of columns) {
		if (column === null) writer.u8(0xfb);
		else if (isOutOfLine(column)) {
			writer.u8(0xff).varint(column.length);
			writeChunkList(writer, column.pieces, column.length);
		} else writer.raw(columnHead(column.length)).raw(column);
	}
	return writer.finish();
}

const sharedWalk = new RowWalk();

/** The columns of row[start, end), as views. @throws FormatError */
export function decodeRow(row: Uint8Array, start = 0, end = row.length): Column[] {
	const walk = sharedWalk.walk(row, start, end);
	const columns: Column[] = [];
	for (let i = 0; i < walk.count; i++) columns.push(columnAt(row, walk, i));
	return columns;
}

/** Column i of a row that was walked. */
export function columnAt(row: Uint8Array, walk: RowWalk, i: number): Column {
	const length = walk.lengths[i]!;
	if (length === columnNull) return null;
	if (length !== columnOutOfLine) return asBuffer(row).subarray(walk.starts[i], walk.ends[i]);
	const reader = new ByteReader(row, walk.starts[i], walk.ends[i]);
	const bytes = reader.varint();
	const pieces = readChunkList(reader, bytes);
	reader.done();
	return { length: bytes, pieces };
}

/**
 * Which columns of a row must lie out of line, ascending: those above 4 MiB, then the largest until the rest is at most 16 MiB.
 * `lengths` in bytes, negative = NULL or already out of line.
 */
export function columnsOutOfLine(lengths: ArrayLike<number>, count = lengths.length): number[] {
	const out: number[] = [];
	let inline = 0;
	for (let i = 0; i < count; i++) {
		if (lengths[i]! > inlineColumnBytesMax) out.push(i);
		else inline += Math.max(0, lengths[i]!);
	}
	if (inline <= rowBytesMax) return out;
	const bySize = [...Array(count).keys()].filter((i) => lengths[i]! <= inlineColumnBytesMax).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
	for (const i of bySize) {
		if (inline <= rowBytesMax) break;
		inline -= lengths[i]!;
		out.push(i);
	}
	return out.sort((a, b) => a - b);
}

/** The value of a row in a table without a key: how often it occurs (≥ 1), then the row. */
export function encodeCountedRow(count: number, row: Uint8Array): Buffer {
	if (count < 1) refuse('FORMAT_FIELD', `count ${count}`);
	const value = Buffer.allocUnsafe(varintLength(count) + row.length);
	asBuffer(row).copy(value, putVarint(value, 0, count));
	return value;
}

/** `row` is a view. @throws FormatError */
export function decodeCountedRow(value: Uint8Array): { count: number; row: Buffer } {
	const count = getVarint(value, 0, value.length);
	if (count < 1) refuse('FORMAT_FIELD', 'count 0');
	return { count, row: asBuffer(value).subarray(varintLength(count)) };
}
