/** Reads a table's layout: columns, how each is read, and which key stands for a row. */
import { HoldfastError } from '../../errors.ts';
import type { Column, KeyColumn, TableLayout } from '../../ports/database.ts';
import { indexSortsAsBytes, keyKindOf, readingOf } from './column-reading.ts';
import { identifier, textLiteral } from './sql-writer.ts';
import type { Wire } from './wire.ts';

export interface IndexPart {
	index: string;
	column: string | null;
	prefix: boolean;
	method: string;
}

/**
 * The key that stands for a row (FORMAT.md section 2): the primary key; else of the unique keys whose columns are all NOT NULL,
 * whole and stored, one with the fewest columns, lowest name first. Hash indexes (UNIQUE on BLOB) have no order and are passed over. Pure.
 */
export function chooseKey(
	parts: readonly IndexPart[],
	usable: (column: string) => boolean,
): { index: string; columns: string[] } | null {
	const indexes = new Map<string, IndexPart[]>();
	for (const part of parts) indexes.set(part.index, [...(indexes.get(part.index) ?? []), part]);
	const candidates = [...indexes]
		.filter(([, list]) =>
			list.every((part) => part.column !== null && !part.prefix && part.method !== 'HASH' && usable(part.column)),
		)
		.map(([index, list]) => ({ index, columns: list.map((part) => part.column!) }));
	const primary = candidates.find((candidate) => candidate.index === 'PRIMARY');
	const byRank = (a: { index: string; columns: string[] }, b: { index: string; columns: string[] }): number =>
		a.columns.length - b.columns.length || Buffer.compare(Buffer.from(a.index), Buffer.from(b.index));
	return primary ?? candidates.sort(byRank)[0] ?? null;
}

/** SHOW CREATE TABLE without the counter, which is an entry of its own. Only the table options after the last `)` line are searched. */
export function withoutCounter(create: Buffer): Buffer {
	const optionsAt = create.lastIndexOf('\n)');
	const text = create.subarray(optionsAt < 0 ? 0 : optionsAt).toString('latin1');
	const match = / AUTO_INCREMENT=\d+/.exec(
		text.slice(0, text.indexOf(" COMMENT='") >= 0 ? text.indexOf(" COMMENT='") : undefined),
	);
	if (match === null || optionsAt < 0) return create;
	const at = optionsAt + match.index;
	return Buffer.concat([create.subarray(0, at), create.subarray(at + match[0].length)]);
}

/** Engines whose changes a transaction holds together. */
export const isTransactional = (engine: string): boolean => /^(innodb|rocksdb|tokudb|xtradb|ndb(cluster)?)$/i.test(engine);

export async function readLayout(wire: Wire, table: string): Promise<TableLayout> {
	const doing = `Reading the schema of ${table}`;
	const where = `WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${textLiteral(table)}`;
	const created = await wire.bytes(`SHOW CREATE TABLE ${identifier(table)}`, doing);
	const [status] = await wire.text(
		`SELECT TABLE_TYPE, ENGINE, AUTO_INCREMENT, AVG_ROW_LENGTH FROM information_schema.TABLES ${where}`,
		doing,
	);
	if (status === undefined || status[0] === 'VIEW' || created[0] === undefined) {
		throw new HoldfastError('DB_TABLE_GONE', `There is no table ${table}.`);
	}
	const parts = (
		await wire.text(
			`SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NOT NULL, INDEX_TYPE FROM information_schema.STATISTICS ${where} AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
			doing,
		)
	).map(([index, column, prefix, method]) => ({
		index: index!,
		column: column ?? null,
		prefix: prefix === '1',
		method: method ?? '',
	}));
	const declared = await wire.text(
		`SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, EXTRA, GENERATION_EXPRESSION FROM information_schema.COLUMNS ${where} ORDER BY ORDINAL_POSITION`,
		doing,
	);
	const engine = status[1] ?? '';
	return {
		name: table,
		engine,
		transactional: isTransactional(engine),
		...describe(declared, parts),
		create: withoutCounter(created[0][1]!),
		nextAutoIncrement: status[2] === null || status[2] === undefined ? null : BigInt(status[2]),
		averageRowBytes: Number(status[3] ?? 0),
	};
}

function describe(
	declared: (string | null)[][],
	parts: IndexPart[],
): Pick<TableLayout, 'columns' | 'key' | 'indexOrderIsByteOrder'> {
	const bare = declared.map(([name, type, charset, collation, nullable, extra, expression]) => ({
		name: name!,
		type: type!,
		charset: charset ?? null,
		collation: collation ?? null,
		nullable: nullable === 'YES',
		generated:
			(expression !== null && expression !== '') || /GENERATED(?! BY)/.test((extra ?? '').replace('DEFAULT_GENERATED', '')),
		invisible: /INVISIBLE/i.test(extra ?? ''),
		autoIncrement: /auto_increment/i.test(extra ?? ''),
	}));
	const byName = new Map(bare.map((column) => [column.name, column]));
	const key = chooseKey(parts, (name) => byName.get(name)?.nullable === false && !byName.get(name)!.generated);
	const columns: Column[] = bare.map((column) => ({
		...column,
		read: readingOf({ ...column, inKey: key?.columns.includes(column.name) ?? false }),
	}));
	const stored = columns.filter((column) => column.read !== 'none');
	const keyColumns: KeyColumn[] = (key?.columns ?? []).map((name) => {
		const rowIndex = stored.findIndex((column) => column.name === name);
		return { name, rowIndex, as: keyKindOf(stored[rowIndex]!.type, stored[rowIndex]!.read) };
	});
	return {
		columns,
		key: {
			kind: key === null ? 'row' : key.index === 'PRIMARY' ? 'primary' : 'unique',
			indexName: key?.index ?? null,
			columns: keyColumns,
		},
		indexOrderIsByteOrder:
			key !== null && keyColumns.every((part) => indexSortsAsBytes(stored[part.rowIndex]!.type, stored[part.rowIndex]!.read)),
	};
}

/** The columns a row has, in its order. */
export const storedColumns = (layout: TableLayout): Column[] => layout.columns.filter((column) => column.read !== 'none');
