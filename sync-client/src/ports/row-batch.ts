/**
 * Rows as bytes. A row is its columns one after the other as MySQL's text protocol sends them (length-prefixed, 0xFB = NULL);
 * that is also a row's value in the format (protocol/FORMAT.md section 3). A batch is one buffer and where each row begins,
 * so that a million rows cost a few objects. Nothing here decodes a column's content.
 */

/** Row i is `bytes[offsets[i] … offsets[i + 1])`; `offsets` has one element more than there are rows. */
export interface RowBatch {
	readonly bytes: Buffer;
	readonly offsets: Uint32Array;
}

/** Where a column's content lies; `start` is -1 for NULL. Reused by callers on hot paths. */
export interface ColumnSpan {
	start: number;
	end: number;
	/** Where the next column begins. */
	next: number;
}

export const emptyBatch: RowBatch = { bytes: Buffer.alloc(0), offsets: new Uint32Array(1) };

export const rowCount = (batch: RowBatch): number => batch.offsets.length - 1;

/** Bytes of row `index`, a view and not a copy. */
export const rowAt = (batch: RowBatch, index: number): Buffer =>
	batch.bytes.subarray(batch.offsets[index]!, batch.offsets[index + 1]!);

/** Reads the column that begins at `at` into `span`. @throws RangeError when the bytes end too early or are no row. */
export function spanAt(bytes: Buffer, at: number, span: ColumnSpan): ColumnSpan {
	const first = bytes[at];
	if (first === undefined) throw new RangeError('a row ends before its column');
	if (first > 0xfb && at + (first === 0xfc ? 3 : first === 0xfd ? 4 : 9) > bytes.length)
		throw new RangeError('a row ends inside a length');
	if (first === 0xfb) {
		span.start = -1;
		span.end = at + 1;
		span.next = span.end;
		return span;
	}
	let length: number = first;
	span.start = at + 1;
	if (first === 0xfc) {
		length = bytes.readUInt16LE(at + 1);
		span.start = at + 3;
	} else if (first === 0xfd) {
		length = bytes.readUIntLE(at + 1, 3);
		span.start = at + 4;
	} else if (first === 0xfe) {
		length = Number(bytes.readBigUInt64LE(at + 1));
		span.start = at + 9;
	} else if (first === 0xff) throw new RangeError('0xFF does not begin a column of a row');
	span.end = span.start + length;
	if (span.end > bytes.length) throw new RangeError('a row ends inside a column');
	span.next = span.end;
	return span;
}

/** Finds column `index` of the row that begins at `rowStart`; a view, or null for NULL. */
export function readColumn(bytes: Buffer, rowStart: number, index: number): Buffer | null {
	const span = spanOf(bytes, rowStart, index, { start: 0, end: 0, next: 0 });
	return span.start < 0 ? null : bytes.subarray(span.start, span.end);
}

/** As readColumn, without allocating: for hot paths. */
export function spanOf(bytes: Buffer, rowStart: number, index: number, span: ColumnSpan): ColumnSpan {
	let at = rowStart;
	for (let i = 0; i < index; i++) at = spanAt(bytes, at, span).next;
	return spanAt(bytes, at, span);
}

/** All columns of the row at `rowStart`, as views: for small results, not for hot paths. */
export function readColumns(bytes: Buffer, rowStart: number, rowEnd: number): (Buffer | null)[] {
	const columns: (Buffer | null)[] = [];
	const span = { start: 0, end: 0, next: rowStart };
	while (span.next < rowEnd) {
		spanAt(bytes, span.next, span);
		columns.push(span.start < 0 ? null : bytes.subarray(span.start, span.end));
	}
	return columns;
}

/** Bytes that the length prefix of a column of `length` bytes takes. */
export const prefixBytes = (length: number): number => (length < 0xfb ? 1 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 9);

/** Encodes one row from its columns: the inverse of readColumns. */
export function encodeRow(columns: readonly (Uint8Array | null)[]): Buffer {
	let length = 0;
	for (const column of columns) length += column === null ? 1 : prefixBytes(column.length) + column.length;
	const row = Buffer.allocUnsafe(length);
	let at = 0;
	for (const column of columns) {
		if (column === null) {
			row[at++] = 0xfb;
			continue;
		}
		const n = column.length;
		if (n < 0xfb) row[at] = n;
		else if (n < 0x10000) {
			row[at] = 0xfc;
			row.writeUInt16LE(n, at + 1);
		} else if (n < 0x1000000) {
			row[at] = 0xfd;
			row.writeUIntLE(n, at + 1, 3);
		} else {
			row[at] = 0xfe;
			row.writeBigUInt64LE(BigInt(n), at + 1);
		}
		at += prefixBytes(n);
		row.set(column, at);
		at += n;
	}
	return row;
}

/** A batch from single rows: for tests and small lists of keys. */
export function batchOf(rows: readonly Uint8Array[]): RowBatch {
	const offsets = new Uint32Array(rows.length + 1);
	rows.forEach((row, i) => {
		offsets[i + 1] = offsets[i]! + row.length;
	});
	return { bytes: Buffer.concat(rows), offsets };
}

/** Rows `from` (inclusive) to `to` (exclusive) of a batch; shares the bytes. */
export function sliceBatch(batch: RowBatch, from: number, to: number): RowBatch {
	const base = batch.offsets[from]!;
	return {
		bytes: batch.bytes.subarray(base, batch.offsets[to]!),
		offsets: batch.offsets.slice(from, to + 1).map((offset) => offset - base),
	};
}

/** Of every row only the columns at `indexes`, in that order: from rows to their keys. */
export function pickColumns(batch: RowBatch, indexes: readonly number[]): RowBatch {
	const rows = rowCount(batch);
	const offsets = new Uint32Array(rows + 1);
	let bytes: Buffer = Buffer.allocUnsafeSlow(Math.max(64, rows * 16));
	let length = 0;
	const span = { start: 0, end: 0, next: 0 };
	for (let row = 0; row < rows; row++) {
		for (const index of indexes) {
			let at = batch.offsets[row]!;
			for (let i = 0; i < index; i++) at = spanAt(batch.bytes, at, span).next;
			const end = spanAt(batch.bytes, at, span).next;
			if (length + end - at > bytes.length) bytes = Buffer.concat([bytes], Math.max(bytes.length * 2, length + end - at));
			batch.bytes.copy(bytes, length, at, end);
			length += end - at;
		}
		offsets[row + 1] = length;
	}
	return { bytes: bytes.subarray(0, length), offsets };
}
