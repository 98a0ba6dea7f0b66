/** Turns rows into the VALUES of an INSERT, column by column as their reading asks. Pure. */
import type { Column } from '../../ports/database.ts';
import { spanAt } from '../../ports/row-batch.ts';
import { identifier, type SqlWriter } from './sql-writer.ts';

export const insertHead = (table: string, columns: readonly Column[]): string =>
	`INSERT INTO ${identifier(table)} (${columns.map((column) => identifier(column.name)).join(', ')}) VALUES `;

/** MySQL's JSON type takes no binary string; MariaDB's is a LONGTEXT and never called `json` by the server. */
const needsCharset = (column: Column): boolean => column.type.toLowerCase() === 'json';

/** Appends `(…)`; numbers and dates go as quoted text, which the server converts as it does its own dumps. */
export function appendTuple(sql: SqlWriter, columns: readonly Column[], bytes: Buffer, rowStart: number, first: boolean): void {
	const span = { start: 0, end: 0, next: rowStart };
	sql.text(first ? '(' : ',(');
	for (let i = 0; i < columns.length; i++) {
		if (i > 0) sql.text(',');
		spanAt(bytes, span.next, span);
		const column = columns[i]!;
		if (span.start < 0) sql.text('NULL');
		else if (column.read === 'number') sql.raw(bytes, span.start, span.end);
		else if (needsCharset(column)) sql.text('CONVERT(').literal(bytes, span.start, span.end).text(' USING utf8mb4)');
		else sql.literal(bytes, span.start, span.end);
	}
	sql.text(')');
}

/** Bytes that appendTuple would write, at most. */
export function tupleBytes(columns: readonly Column[], bytes: Buffer, rowStart: number): number {
	const span = { start: 0, end: 0, next: rowStart };
	let length = 3;
	for (const column of columns) {
		spanAt(bytes, span.next, span);
		length +=
			span.start < 0
				? 5
				: span.end - span.start + 3 + escapes(bytes.subarray(span.start, span.end)) + (needsCharset(column) ? 24 : 0);
	}
	return length;
}

function escapes(value: Buffer): number {
	let count = 0;
	for (let at = value.indexOf(0x27); at >= 0; at = value.indexOf(0x27, at + 1)) count++;
	for (let at = value.indexOf(0x5c); at >= 0; at = value.indexOf(0x5c, at + 1)) count++;
	return count;
}
