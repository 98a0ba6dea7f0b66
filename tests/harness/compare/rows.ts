import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { SiteDatabase } from '../../../dev/site/site.ts';
import { ask, askIntoFile, marker, quoted } from './client.ts';
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
	const [printed = []] = await ask(
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

/** Every row of the tables, a sorted file each in the folder; one session reads them all. */
export async function dumpTables(db: SiteDatabase, tables: ReadonlyMap<string, readonly Column[]>, folder: string): Promise<Map<string, TableDump>> {
	const select = ([table, columns]: [string, readonly Column[]]): string =>
		`SELECT ${columns.map(({ name, type }) => expression(name, type)).join(', ')} FROM ${quoted(table)};`;
	const all = join(folder, 'all.rows');
	await askIntoFile(db, [...tables].map(select), all);
	const dumps = new Map<string, TableDump>();
	const names = [...tables.keys()];
	let rows: RowFile | undefined;
	const end = async (): Promise<void> => {
		if (rows !== undefined) {
			const table = names[dumps.size] as string;
			dumps.set(table, { columns: tables.get(table)!.map(({ name }) => name), ...(await rows.sorted()) });
		}
	};
	for await (const line of linesOf(all)) {
		if (line === marker) {
			await end();
			rows = new RowFile(join(folder, `${dumps.size}.rows`));
		} else {
			await rows!.add(line);
		}
	}
	await end();
	await rm(all);
	return dumps;
}

const inMemoryMax = 64_000_000;

/** Lines that become a sorted file; few of them are sorted in memory, many by sort(1). */
class RowFile {
	readonly #file: string;
	#lines: string[] = [];
	#bytes = 0;
	#spilled = 0;

	constructor(file: string) {
		this.#file = file;
	}

	async add(line: string): Promise<void> {
		this.#lines.push(line);
		this.#bytes += line.length;
		if (this.#bytes > inMemoryMax) {
			await this.#spill();
		}
	}

	async sorted(): Promise<{ rows: number; sha256: string; file: string }> {
		const file = this.#file;
		const rows = this.#spilled + this.#lines.length;
		if (this.#spilled === 0) {
			// latin1 keeps every byte, so this is the order of bytes.
			const text = Buffer.from(this.#lines.sort().map((line) => `${line}\n`).join(''), 'latin1');
			await writeFile(file, text);
			return { rows, sha256: createHash('sha256').update(text).digest('hex'), file };
		}
		await this.#spill();
		await execa('sort', ['--buffer-size=64M', `--output=${file}`, file], { env: { LC_ALL: 'C' } });
		const hash = createHash('sha256');
		await pipeline(createReadStream(file), hash);
		return { rows, sha256: hash.digest('hex'), file };
	}

	async #spill(): Promise<void> {
		await appendFile(this.#file, this.#lines.map((line) => `${line}\n`).join(''), 'latin1');
		this.#spilled += this.#lines.length;
		this.#lines = [];
		this.#bytes = 0;
	}
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

const lines = (file: string): AsyncIterator<string> => linesOf(file)[Symbol.asyncIterator]();

/** A file's lines, each byte a letter (latin1). Not readline: that ends a line at a carriage return as well, and waits a turn for each. */
async function* linesOf(file: string): AsyncGenerator<string> {
	let rest = '';
	for await (const text of createReadStream(file, { encoding: 'latin1', highWaterMark: 1_048_576 }) as AsyncIterable<string>) {
		const found = (rest + text).split('\n');
		rest = found.pop() as string;
		yield* found;
	}
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
