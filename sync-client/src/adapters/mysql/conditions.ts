/** WHERE clauses for keys, ranges and literals, written so that the server uses the key's index. Pure; returns SQL as text. */
import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../../errors.ts';
import type { Column, Equals, TableLayout } from '../../ports/database.ts';
import { readColumns } from '../../ports/row-batch.ts';
import { selectExpression } from './column-reading.ts';
import { storedColumns } from './layout.ts';
import { hexLiteral, identifier } from './sql-writer.ts';

/** A column of the key with what comparing it needs. */
export interface KeyPart {
	sql: string;
	column: Column;
}

export const keyParts = (layout: TableLayout): KeyPart[] => {
	const stored = storedColumns(layout);
	return layout.key.columns.map((part) => ({ sql: identifier(part.name), column: stored[part.rowIndex]! }));
};

/** @throws DB_INVALID_TEXT where the bytes are no text of the column's character set. */
export function keyLiteral(column: Column, value: Buffer): string {
	const text = value.toString('latin1');
	const type = column.type.toLowerCase();
	if (column.read === 'number' || /^(tinyint|smallint|mediumint|int|bigint|year|decimal)/.test(type)) return digits(text, column);
	if (/^(float|double|real)/.test(type)) return `${digits(text, column)}${/e/i.test(text) ? '' : 'e0'}`;
	if (/^bit/.test(type)) return value.length === 0 ? '0' : BigInt('0x' + value.toString('hex')).toString();
	if (/^(date|time|timestamp)/.test(type)) {
		if (!/^[-0-9:. ]*$/.test(text)) throw notComparable(column);
		return `'${text}'`;
	}
	if (column.charset === null || column.charset === 'binary') return hexLiteral(value);
	if (/^utf8/.test(column.charset) && !isUtf8(value)) throw notComparable(column);
	return `_${column.charset} ${hexLiteral(value)} COLLATE ${column.collation!}`;
}

function digits(text: string, column: Column): string {
	if (!/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text)) throw notComparable(column);
	return text;
}

const notComparable = (column: Column): HoldfastError =>
	new HoldfastError(
		'DB_INVALID_TEXT',
		`A key of column ${column.name} holds bytes that are no ${column.charset ?? column.type}.`,
	);

/** Rows with one of these keys, under the column's collation. */
export function keysCondition(parts: readonly KeyPart[], keys: readonly Buffer[]): string {
	if (parts.length === 1)
		return `${parts[0]!.sql} IN (${keys.map((key) => keyLiteral(parts[0]!.column, columnsOf(key, 1)[0]!)).join(',')})`;
	return keys
		.map((key) => {
			const values = columnsOf(key, parts.length);
			return `(${parts.map((part, i) => `${part.sql} = ${keyLiteral(part.column, values[i]!)}`).join(' AND ')})`;
		})
		.join(' OR ');
}

/** Rows whose key has exactly these bytes; no index helps. Also what makes a delete exact beside keysCondition. */
export function exactKeysCondition(parts: readonly KeyPart[], keys: readonly Buffer[]): string {
	const exact = parts.map((part) => `CAST(${selectExpression(part.sql, part.column.read)} AS BINARY)`);
	return keys
		.map((key) => {
			const values = columnsOf(key, parts.length);
			return `(${exact.map((sql, i) => `${sql} = ${hexLiteral(values[i]!)}`).join(' AND ')})`;
		})
		.join(' OR ');
}

/** True where equality under the index is equality of bytes, so that no second look is needed. */
export const comparesExactly = (parts: readonly KeyPart[]): boolean =>
	parts.every((part) => part.column.charset === null || part.column.charset === 'binary');

/**
 * Keys after (or up to) one key in index order. For (a, b): `a >= x AND (a > x OR (b > y))`: the first term gives the server its range;
 * `(a, b) > (x, y)` would be a scan of the index.
 */
export function boundCondition(parts: readonly KeyPart[], key: Buffer, side: 'after' | 'until'): string {
	const values = columnsOf(key, parts.length).map((value, i) => keyLiteral(parts[i]!.column, value));
	const strict = side === 'after' ? '>' : '<';
	const last = side === 'after' ? '>' : '<=';
	const tail = (i: number): string =>
		i === parts.length - 1
			? `${parts[i]!.sql} ${last} ${values[i]!}`
			: `${parts[i]!.sql} ${strict}= ${values[i]!} AND (${parts[i]!.sql} ${strict} ${values[i]!} OR (${tail(i + 1)}))`;
	return tail(0);
}

export function equalsCondition(layout: TableLayout, alternatives: readonly (readonly Equals[])[]): string {
	const known = new Map(layout.columns.map((column) => [column.name.toLowerCase(), column]));
	const one = (equals: Equals): string => {
		const column = known.get(equals.column.toLowerCase());
		if (column === undefined) throw new HoldfastError('DB_TABLE_CHANGED', `Table ${layout.name} has no column ${equals.column}.`);
		const { literal } = equals;
		if (literal === null) return `${identifier(column.name)} IS NULL`;
		if (literal.kind === 'number') return `${identifier(column.name)} = ${digits(literal.digits, column)}`;
		if (!/^[a-z0-9_]+$/i.test(literal.charset))
			throw new HoldfastError('DB_STATEMENT', `No character set is called ${literal.charset}.`);
		const text = Buffer.from(literal.bytes);
		if (/^(var)?binary|blob|^bit/i.test(column.type)) return `${identifier(column.name)} = ${hexLiteral(text)}`;
		const typed = `_${literal.charset} ${hexLiteral(text)}`;
		// Numbers, dates and UUIDs would take a literal in hex notation as a number; CONVERT makes it a text.
		return `${identifier(column.name)} = ${column.charset === null ? `CONVERT(${typed} USING utf8mb4)` : typed}`;
	};
	return alternatives.map((all) => (all.length === 0 ? '(1)' : `(${all.map(one).join(' AND ')})`)).join(' OR ') || '0';
}

function columnsOf(key: Buffer, count: number): Buffer[] {
	const columns = readColumns(key, 0, key.length);
	if (columns.length !== count || columns.includes(null))
		throw new HoldfastError('DB_STATEMENT', 'A key does not have the columns of its table.');
	return columns as Buffer[];
}
