/** What the site will have after a plan: its options and its files. */
import { fileKey, rowsRange, type FileRoot } from '@holdfast/protocol';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import { withSnapshot } from '../../sweep/with-snapshot.ts';
import { layoutIfThere, liveColumns, textEquals } from '../adjusted.ts';
import { tableOf } from '../differ.ts';
import { columnIndex, columnText } from '../row-columns.ts';

type Columns = ((name: string) => string | null) | null;

/** Rows of a table that the plan touches: columns of what is there and of what will be, by name; null for no row. */
export function* plannedRows(store: PlanStore, table: string): Generator<{ live: Columns; target: Columns }> {
	const value = tableOf(store.tables().find(({ name }) => name === table)?.target ?? null);
	if (value === null) { return; }
	const columns = (row: Uint8Array | null): Columns => (row === null ? null : (name) => columnText(row, columnIndex(value.layout, name)));
	const { low, high } = rowsRange(value.incarnation);
	for (const operations of store.range(low, high)) {
		for (const { live, target } of operations) { yield { live: columns(live), target: columns(target) }; }
	}
}

/** Options as they will be, as latin1. One that will not be there has no entry. */
export async function optionsAfter({ database, scope: { prefix } }: LiveSite, store: PlanStore, names: readonly string[]): Promise<Map<string, string>> {
	const table = `${prefix}options`;
	const options = new Map<string, string>();
	await withSnapshot(database, async (snapshot) => {
		for await (const [name, value] of liveColumns(snapshot, await layoutIfThere(snapshot, table), ['option_name', 'option_value'], names.map((one) => [textEquals('option_name', one)]))) {
			options.set(name!, value ?? '');
		}
	});
	const isAnew = store.tables().some(({ name, how }) => name === table && how !== 'same');
	if (isAnew) { options.clear(); }
	const put: [string, string][] = [];
	for (const { live, target } of plannedRows(store, table)) {
		const [gone, come] = [live?.('option_name'), target?.('option_name')];
		if (gone != null && gone !== come) { options.delete(gone); }
		if (come != null && names.includes(come)) { put.push([come, target!('option_value') ?? '']); }
	}
	for (const [name, value] of put) { options.set(name, value); }
	return options;
}

/** Whether a file or folder will be there: planned, or there now and not planned to go. */
export async function isThereAfter({ tree }: LiveSite, store: PlanStore, root: FileRoot, path: string): Promise<boolean> {
	const bytes = Buffer.from(path, 'latin1');
	const operation = store.get(fileKey(root, bytes));
	if (operation !== null) { return operation.target !== null; }
	const absolute = tree.scope.roots.absolute(root, bytes);
	if (absolute === null) { return false; }
	return (await tree.files.realPath(absolute).catch(() => null)) !== null;
}
