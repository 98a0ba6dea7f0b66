import { asBuffer, compareBytes, encodeRowKey, RowKeyMaker, rowKeyOf, rowsRange, type Incarnation, type KeyColumn } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Equality, NamedRange, NamedRows } from '../intents/named.ts';
import type { Equals, Page, Snapshot, TableLayout } from '../ports/database.ts';
import type { Entries } from '../ports/index-store.ts';
import { batchOf, encodeRow, pickColumns, rowAt, rowCount, sliceBatch, type RowBatch } from '../ports/row-batch.ts';
import type { EntrySource } from '../ports/site-state.ts';
import { LargeValues } from './large-values.ts';
import { tupleOfKey } from './live-table.ts';
import { keyPlaces, logKeysAreExact, singleIntegerKey } from './table-shape.ts';

export type NamedRowsOptions = {
	large: LargeValues;
	/** Character set of the site's own connection, for text in conditions. */
	charset: string;
	/** More rows or bytes than this: the whole table is compared instead. */
	liveRowsMax: number;
	liveBytesMax: number;
	/** state(now), when it knows every row of this incarnation: needed to see what is gone from a range. */
	before: EntrySource | null;
};

const pageRows = 2_000;

/**
 * The named rows as they are in this snapshot: puts of what is there, tombstones of exactly named keys that are not.
 * Keys compare by bytes: a row that only a collation holds equal is another row.
 * @returns sorted entries; or null where only reading the whole table tells.
 */
export async function readNamedRows(snapshot: Snapshot, layout: TableLayout, incarnation: Incarnation, named: NamedRows, options: NamedRowsOptions): Promise<Entries | null> {
	if (layout.key.kind === 'row' || named.whole) {
		return null;
	}
	const reading = new Reading(snapshot, layout, incarnation, options);
	const complete = await reading.exactKeys(named) && await reading.conditions([...named.conditions.values()]) && await reading.ranges(named.ranges);
	return complete ? reading.sorted() : null;
}

class Reading {
	readonly #snapshot: Snapshot;
	readonly #layout: TableLayout;
	readonly #incarnation: Incarnation;
	readonly #options: NamedRowsOptions;
	readonly #keys: RowKeyMaker;
	readonly #found = new Map<string, { key: Uint8Array; value: Uint8Array | null }>();
	#bytes = 0;

	constructor(snapshot: Snapshot, layout: TableLayout, incarnation: Incarnation, options: NamedRowsOptions) {
		this.#snapshot = snapshot;
		this.#layout = layout;
		this.#incarnation = incarnation;
		this.#options = options;
		this.#keys = new RowKeyMaker(incarnation, keyPlaces(layout));
	}

	async exactKeys(named: NamedRows): Promise<boolean> {
		const tuples: Buffer[] = [];
		try {
			// A tuple holds the key's columns only, so they stand where the key has them.
			const maker = new RowKeyMaker(this.#incarnation, this.#layout.key.columns.map(({ as }, index) => ({ index, as })));
			for (const tuple of named.keys.values()) {
				if (!logKeysAreExact(this.#layout, tuple)) {
					return false;
				}
				maker.make(tuple);
				this.#gone(maker.copy());
				tuples.push(tuple);
			}
			for (const name of named.rowKeys) {
				const key = Buffer.from(name, 'latin1');
				tuples.push(tupleOfKey(this.#layout, key));
				this.#gone(rowKeyOf(this.#incarnation, key.subarray(9)));
			}
		} catch {
			return false;
		}
		return tuples.length === 0 || this.#put(await this.#snapshot.readRowsByKeys(this.#layout, batchOf(tuples)));
	}

	async conditions(conditions: readonly (readonly Equality[])[]): Promise<boolean> {
		if (conditions.length === 0) {
			return true;
		}
		const columns = new Set(this.#layout.columns.map((column) => column.name));
		if (conditions.some((condition) => condition.some(({ column }) => !columns.has(column)))) {
			return false;
		}
		let page: Page;
		try {
			page = await this.#snapshot.readWhere(this.#layout, conditions.map((condition) => condition.map((one) => this.#equals(one))), this.#bounds(this.#options.liveRowsMax));
		} catch (error) {
			// The server does not compare like this (a date that is none, bytes that are no text): then the whole table tells.
			if (error instanceof HoldfastError && (error.code === 'DB_STATEMENT' || error.code === 'DB_INVALID_TEXT')) {
				return false;
			}
			throw error;
		}
		return !page.more && this.#put(page.rows);
	}

	async ranges(ranges: readonly NamedRange[]): Promise<boolean> {
		if (ranges.length > 0 && singleIntegerKey(this.#layout) === null) {
			return false;
		}
		for (const range of ranges) {
			if (!range.onlyNew && !(await this.#noteGone(range))) {
				return false;
			}
			if (!(await this.#range(range))) {
				return false;
			}
		}
		return true;
	}

	sorted(): Entries {
		const found = [...this.#found.values()].sort((a, b) => compareBytes(a.key, b.key));
		return { keys: found.map((one) => one.key), values: found.map((one) => one.value) };
	}

	/** What state(now) has in the range is gone unless it is read. */
	async #noteGone(range: NamedRange): Promise<boolean> {
		const { before } = this.#options;
		if (before === null) {
			return false;
		}
		const rows = rowsRange(this.#incarnation);
		const low = range.low === null ? rows.low : this.#keyOf(range.low);
		const high = range.high === null ? rows.high : this.#keyOf(range.high + 1n) ?? rows.high;
		for await (const entries of before.range(low ?? rows.low, high)) {
			entries.keys.forEach((key) => this.#gone(key));
			if (this.#found.size > this.#options.liveRowsMax) {
				return false;
			}
		}
		return true;
	}

	async #range(range: NamedRange): Promise<boolean> {
		const column = this.#layout.key.columns[0]!;
		const untilKey = range.high === null ? null : tupleOf(range.high);
		const isLowest = range.low === null || (column.as === 'uint' && range.low <= 0n);
		let afterKey = isLowest ? null : tupleOf(range.low! - 1n);
		for (;;) {
			const page: Page = await this.#snapshot.readRange(this.#layout, { afterKey, untilKey }, this.#bounds(pageRows));
			if (!(await this.#put(page.rows))) {
				return false;
			}
			const count = rowCount(page.rows);
			if (!page.more || count === 0) {
				return true;
			}
			afterKey = pickColumns(sliceBatch(page.rows, count - 1, count), [column.rowIndex]).bytes;
		}
	}

	/** False when there are too many rows or bytes for named reading. */
	async #put(rows: RowBatch): Promise<boolean> {
		for (let i = 0; i < rowCount(rows); i++) {
			const row = rowAt(rows, i);
			this.#keys.make(row);
			const key = this.#keys.copy();
			this.#bytes += row.length + key.length;
			this.#found.set(key.toString('latin1'), { key, value: LargeValues.isPlain(row) ? row : await this.#options.large.value(row) });
		}
		return this.#found.size <= this.#options.liveRowsMax && this.#bytes <= this.#options.liveBytesMax;
	}

	#gone(key: Uint8Array): void {
		const name = asBuffer(key).toString('latin1');
		if (!this.#found.has(name)) {
			this.#found.set(name, { key, value: null });
		}
	}

	#bounds(limitRows: number): { limitRows: number; limitBytes: number } {
		return { limitRows, limitBytes: this.#options.liveBytesMax };
	}

	#keyOf(integer: bigint): Buffer | null {
		try {
			return rowKeyOf(this.#incarnation, encodeRowKey([integer as KeyColumn], [this.#layout.key.columns[0]!.as]));
		} catch {
			return null;
		}
	}

	#equals({ column, value }: Equality): Equals {
		if (value === null) {
			return { column, literal: null };
		}
		return { column, literal: value.kind === 'number' ? { kind: 'number', digits: value.bytes.toString('latin1') } : { kind: 'text', charset: this.#options.charset, bytes: value.bytes } };
	}
}

const tupleOf = (integer: bigint): Buffer => encodeRow([Buffer.from(integer.toString())]);
