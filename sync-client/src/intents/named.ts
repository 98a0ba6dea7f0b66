import type { LogValue } from './log-values.ts';

/** `column = value`, and-ed with others of its list. */
export type Equality = { column: string; value: LogValue };

/** `onlyNew`: rows were added in it, none was deleted on behalf of this intent. */
export type NamedRange = { low: bigint | null; high: bigint | null; onlyNew: boolean };

/** Beyond this many keys or conditions of one table the whole table is read: cheaper than the keys, and bounded. */
export const namedKeysMax = 20_000;
const namedConditionsMax = 200;

/**
 * Which rows of one table are to be read: a union. A key is the columns of the table's key as a row has them
 * (length-prefixed text, `encodeRow`), because the layout may be known only in the snapshot.
 */
export class NamedRows {
	readonly keys = new Map<string, Buffer>();
	/** Whole keys (FORMAT.md section 2) as latin1: how sweep and restore name rows. */
	readonly rowKeys = new Set<string>();
	readonly conditions = new Map<string, readonly Equality[]>();
	/** Of the single integer key, inclusive, null = open. */
	readonly ranges: NamedRange[] = [];
	whole = false;
	/** The schema entry, and triggers, counter, or the view of this name. */
	schema = false;

	get isEmpty(): boolean {
		return !this.whole && !this.schema && this.keys.size === 0 && this.rowKeys.size === 0 && this.conditions.size === 0 && this.ranges.length === 0;
	}

	addKey(key: Buffer): void {
		if (this.whole) {
			return;
		}
		this.keys.set(key.toString('latin1'), key);
		if (this.keys.size > namedKeysMax) {
			this.addWhole();
		}
	}

	addRowKey(key: Uint8Array): void {
		if (this.whole) {
			return;
		}
		this.rowKeys.add(Buffer.from(key).toString('latin1'));
		if (this.rowKeys.size > namedKeysMax) {
			this.addWhole();
		}
	}

	addCondition(condition: readonly Equality[]): void {
		if (this.whole) {
			return;
		}
		this.conditions.set(conditionName(condition), condition);
		if (this.conditions.size > namedConditionsMax) {
			this.addWhole();
		}
	}

	addRange(range: NamedRange): void {
		if (this.whole) {
			return;
		}
		if (range.low === null && range.high === null) {
			this.addWhole();
		} else if (!this.ranges.some((known) => includes(known, range))) {
			this.ranges.push(range);
		}
	}

	addWhole(): void {
		this.whole = true;
		this.keys.clear();
		this.rowKeys.clear();
		this.conditions.clear();
		this.ranges.length = 0;
	}

	add(other: NamedRows): void {
		this.schema ||= other.schema;
		if (other.whole) {
			this.addWhole();
		}
		for (const key of other.keys.values()) {
			this.addKey(key);
		}
		for (const key of this.whole ? [] : other.rowKeys) {
			this.addRowKey(Buffer.from(key, 'latin1'));
		}
		for (const condition of other.conditions.values()) {
			this.addCondition(condition);
		}
		for (const range of other.ranges) {
			this.addRange(range);
		}
	}
}

/**
 * What a collect shall read: rows by table, files by absolute path (as the intent log names them) or by key
 * (as scan, sweep and restore name them). A union; adding twice is harmless. Says where to look, never a value.
 */
export class Named {
	readonly tables = new Map<string, NamedRows>();
	/** Absolute paths as latin1 of their bytes. `tree`: all below it, too. */
	readonly paths = new Map<string, 'file' | 'tree'>();
	/** File keys (FORMAT.md section 2) as latin1. */
	readonly fileKeys = new Set<string>();
	/** Facts by name, e.g. `site`. */
	readonly facts = new Set<string>();

	/** The rows named of a table, to add to. */
	rows(table: string): NamedRows {
		let rows = this.tables.get(table);
		if (rows === undefined) {
			this.tables.set(table, (rows = new NamedRows()));
		}
		return rows;
	}

	addPath(path: Buffer, how: 'file' | 'tree'): void {
		const name = path.toString('latin1');
		if (this.paths.get(name) !== 'tree') {
			this.paths.set(name, how);
		}
	}

	addFileKey(key: Uint8Array): void {
		this.fileKeys.add(Buffer.from(key).toString('latin1'));
	}

	add(other: Named): this {
		for (const [table, rows] of other.tables) {
			this.rows(table).add(rows);
		}
		for (const [path, how] of other.paths) {
			this.addPath(Buffer.from(path, 'latin1'), how);
		}
		for (const key of other.fileKeys) {
			this.fileKeys.add(key);
		}
		for (const fact of other.facts) {
			this.facts.add(fact);
		}
		return this;
	}

	get isEmpty(): boolean {
		return this.paths.size === 0 && this.fileKeys.size === 0 && this.facts.size === 0 && [...this.tables.values()].every((rows) => rows.isEmpty);
	}
}

function includes(known: NamedRange, range: NamedRange): boolean {
	return (range.onlyNew || !known.onlyNew)
		&& (known.low === null || (range.low !== null && range.low >= known.low)) && (known.high === null || (range.high !== null && range.high <= known.high));
}

function conditionName(condition: readonly Equality[]): string {
	return JSON.stringify(condition.map(({ column, value }) => [column, value === null ? null : value.kind, value === null ? null : value.bytes.toString('latin1')]));
}
