import { encodeTable, type Incarnation, type KeyColumnPlace, type TableLayout as StoredLayout, type TableValue } from '@holdfast/protocol';
import type { Column, TableLayout } from '../ports/database.ts';

/** The table's entry: what a restore needs to make and read it. FORMAT.md section 3. */
export function tableValueOf(layout: TableLayout, incarnation: Incarnation): TableValue {
	return {
		incarnation,
		create: layout.create,
		layout: {
			engine: layout.engine,
			transactional: layout.transactional,
			columns: layout.columns.map(({ name, type, charset, nullable, generated, read }) => ({
				name, type, charset, nullable, generated: generated || read === 'none', read: read === 'none' ? 'plain' : read,
			})),
			key: { kind: layout.key.kind, columns: layout.key.columns.map(({ name, as }) => ({ name, as })) },
		},
	};
}

/** Where the key's columns stand in a row. */
export const keyPlaces = (layout: TableLayout): KeyColumnPlace[] => layout.key.columns.map(({ rowIndex, as }) => ({ index: rowIndex, as }));

/** Whether rows of one layout can be read as rows of the other: if not, they go under a new incarnation. */
export const sameRows = (a: StoredLayout, b: StoredLayout): boolean =>
	JSON.stringify([a.columns, a.key]) === JSON.stringify([b.columns, b.key]);

/** Whether the table's entry would change, and with it the schema between two readings. */
export const sameTable = (a: TableValue, b: TableValue): boolean =>
	encodeTable({ ...a, incarnation: 0 as Incarnation }).equals(encodeTable({ ...b, incarnation: 0 as Incarnation }));

const textThatArrivesAsStored = /^(char|varchar|tinytext|text|mediumtext|longtext|binary|varbinary|tinyblob|blob|mediumblob|longblob|date|datetime|time|year|decimal|numeric|tinyint|smallint|mediumint|int|bigint)\b/i;
const unconverted = new Set([null, 'binary', 'ascii', 'utf8', 'utf8mb3', 'utf8mb4']);

/**
 * Whether the key values that PHP looked up, in its connection's character set and time zone, are the bytes that we read.
 * Where not, keys of the log say only that the table changed.
 */
export function logKeysAreExact(layout: TableLayout, key: Buffer): boolean {
	if (layout.key.kind === 'row') {
		return false;
	}
	const stored = layout.columns.filter((column) => column.read !== 'none');
	const isAscii = key.every((byte) => byte < 0x80 || byte === 0xfb);
	return layout.key.columns.every(({ rowIndex }) => {
		const column: Column = stored[rowIndex]!;
		return column.read === 'plain' && textThatArrivesAsStored.test(column.type) && (unconverted.has(column.charset) || isAscii);
	});
}

/** The name of the column when the key is one integer: what ranges are about. */
export const singleIntegerKey = (layout: TableLayout): string | null =>
	layout.key.columns.length === 1 && layout.key.columns[0]!.as !== 'bytes' ? layout.key.columns[0]!.name : null;
