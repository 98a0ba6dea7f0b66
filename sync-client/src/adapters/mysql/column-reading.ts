/** How each column type is read so that its bytes come back exactly. Pure. */
import type { ColumnReading, KeyColumn } from '../../ports/database.ts';

const integer = /^(tinyint|smallint|mediumint|int|integer|bigint)\b/i;

export interface DeclaredColumn {
	type: string;
	generated: boolean;
	inKey: boolean;
}

export function readingOf(column: DeclaredColumn): ColumnReading {
	if (column.generated) return 'none';
	if (/^float\b/i.test(column.type)) return 'double'; // its text form loses digits
	if (/^(uuid|inet6)\b/i.test(column.type)) return 'binary16'; // their text form becomes NULL under a binary character set
	if (/^inet4\b/i.test(column.type)) return 'binary4';
	if (/^(enum|set)\(/i.test(column.type)) return column.inKey || !textTellsMembers(column.type) ? 'number' : 'plain';
	return 'plain';
}

/**
 * Whether an ENUM's or SET's text says which member it is. Not so when a member is '' (an invalid value reads as '' too), when two differ
 * only in what a collation ignores, or when a name is not ASCII or has a '?' (what MariaDB shows for names it cannot show).
 */
export function textTellsMembers(type: string): boolean {
	const members = [...type.slice(type.indexOf('(')).matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!);
	const folded = new Set(members.map((member) => member.toLowerCase().trimEnd()));
	return (
		folded.size === members.length && members.every((member) => /^[\x20-\x3e\x40-\x7e]+$/.test(member) && member.trim() !== '')
	);
}

/** Kind of a key's column in FORMAT.md section 2. */
export function keyKindOf(type: string, reading: ColumnReading): KeyColumn['as'] {
	if (reading === 'number') return 'uint';
	if (!integer.test(type)) return 'bytes';
	return /unsigned|zerofill/i.test(type) ? 'uint' : 'int';
}

/** Whether the index sorts this column as its key bytes do: sure for integers and binary strings; not claimed for others. */
export const indexSortsAsBytes = (type: string, reading: ColumnReading): boolean =>
	reading === 'number' || integer.test(type) || /^(var)?binary\b/i.test(type);

/** The select expression of a column. */
export function selectExpression(quotedName: string, reading: ColumnReading): string {
	switch (reading) {
		case 'double':
			return `CAST(${quotedName} AS DOUBLE)`;
		case 'binary16':
			return `CAST(${quotedName} AS BINARY(16))`;
		case 'binary4':
			return `CAST(${quotedName} AS BINARY(4))`;
		case 'number':
			return `${quotedName} + 0`;
		default:
			return quotedName;
	}
}
