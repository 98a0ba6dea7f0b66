import type { Snapshot } from './snapshot.ts';
import type { FileFact } from './files.ts';
import { differingLines, rowOf, type Row, type TableDump } from './rows.ts';

export interface CompareOptions {
	/** Rows that may differ; gets the row as text. */
	readonly ignoreRows?: (table: string, row: Row) => boolean;
	/** Files, folders and links that may differ. */
	readonly ignoreFiles?: (path: string) => boolean;
	/**
	 * Counters never go down in place, so the second snapshot may be ahead (`atLeast`); on an empty target they are `equal`.
	 * MariaDB may set a counter of its own accord past what was; it never gives a number twice.
	 */
	readonly autoIncrement?: 'atLeast' | 'equal';
	/** More differences than this are counted, not named. */
	readonly namedMax?: number;
}

export interface Comparison {
	readonly equal: boolean;
	readonly tablesCompared: number;
	readonly rowsCompared: number;
	readonly filesCompared: number;
	readonly rowsIgnored: number;
	readonly filesIgnored: number;
	/** A sentence each. */
	readonly differences: readonly string[];
	readonly differenceCount: number;
}

/** Is `now` what `then` was? */
export async function compareSnapshots(then: Snapshot, now: Snapshot, options: CompareOptions = {}): Promise<Comparison> {
	const found = new Findings(options.namedMax ?? 200);
	compareSchema(then, now, options.autoIncrement ?? 'atLeast', found);
	let rowsCompared = 0;
	for (const [table, before] of then.tables) {
		const after = now.tables.get(table);
		if (after !== undefined) {
			rowsCompared += before.rows;
			await compareRows(table, before, after, options.ignoreRows ?? (() => false), found);
		}
	}
	compareFiles(then.files, now.files, options.ignoreFiles ?? (() => false), found);
	return {
		equal: found.count === 0,
		tablesCompared: then.tables.size,
		rowsCompared,
		filesCompared: then.files.size,
		rowsIgnored: found.rowsIgnored,
		filesIgnored: found.filesIgnored,
		differences: found.named,
		differenceCount: found.count,
	};
}

class Findings {
	readonly named: string[] = [];
	readonly #namedMax: number;
	count = 0;
	rowsIgnored = 0;
	filesIgnored = 0;

	constructor(namedMax: number) {
		this.#namedMax = namedMax;
	}

	add(sentence: string): void {
		this.count++;
		if (this.named.length < this.#namedMax) {
			this.named.push(sentence);
		}
	}
}

function compareSchema(then: Snapshot, now: Snapshot, counters: 'atLeast' | 'equal', found: Findings): void {
	for (const name of new Set([...then.schema.keys(), ...now.schema.keys()])) {
		const before = then.schema.get(name);
		const after = now.schema.get(name);
		if (before === undefined || after === undefined) {
			found.add(`${name}: ${before === undefined ? 'was not there, is now' : 'was there, is missing'}`);
			continue;
		}
		if (before.create !== after.create) {
			found.add(`${name}: made differently\n\tthen ${before.create}\n\tnow  ${after.create}`);
		}
		const [was, is] = [before.autoIncrement ?? 0n, after.autoIncrement ?? 0n];
		if (counters === 'equal' ? was !== is : is < was) {
			found.add(`${name}: its AUTO_INCREMENT was ${was}, is ${is}`);
		}
	}
}

async function compareRows(
	table: string,
	before: TableDump,
	after: TableDump,
	ignored: NonNullable<CompareOptions['ignoreRows']>,
	found: Findings,
): Promise<void> {
	if (before.sha256 === after.sha256) {
		return;
	}
	for await (const { side, line } of differingLines(before.file, after.file)) {
		const row = rowOf((side === 'left' ? before : after).columns, line);
		if (ignored(table, row)) {
			found.rowsIgnored++;
		} else {
			found.add(`row of ${table} ${side === 'left' ? 'was there, is missing' : 'was not there, is now'}: ${shortRow(row)}`);
		}
	}
}

function compareFiles(
	then: ReadonlyMap<string, FileFact>,
	now: ReadonlyMap<string, FileFact>,
	ignored: (path: string) => boolean,
	found: Findings,
): void {
	for (const path of new Set([...then.keys(), ...now.keys()])) {
		const sentence = fileDifference(then.get(path), now.get(path));
		if (sentence === undefined) {
			continue;
		}
		if (ignored(path)) {
			found.filesIgnored++;
		} else {
			found.add(`${path}: ${sentence}`);
		}
	}
}

function fileDifference(before: FileFact | undefined, after: FileFact | undefined): string | undefined {
	if (before === undefined || after === undefined) {
		return before === undefined ? 'was not there, is now' : 'was there, is missing';
	}
	if (before.type !== after.type) {
		return `was a ${before.type}, is a ${after.type}`;
	}
	if (before.content !== after.content) {
		return before.type === 'link' ? `led to ${before.content}, leads to ${after.content}` : 'has other content';
	}
	return before.mode === after.mode ? undefined : `its mode was ${before.mode}, is ${after.mode}`;
}

const cellCharactersMax = 60;

function shortRow(row: Row): string {
	return Object.entries(row)
		.map(
			([column, value]) =>
				`${column}=${value === null ? 'NULL' : JSON.stringify(value.length > cellCharactersMax ? `${value.slice(0, cellCharactersMax)}…` : value)}`,
		)
		.join(' ');
}
