import { asBuffer, compareBytes, encodeCounter, encodeKey, rowsRange, tableKey } from '@holdfast/protocol';
import type { EntryWriter } from '../append/entry-writer.ts';
import type { Snapshot } from '../ports/database.ts';
import type { Entries, IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import { differences } from '../rows/differences.ts';
import type { LargeValues } from '../rows/large-values.ts';
import { liveTable } from '../rows/live-table.ts';
import { readNamedRows } from '../rows/named-rows.ts';
import { merged, withoutEqual } from './equal-entries.ts';
import type { Incarnations } from './incarnations.ts';
import { renew, schemaEntry, widen, type Planned, type TablePlan } from './table-plan.ts';

/**
 * Above `liveRowsMax` and `liveBytesMax` a table is not read row by row but compared as a whole, streaming; beside the loop where it has
 * more than `inlineTableBytesMax` by the server's estimate.
 */
export type LiveLimits = { liveRowsMax: number; liveBytesMax: number; inlineTableBytesMax: number };
export const liveLimits: LiveLimits = { liveRowsMax: 50_000, liveBytesMax: 16 * 1024 * 1024, inlineTableBytesMax: 4 * 1024 * 1024 };

export type RowsParts = {
	snapshot: Snapshot;
	state: SiteState | null;
	index: IndexStore;
	large: LargeValues;
	openSorter: OpenSorter;
	charset: string;
	limits: LiveLimits;
	isComparable: (table: TablePlan['value']) => boolean;
	incarnations: Incarnations;
	/** Whether a table is so large that it is compared beside the loop. */
	isLong: (table: string) => boolean;
};

/** Named rows of one table, read: `quietKeys` are those that only quiet intents named. */
type ReadRows = { entries: Entries; quietKeys: ReadonlySet<string> };

/** Reads what is named by keys, conditions and ranges; a table of which that does not tell enough is widened in the plan. */
export async function readNamedTables(planned: Planned, parts: RowsParts): Promise<Map<TablePlan, ReadRows>> {
	const read = new Map<TablePlan, ReadRows>();
	for (const plan of planned.tables) {
		if (plan.mode === 'named') {
			const rows = await readNamedTable(plan, parts);
			if (rows === null) {
				widen(plan, parts.isComparable(plan.value), parts.incarnations);
			} else {
				read.set(plan, rows);
			}
		}
		if (plan.mode === 'compare' && await wasEmptied(plan, parts)) {
			renew(plan, parts.incarnations);
		}
		if (plan.mode === 'compare' && parts.isLong(plan.name)) {
			plan.mode = 'later';
		}
	}
	return read;
}

async function readNamedTable(plan: TablePlan, parts: RowsParts): Promise<ReadRows | null> {
	const { snapshot, state, large, charset, limits } = parts;
	const comparable = parts.isComparable(plan.value);
	const options = { large, charset, ...limits, before: comparable ? state : null };
	const empty: Entries = { keys: [], values: [] };
	const { incarnation } = plan.value;
	const loud = plan.loud === null ? empty : await readNamedRows(snapshot, plan.layout, incarnation, plan.loud, options);
	const quiet = plan.quiet === null ? empty : await readNamedRows(snapshot, plan.layout, incarnation, plan.quiet, options);
	if (loud === null || quiet === null) {
		return null;
	}
	const loudKeys = new Set(loud.keys.map((key) => asBuffer(key).toString('latin1')));
	const quietKeys = new Set(quiet.keys.map((key) => asBuffer(key).toString('latin1')).filter((key) => !loudKeys.has(key)));
	const both = merged(loud, quiet);
	return { entries: await withoutEqual(both, parts.index, comparable ? state : null), quietKeys };
}

/** TRUNCATE, or DELETE without a condition: a new life says it in one entry. */
async function wasEmptied(plan: TablePlan, { snapshot, state }: RowsParts): Promise<boolean> {
	if (plan.layout.key.kind === 'row' || state === null) {
		return false;
	}
	const page = await snapshot.readRange(plan.layout, {}, { limitRows: 1, limitBytes: 1 });
	if (page.rows.offsets.length > 1) {
		return false;
	}
	const { low, high } = rowsRange(plan.value.incarnation);
	for await (const entries of state.range(low, high)) {
		return entries.keys.length > 0;
	}
	return false;
}

/** Schema entries, counters and what is gone, sorted. Counters are quiet: alone they make no point. */
export function schemaEntries(planned: Planned, index: IndexStore): { key: Buffer; value: Buffer | null; isQuiet: boolean }[] {
	const entries: { key: Buffer; value: Buffer | null; isQuiet: boolean }[] = [];
	for (const plan of planned.tables) {
		if (plan.schemaChanged) {
			const [key, value] = schemaEntry(plan);
			entries.push({ key, value, isQuiet: false });
		}
		if (plan.layout.nextAutoIncrement !== null) {
			const key = encodeKey({ kind: 'counter', name: plan.name });
			const value = encodeCounter(plan.layout.nextAutoIncrement);
			const known = index.overlayGet(key)?.value ?? null;
			if (known === null || !asBuffer(known).equals(value)) {
				entries.push({ key, value, isQuiet: true });
			}
		}
	}
	for (const name of planned.gone) {
		entries.push({ key: tableKey(name), value: null, isQuiet: false }, { key: encodeKey({ kind: 'counter', name }), value: null, isQuiet: false });
	}
	return entries.sort((a, b) => compareBytes(a.key, b.key));
}

/** Writes the rows of all planned tables in key order: ascending incarnations. */
export async function writeRows(planned: Planned, read: ReadonlyMap<TablePlan, ReadRows>, writer: EntryWriter, parts: RowsParts): Promise<void> {
	for (const plan of [...planned.tables].sort((a, b) => a.value.incarnation - b.value.incarnation)) {
		const rows = read.get(plan);
		if (rows !== undefined && plan.mode === 'named') {
			await writer.addAll(rows.entries, (i) => rows.quietKeys.has(asBuffer(rows.entries.keys[i]!).toString('latin1')));
			continue;
		}
		if (plan.mode === 'later') {
			continue;
		}
		const { low, high } = rowsRange(plan.value.incarnation);
		const live = liveTable(parts.snapshot, plan.layout, plan.value.incarnation, { large: parts.large, openSorter: parts.openSorter }).range(low, high);
		const changes = plan.mode === 'fresh' || parts.state === null ? live : differences(live, parts.state.range(low, high));
		const quiet = plan.loud === null || plan.loud.isEmpty;
		for await (const entries of changes) {
			await writer.addAll(entries, () => quiet);
		}
	}
}
