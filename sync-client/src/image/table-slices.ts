import { keyAfter, RowKeyMaker, rowsRange } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Database, Snapshot, TableLayout } from '../ports/database.ts';
import { pickColumns, rowAt, rowCount, sliceBatch, type RowBatch } from '../ports/row-batch.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import { LargeValues, storingPieces } from '../rows/large-values.ts';
import { liveTable, tupleOfKey } from '../rows/live-table.ts';
import { keyPlaces, sameTable, tableValueOf } from '../rows/table-shape.ts';
import type { InitialTable } from './initial-entries.ts';
import type { ImageRun } from './image-parts.ts';

/** Rows of one slice: read in a short snapshot of its own, drained into memory before anything waits for the network. */
export const sliceBytesMaxDefault = 8 * 1024 * 1024;
const pageRowsMax = 20_000;

export type SliceParts = {
	database: Database;
	gear: Int32Array;
	openSorter: OpenSorter;
	/** Whether the table still lives the life that is being read; a collect may have begun another. */
	isAlive: (table: InitialTable) => boolean;
	/** Rows and bytes that were read. */
	onRead: (rows: number, bytes: number) => void;
	signal: AbortSignal;
	sliceBytesMax?: number;
};

/**
 * Reads a table into a run of the image, slice by slice, behind `after` (a key that an earlier life reached; null = all).
 * @returns `altered` when its schema is not the one that was read first: a collect has to begin a new life of it.
 */
export async function readTable(table: InitialTable, run: ImageRun, after: Uint8Array | null, parts: SliceParts): Promise<'done' | 'altered' | 'superseded'> {
	const large = new LargeValues(parts.gear, storingPieces(run));
	const { layout } = table;
	if (layout.key.kind === 'row' || !layout.indexOrderIsByteOrder) {
		return readAtOnce(table, run, after, parts, large);
	}
	const keys = new RowKeyMaker(table.value.incarnation, keyPlaces(layout));
	let afterTuple = after === null ? null : tupleOfKey(layout, after);
	for (;;) {
		parts.signal.throwIfAborted();
		if (!parts.isAlive(table)) {
			return 'superseded';
		}
		const slice = await readSlice(table, afterTuple, parts.database, parts.sliceBytesMax ?? sliceBytesMaxDefault);
		if (slice === null) {
			return 'altered';
		}
		for (const page of slice.pages) {
			await putRows(page, keys, large, run);
			parts.onRead(rowCount(page), page.bytes.length);
		}
		if (!slice.more) {
			return 'done';
		}
		afterTuple = slice.last;
	}
}

type Slice = { pages: RowBatch[]; last: Buffer; more: boolean };

/** Pages up to the bound in one snapshot; null when the schema is another. */
async function readSlice(table: InitialTable, after: Buffer | null, database: Database, sliceBytesMax: number): Promise<Slice | null> {
	const snapshot = await database.openSnapshot();
	try {
		if (!(await isSame(snapshot, table))) {
			return null;
		}
		const slice: Slice = { pages: [], last: after ?? Buffer.alloc(0), more: true };
		let bytes = 0;
		while (slice.more && bytes < sliceBytesMax) {
			const page = await snapshot.readRange(table.layout, { afterKey: slice.pages.length === 0 ? after : slice.last }, { limitRows: pageRowsMax, limitBytes: sliceBytesMax - bytes });
			const count = rowCount(page.rows);
			slice.more = page.more && count > 0;
			if (count > 0) {
				slice.pages.push(page.rows);
				slice.last = Buffer.from(pickColumns(sliceBatch(page.rows, count - 1, count), table.layout.key.columns.map((column) => column.rowIndex)).bytes);
				bytes += page.rows.bytes.length;
			}
		}
		return slice;
	} catch (error) {
		return altered(error);
	} finally {
		await snapshot.close();
	}
}

/** A table that no index gives in the order of bytes: one reading, sorted, with spill to disk. */
async function readAtOnce(table: InitialTable, run: ImageRun, after: Uint8Array | null, parts: SliceParts, large: LargeValues): Promise<'done' | 'altered' | 'superseded'> {
	const snapshot = await parts.database.openSnapshot();
	try {
		if (!(await isSame(snapshot, table))) {
			return 'altered';
		}
		const { low, high } = rowsRange(table.value.incarnation);
		const rows = liveTable(snapshot, table.layout, table.value.incarnation, { large, openSorter: parts.openSorter }).range(after === null ? low : keyAfter(after), high);
		for await (const { keys, values } of rows) {
			await snapshot.close(); // all rows are read and sorted when the first come
			let bytes = 0;
			for (const [i, key] of keys.entries()) {
				bytes += values[i]!.length;
				await run.put(key, values[i]!);
			}
			parts.signal.throwIfAborted();
			parts.onRead(keys.length, bytes);
		}
		return 'done';
	} catch (error) {
		altered(error);
		return 'altered';
	} finally {
		await snapshot.close();
	}
}

async function putRows(page: RowBatch, keys: RowKeyMaker, large: LargeValues, run: ImageRun): Promise<void> {
	for (let i = 0; i < rowCount(page); i++) {
		const row = rowAt(page, i);
		keys.make(row);
		const passed = run.put(keys.key.subarray(0, keys.length), LargeValues.isPlain(row) ? row : await large.value(row));
		if (passed !== undefined) {
			await passed;
		}
	}
}

async function isSame(snapshot: Snapshot, table: InitialTable): Promise<boolean> {
	const layout: TableLayout = await snapshot.readSchema(table.layout.name);
	return sameTable(tableValueOf(layout, table.value.incarnation), table.value);
}

/** Null for what says that the table is not what it was; other errors are thrown. */
function altered(error: unknown): null {
	if (error instanceof HoldfastError && (error.code === 'DB_TABLE_GONE' || error.code === 'DB_TABLE_CHANGED')) {
		return null;
	}
	throw error;
}
