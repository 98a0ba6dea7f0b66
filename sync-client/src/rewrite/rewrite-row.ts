/** A row under another address: its text columns. Pure. */
import type { Column } from '../ports/database.ts';
import { encodeRow, readColumns } from '../ports/row-batch.ts';
import { rewriteValue } from './rewrite-value.ts';
import type { UrlRewriter } from './url-rewriter.ts';

/** Two or four bytes a letter: an address is not the bytes that it is elsewhere. */
const wide = /^(utf16|utf16le|utf32|ucs2)/;
const holdsText = /^(char|varchar|tinytext|text|mediumtext|longtext|json|tinyblob|blob|mediumblob|longblob|binary|varbinary)\b/i;

export const isRewritten = (column: Column): boolean => column.read === 'plain' && holdsText.test(column.type) && !wide.test(column.charset ?? '');

/** Columns that could hold an address and are not looked into. */
export const isTooWide = (column: Column): boolean => holdsText.test(column.type) && wide.test(column.charset ?? '');

/** The row with new addresses, null where nothing is to be changed. @param isText by column, in the order of the row */
export function rewriteRow(bytes: Buffer, start: number, end: number, isText: readonly boolean[], rewriter: UrlRewriter): { row: Buffer; count: number } | null {
	if (!rewriter.mayConcern(bytes.toString('latin1', start, end))) { return null; }
	let count = 0;
	const columns = readColumns(bytes, start, end).map((column, i) => {
		if (column === null || isText[i] !== true) { return column; }
		const now = rewriteValue(column.toString('latin1'), rewriter);
		count += now.count;
		return now.count === 0 ? column : Buffer.from(now.text, 'latin1');
	});
	return count === 0 ? null : { row: encodeRow(columns), count };
}
