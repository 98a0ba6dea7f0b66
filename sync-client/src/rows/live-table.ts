import { compareBytes, decodeRowKey, encodeCountedRow, keylessRowKey, RowKeyMaker, rowKeyOf, rowPrefix, rowPrefixBytes, type Incarnation } from '@holdfast/protocol';
import type { Snapshot, TableLayout } from '../ports/database.ts';
import type { Entries } from '../ports/index-store.ts';
import { encodeRow, pickColumns, rowAt, rowCount, sliceBatch, type RowBatch } from '../ports/row-batch.ts';
import type { EntrySource } from '../ports/site-state.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import { LargeValues } from './large-values.ts';
import { keyPlaces } from './table-shape.ts';

/** What reading a whole table takes: one snapshot, or one for each page. */
export type TableReader = Pick<Snapshot, 'readRange' | 'readRowsByKeys' | 'readAll'>;

export type LiveTableOptions = { large: LargeValues; openSorter: OpenSorter; pageRows?: number; pageBytes?: number };

const pageRowsDefault = 4_000;
const pageBytesDefault = 4 * 1024 * 1024;

/**
 * A table as it is in this snapshot: entries sorted by key bytes.
 * In index order, page by page, where that is the order of bytes; else read once in physical order and sorted.
 * A table without a key is a multiset: the key is the hash of the row, the value carries how often it occurs.
 */
export function liveTable(snapshot: TableReader, layout: TableLayout, incarnation: Incarnation, options: LiveTableOptions): EntrySource {
	if (layout.key.kind === 'row') {
		return { range: (from, to) => keylessRows(snapshot, layout, incarnation, options, from, to) };
	}
	return layout.indexOrderIsByteOrder
		? { range: (from, to) => rowsByIndex(snapshot, layout, incarnation, options, from, to) }
		: { range: (from, to) => rowsSorted(snapshot, layout, incarnation, options, from, to) };
}

/** Key columns of a row key as `readRange` and `readRowsByKeys` take them. */
export function tupleOfKey(layout: TableLayout, key: Uint8Array): Buffer {
	const columns = decodeRowKey(key.subarray(rowPrefixBytes), layout.key.columns.map((column) => column.as));
	return encodeRow(columns.map((column) => (typeof column === 'bigint' ? Buffer.from(column.toString()) : column)));
}

/** Rows as entries: key bytes and values, in the order of the rows. */
export async function entriesOf(batch: RowBatch, keys: RowKeyMaker, large: LargeValues): Promise<Entries> {
	const entries: Entries = { keys: [], values: [] };
	for (let i = 0; i < rowCount(batch); i++) {
		const row = rowAt(batch, i);
		keys.make(row);
		entries.keys.push(keys.copy());
		entries.values.push(LargeValues.isPlain(row) ? row : await large.value(row));
	}
	return entries;
}

async function* rowsByIndex(snapshot: TableReader, layout: TableLayout, incarnation: Incarnation, options: LiveTableOptions, from: Uint8Array, to: Uint8Array | null): AsyncGenerator<Entries> {
	const keys = new RowKeyMaker(incarnation, keyPlaces(layout));
	const keyIndexes = layout.key.columns.map((column) => column.rowIndex);
	const start = startOf(layout, incarnation, from);
	if (start.alsoExactly !== null) {
		const rows = await snapshot.readRowsByKeys(layout, { bytes: start.alsoExactly, offsets: Uint32Array.of(0, start.alsoExactly.length) });
		yield* within(await entriesOf(rows, keys, options.large), from, to);
	}
	const bounds = { limitRows: options.pageRows ?? pageRowsDefault, limitBytes: options.pageBytes ?? pageBytesDefault };
	for (let after = start.after; ;) {
		const page = await snapshot.readRange(layout, { afterKey: after }, bounds);
		const count = rowCount(page.rows);
		if (count > 0) {
			yield* within(await entriesOf(page.rows, keys, options.large), from, to);
			after = pickColumns(sliceBatch(page.rows, count - 1, count), keyIndexes).bytes;
			keys.make(rowAt(page.rows, count - 1));
			if (to !== null && compareBytes(keys.key.subarray(0, keys.length), to) >= 0) {
				return;
			}
		}
		if (!page.more || count === 0) {
			return;
		}
	}
}

/** Where reading by index begins for a range from `from` on, which may be any bytes. */
function startOf(layout: TableLayout, incarnation: Incarnation, from: Uint8Array): { after: Buffer | null; alsoExactly: Buffer | null } {
	if (compareBytes(from, rowPrefix(incarnation)) <= 0) {
		return { after: null, alsoExactly: null };
	}
	const tuple = tryTuple(layout, from);
	if (tuple !== null) {
		return { after: tuple, alsoExactly: tuple };
	}
	// A key and one 00 byte: just behind that key. Anything else is read from the beginning and filtered.
	return { after: from.at(-1) === 0 ? tryTuple(layout, from.subarray(0, -1)) : null, alsoExactly: null };
}

function tryTuple(layout: TableLayout, key: Uint8Array): Buffer | null {
	try {
		return tupleOfKey(layout, key);
	} catch {
		return null;
	}
}

async function* rowsSorted(snapshot: TableReader, layout: TableLayout, incarnation: Incarnation, options: LiveTableOptions, from: Uint8Array, to: Uint8Array | null): AsyncGenerator<Entries> {
	const keys = new RowKeyMaker(incarnation, keyPlaces(layout));
	const sorter = options.openSorter();
	try {
		for await (const batch of snapshot.readAll(layout)) {
			for (let i = 0; i < rowCount(batch); i++) {
				const row = rowAt(batch, i);
				keys.make(row);
				sorter.add(keys.key.subarray(0, keys.length), LargeValues.isPlain(row) ? row : await options.large.value(row));
			}
		}
		for (const sorted of sorter.sorted()) {
			yield* within(sorted, from, to);
		}
	} finally {
		sorter.close();
	}
}

async function* keylessRows(snapshot: TableReader, layout: TableLayout, incarnation: Incarnation, options: LiveTableOptions, from: Uint8Array, to: Uint8Array | null): AsyncGenerator<Entries> {
	const sorter = options.openSorter();
	try {
		for await (const batch of snapshot.readAll(layout)) {
			for (let i = 0; i < rowCount(batch); i++) {
				const row = rowAt(batch, i);
				const value = LargeValues.isPlain(row) ? row : await options.large.value(row);
				sorter.add(rowKeyOf(incarnation, keylessRowKey(value)), value);
			}
		}
		for (const { keys, values, counts } of sorter.sorted()) {
			yield* within({ keys, values: values.map((value, i) => encodeCountedRow(counts[i]!, value!)) }, from, to);
		}
	} finally {
		sorter.close();
	}
}

function* within(entries: Entries, from: Uint8Array, to: Uint8Array | null): Generator<Entries> {
	const { keys } = entries;
	let low = 0;
	let high = keys.length;
	while (low < high && compareBytes(keys[low]!, from) < 0) {
		low++;
	}
	while (to !== null && high > low && compareBytes(keys[high - 1]!, to) >= 0) {
		high--;
	}
	if (high > low) {
		yield low === 0 && high === keys.length ? { keys, values: entries.values } : { keys: keys.slice(low, high), values: entries.values.slice(low, high) };
	}
}
