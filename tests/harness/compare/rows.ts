import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SiteDatabase } from '../../../dev/site/site.ts';
import { ask, askSorted, quoted } from './client.ts';
import { fromHex } from './schema.ts';

export interface TableDump {
	readonly columns: readonly string[];
	readonly rows: number;
	readonly sha256: string;
	/** One line per row, sorted as bytes: cells with tabs between, byte strings as `x` and hexadecimal digits. */
	readonly file: string;
}

export type Row = Readonly<Record<string, string | null>>;

/** How a column is printed so that any two different stored values differ in print. */
function expression(column: string, type: string): string {
	const name = quoted(column);
	switch (type) {
		case 'float': // Printed as it is, it loses digits.
			return `CAST(${name} AS DOUBLE)`;
		case 'tinyint':
		case 'smallint':
		case 'mediumint':
		case 'int':
		case 'bigint':
		case 'decimal':
		case 'double':
		case 'year':
		case 'date':
		case 'datetime':
		case 'timestamp':
		case 'time':
			return name;
		case 'bit':
			return `CONCAT('x', HEX(${name}))`;
		case 'enum':
		case 'set': // The empty string and the error value look alike; their numbers differ.
			return `CONCAT(${name} + 0, ' ', ${name})`;
		case 'uuid':
		case 'inet6':
		case 'inet4':
			return `CONCAT('x', HEX(CAST(${name} AS BINARY(${type === 'inet4' ? 4 : 16}))))`;
		default:
			return `CONCAT('x', HEX(${name}))`;
	}
}

export interface Column {
	readonly name: string;
	readonly type: string;
}

/** The columns of every table, invisible and generated ones included, in their order. */
export async function columnsOfTables(db: SiteDatabase): Promise<Map<string, Column[]>> {
	const printed = await ask(
		db,
		'SELECT HEX(TABLE_NAME), HEX(COLUMN_NAME), DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION;',
	);
	const columns = new Map<string, Column[]>();
	for (const [hexTable = '', hexName = '', type = ''] of printed) {
		const table = fromHex(hexTable);
		columns.set(table, [...(columns.get(table) ?? []), { name: fromHex(hexName), type }]);
	}
	return columns;
}

export async function dumpTable(db: SiteDatabase, table: string, columns: readonly Column[], file: string): Promise<TableDump> {
	const list = columns.map(({ name, type }) => expression(name, type)).join(', ');
	await askSorted(db, `SELECT ${list} FROM ${quoted(table)};`, file);
	return { columns: columns.map(({ name }) => name), ...(await countAndHash(file)), file };
}

async function countAndHash(file: string): Promise<{ rows: number; sha256: string }> {
	const hash = createHash('sha256');
	let rows = 0;
	for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
		hash.update(chunk);
		for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) {
			rows++;
		}
	}
	return { rows, sha256: hash.digest('hex') };
}

/** Lines that one of two sorted files has more often than the other, by walking both at once. */
export async function* differingLines(left: string, right: string): AsyncGenerator<{ side: 'left' | 'right'; line: string }> {
	const a = lines(left);
	const b = lines(right);
	let one = await a.next();
	let other = await b.next();
	while (!one.done || !other.done) {
		const order = one.done
			? 1
			: other.done
				? -1
				: Buffer.compare(Buffer.from(one.value, 'latin1'), Buffer.from(other.value, 'latin1'));
		if (order < 0) {
			yield { side: 'left', line: one.value as string };
		} else if (order > 0) {
			yield { side: 'right', line: other.value as string };
		}
		one = order <= 0 ? await a.next() : one;
		other = order >= 0 ? await b.next() : other;
	}
}

function lines(file: string): AsyncIterator<string> {
	// latin1 keeps every byte, so that the order here is the order sort(1) made.
	return createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity })[Symbol.asyncIterator]();
}

/** A line as a person reads it: text where the bytes are text. */
export function rowOf(columns: readonly string[], line: string): Row {
	const cells = line.split('\t');
	return Object.fromEntries(columns.map((name, index) => [name, readable(cells[index] ?? '')]));
}

function readable(cell: string): string | null {
	if (cell === 'NULL') {
		return null;
	}
	if (!cell.startsWith('x')) {
		return cell;
	}
	const bytes = Buffer.from(cell.slice(1), 'hex');
	const text = bytes.toString('utf8');
	return Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\0') ? text : cell;
}
