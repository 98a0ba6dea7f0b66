import { encodeTable, tableKey, type TableValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Named, NamedRows } from '../intents/named.ts';
import type { Snapshot, TableLayout } from '../ports/database.ts';
import { sameRows, sameTable, tableValueOf } from '../rows/table-shape.ts';
import type { Incarnations } from './incarnations.ts';
import type { TablesRead } from './pending-keys.ts';

/**
 * How a table's rows are read:
 *     named    exactly what the intents name
 *     compare  all of them, against state(now); only differences become entries
 *     fresh    all of them, under a new incarnation: a new table, another layout, or one that state(now) does not know wholly
 *     later    none of them here: comparing takes long, so it is done beside the loop, and the table is pending meanwhile
 */
export type RowsMode = 'named' | 'compare' | 'fresh' | 'later';

export type TablePlan = {
	name: string;
	layout: TableLayout;
	value: TableValue;
	/** The schema entry has to be written. */
	schemaChanged: boolean;
	mode: RowsMode;
	loud: NamedRows | null;
	quiet: NamedRows | null;
};

/** @property broken the server cannot open them: they stay as they were until it can. */
export type Planned = { tables: TablePlan[]; gone: string[]; broken: string[] };

/**
 * Which of the named tables are there, and how each is to be read. Tables outside the scope are passed over.
 * @param inScope null for a table that is there but cannot be opened
 */
export async function planTables(
	snapshot: Snapshot, named: { loud: Named; quiet: Named }, known: ReadonlyMap<string, TableValue>,
	inScope: (table: string) => boolean | null, isComparable: (table: TableValue) => boolean, incarnations: Incarnations,
): Promise<Planned> {
	const planned: Planned = { tables: [], gone: [], broken: [] };
	for (const name of new Set([...named.loud.tables.keys(), ...named.quiet.tables.keys()])) {
		const isOurs = inScope(name);
		const layout = isOurs === true ? await layoutOf(snapshot, name) : null;
		if (isOurs === null || layout === 'broken') {
			planned.broken.push(name);
			continue;
		}
		if (layout === null) {
			if (known.has(name)) {
				planned.gone.push(name);
			}
			continue;
		}
		planned.tables.push(planOf(layout, named.loud.tables.get(name) ?? null, named.quiet.tables.get(name) ?? null, known.get(name), isComparable, incarnations));
	}
	return planned;
}

function planOf(
	layout: TableLayout, loud: NamedRows | null, quiet: NamedRows | null, before: TableValue | undefined,
	isComparable: (table: TableValue) => boolean, incarnations: Incarnations,
): TablePlan {
	const whole = loud?.whole === true || quiet?.whole === true;
	const sameLife = before === undefined ? null : tableValueOf(layout, before.incarnation);
	if (before === undefined || sameLife === null || !sameRows(before.layout, sameLife.layout)) {
		return { name: layout.name, layout, value: tableValueOf(layout, incarnations.draw()), schemaChanged: true, mode: 'fresh', loud, quiet };
	}
	const plan: TablePlan = { name: layout.name, layout, value: sameLife, schemaChanged: !sameTable(before, sameLife), mode: 'named', loud, quiet };
	if (whole || layout.key.kind === 'row') {
		widen(plan, isComparable(before), incarnations);
	}
	return plan;
}

/** From named rows to the whole table. */
export function widen(plan: TablePlan, comparable: boolean, incarnations: Incarnations): void {
	plan.mode = comparable ? 'compare' : 'fresh';
	if (!comparable) {
		renew(plan, incarnations);
	}
}

/** The table begins a new life: what state(now) has of the old one is referred to no more. */
export function renew(plan: TablePlan, incarnations: Incarnations): void {
	plan.mode = 'fresh';
	plan.value = { ...plan.value, incarnation: incarnations.draw() };
	plan.schemaChanged = true;
}

export const schemaEntry = (plan: TablePlan): [Buffer, Buffer] => [tableKey(plan.name), encodeTable(plan.value)];

async function layoutOf(snapshot: Snapshot, table: string): Promise<TableLayout | 'broken' | null> {
	try {
		return await snapshot.readSchema(table);
	} catch (error) {
		const code = error instanceof HoldfastError ? error.code : '';
		if (code === 'DB_TABLE_GONE' || code === 'DB_TABLE_BROKEN') {
			return code === 'DB_TABLE_GONE' ? null : 'broken';
		}
		throw error;
	}
}

/** Whether the schemas are still what the rows were read by. */
export async function schemasHold(snapshot: Snapshot, tables: readonly TablePlan[]): Promise<boolean> {
	for (const plan of tables) {
		const layout = await layoutOf(snapshot, plan.name);
		if (layout === null || layout === 'broken' || !sameTable(tableValueOf(layout, plan.value.incarnation), plan.value)) {
			return false;
		}
	}
	return true;
}

/** What has become of the tables, once their rows are read. @param compared those whose comparison beside the loop ends with this collect */
export function tablesRead({ tables, gone, broken }: Planned, compared: readonly string[]): TablesRead {
	const named = (...modes: RowsMode[]): string[] => tables.filter((plan) => modes.includes(plan.mode)).map((plan) => plan.name);
	return { whole: [...named('compare', 'fresh'), ...gone], broken, later: named('later'), compared };
}
