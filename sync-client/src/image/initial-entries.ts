import { compareBytes, encodeCounter, encodeKey, encodeReason, encodeTable, tableKey, type Incarnation, type TableValue } from '@holdfast/protocol';
import type { Incarnations } from '../collect/incarnations.ts';
import { definitionEntries } from '../collect/definitions.ts';
import type { Database, Snapshot, TableInfo, TableLayout, TableScope } from '../ports/database.ts';
import { tableValueOf } from '../rows/table-shape.ts';

export type InitialTable = { info: TableInfo; layout: TableLayout; value: TableValue };

export type Initial = {
	/** Facts, policy, schemas, counters, views, triggers, and what is left out: sorted. */
	entries: { key: Uint8Array; value: Uint8Array }[];
	tables: InitialTable[];
	/** Highest AUTO_INCREMENT keys in the snapshot. */
	floors: Map<string, bigint>;
	leftOut: { what: string; why: string }[];
};

export type InitialParts = {
	database: Database;
	scope: TableScope;
	isExcluded: (table: string) => boolean;
	incarnations: Incarnations;
	siteFact: () => Promise<Buffer>;
	policy: () => Promise<Buffer>;
};

/** What the first commit of a site says: everything but rows and files. */
export async function initialEntries(snapshot: Snapshot, parts: InitialParts): Promise<Initial> {
	const { tables, neighbours } = await parts.database.listTables(parts.scope);
	const initial: Initial = { entries: [], tables: [], floors: new Map(), leftOut: [] };
	const add = (key: Uint8Array, value: Uint8Array): void => void initial.entries.push({ key, value });
	const leave = (table: string, code: 'unreadable' | 'excludedByAdmin' | 'anotherSite', detail: string): void => {
		add(encodeKey({ kind: 'tableLeftOut', name: table }), encodeReason({ code, detail }));
		initial.leftOut.push({ what: table, why: detail });
	};
	add(encodeKey({ kind: 'fact', name: 'site' }), await parts.siteFact());
	add(encodeKey({ kind: 'policy', name: 'scope' }), await parts.policy());
	for (const info of tables) {
		if (info.kind === 'view') {
			continue;
		}
		if (parts.isExcluded(info.name)) {
			leave(info.name, 'excludedByAdmin', 'excluded in the settings');
		} else if (info.broken !== null) {
			leave(info.name, 'unreadable', info.broken);
		} else {
			await addTable(snapshot, info, parts, initial, add);
		}
	}
	for (const { prefix, tables: others } of neighbours) {
		others.forEach((table) => leave(table, 'anotherSite', `belongs to the site with the prefix ${prefix}`));
	}
	for (const [key, value] of definitionEntries(await parts.database.listDefinitions(parts.scope))) {
		add(key, value);
	}
	initial.entries.sort((a, b) => compareBytes(a.key, b.key));
	return initial;
}

async function addTable(snapshot: Snapshot, info: TableInfo, { incarnations }: InitialParts, initial: Initial, add: (key: Uint8Array, value: Uint8Array) => void): Promise<void> {
	const layout = await snapshot.readSchema(info.name);
	const value = tableValueOf(layout, incarnations.draw() as Incarnation);
	initial.tables.push({ info, layout, value });
	add(tableKey(info.name), encodeTable(value));
	if (layout.nextAutoIncrement !== null) {
		add(encodeKey({ kind: 'counter', name: info.name }), encodeCounter(layout.nextAutoIncrement));
		initial.floors.set(info.name, await snapshot.maxAutoIncrement(layout) ?? 0n);
	}
}
