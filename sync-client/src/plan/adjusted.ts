/** What a rule of a restore in place says of a row. */
import type { TableLayout } from '@holdfast/protocol';
import type { Equals, Snapshot, TableLayout as LiveLayout } from '../ports/database.ts';
import { rowAt, rowCount } from '../ports/row-batch.ts';
import { columnText } from './row-columns.ts';

/** Something that stays as it is now, and why, in words. */
export type Kept = { what: string; why: string };
export type AdjustedRow = { value: Uint8Array | null; kept: Kept | null };

/** A row of the state and the one that is there at the same key, of the same shape: of the state's. */
export type RowPair = { layout: TableLayout; target: Uint8Array | null; live: Uint8Array | null };

export const asThen = ({ target }: RowPair): AdjustedRow => ({ value: target, kept: null });
export const asNow = ({ live }: RowPair, kept: Kept | null): AdjustedRow => ({ value: live, kept });

export const textEquals = (column: string, value: string): Equals => ({ column, literal: { kind: 'text', charset: 'utf8mb4', bytes: Buffer.from(value) } });
export const numberEquals = (column: string, value: number): Equals => ({ column, literal: { kind: 'number', digits: String(value) } });

export type LayoutOf = (table: string) => Promise<LiveLayout | null>;

/** Columns of live rows as latin1 texts; nothing where the table or a column is not there. */
export async function* liveColumns(snapshot: Snapshot, layout: LiveLayout | null, columns: readonly string[], alternatives: readonly (readonly Equals[])[] = []): AsyncGenerator<(string | null)[]> {
	if (layout === null || columns.some((name) => !layout.columns.some((column) => column.name === name && column.read !== 'none'))) { return; }
	for await (const rows of snapshot.readColumns(layout, columns, alternatives)) {
		for (let i = 0; i < rowCount(rows); i++) {
			const row = rowAt(rows, i);
			yield columns.map((_name, at) => columnText(row, at));
		}
	}
}

/** A live table's layout; null where it is not there. */
export const layoutIfThere = async (snapshot: Snapshot, table: string): Promise<LiveLayout | null> => snapshot.readSchema(table).catch(() => null);

/** How many rows a table has that will go: known exactly before it is done. */
export async function countRows(snapshot: Snapshot, layout: LiveLayout): Promise<number> {
	let rows = 0;
	for await (const batch of snapshot.readAll(layout)) { rows += rowCount(batch); }
	return rows;
}
