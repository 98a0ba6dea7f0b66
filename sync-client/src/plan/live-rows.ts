/** Rows of the site now, with their keys, for those who change a plan by what is there. */
import { RowKeyMaker, type Incarnation } from '@holdfast/protocol';
import type { Equals, Snapshot, TableLayout } from '../ports/database.ts';
import { rowAt, rowCount } from '../ports/row-batch.ts';
import { keyPlaces } from '../rows/table-shape.ts';

export type LiveRow = { key: Uint8Array; live: Uint8Array };

/** Rows that meet one of the conditions, a batch at a time. @param incarnation  whose keys they get */
export async function* liveRows(snapshot: Snapshot, layout: TableLayout, incarnation: Incarnation, condition: Equals[][]): AsyncGenerator<LiveRow[]> {
	const keys = new RowKeyMaker(incarnation, keyPlaces(layout));
	const columns = layout.columns.filter((column) => column.read !== 'none').map((column) => column.name);
	for await (const batch of snapshot.readColumns(layout, columns, condition)) {
		yield Array.from({ length: rowCount(batch) }, (_, i) => {
			const live = rowAt(batch, i);
			keys.make(live);
			return { key: keys.copy(), live };
		});
	}
}
