/** Single columns of a row's value by their name: for the few tables that people know. Pure. */
import { columnAt, decodeRow, encodeRow, isOutOfLine, RowWalk, type Column } from '@holdfast/protocol';

const walk = new RowWalk();

/** Where a column stands in a row's value; -1 where rows do not have it. */
export const columnIndex = (layout: { columns: readonly { name: string; generated: unknown }[] }, name: string): number => layout.columns.filter((column) => !column.generated).findIndex((column) => column.name === name);

/** A column as latin1 text (bytes as they are); null for NULL, out of line, or no such column. */
export function columnText(row: Uint8Array, index: number): string | null {
	if (index < 0) { return null; }
	walk.walk(row, 0, row.length, index + 1);
	if (index >= walk.count) { return null; }
	const column = columnAt(row, walk, index);
	return column === null || isOutOfLine(column) ? null : Buffer.from(column).toString('latin1');
}

/** The row with one column replaced. */
export function withColumn(row: Uint8Array, index: number, value: Column): Buffer {
	const columns = decodeRow(row);
	columns[index] = value;
	return encodeRow(columns);
}

/** For people: UTF-8, shortened. */
export function shownText(latin1: string | null, lettersMax = 80): string {
	const text = Buffer.from(latin1 ?? '', 'latin1').toString('utf8').replace(/[\x00-\x1f\x7f]/g, ' ').trim();
	return text.length > lettersMax ? `${text.slice(0, lettersMax - 1)}…` : text;
}
