import { decodeKey, incarnationOf, keyKinds } from '@holdfast/protocol';
import { Named } from '../intents/named.ts';
import { tableOf } from '../plan/differ.ts';
import type { TableLayout } from '../ports/database.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { tupleOfKey } from '../rows/live-table.ts';

/** Every key of a plan, to be collected: before the switch, to record what is there; after it, what has become of it. */
export function namedByPlan(store: PlanStore): Named {
	const named = new Named();
	const tables = new Map<number, { name: string; key: TableLayout['key'] | null }>();
	for (const table of store.tables()) {
		const value = tableOf(table.target);
		const isCompared = table.how === 'same' && value !== null && value.layout.key.kind !== 'row';
		if (value !== null) { tables.set(value.incarnation, { name: table.name, key: isCompared ? (value.layout.key as TableLayout['key']) : null }); }
		if (table.how !== 'same') { wholly(named, table.name); }
	}
	for (const keys of store.keys(Buffer.alloc(0), null)) {
		for (const key of keys) {
			if (key[0] === keyKinds.row) {
				const table = tables.get(incarnationOf(key));
				if (table === undefined) { continue; }
				if (table.key === null) { named.rows(table.name).addWhole(); }
				else { named.rows(table.name).addKey(tupleOfKey({ key: table.key } as TableLayout, key)); }
				continue;
			}
			const one = decodeKey(key);
			if (one.kind === 'file' || one.kind === 'fileLeftOut') { named.addFileKey(key); }
			else if (one.kind === 'trigger') { named.rows(one.table).schema = true; }
			else if (one.kind === 'view' || one.kind === 'table' || one.kind === 'counter') { named.rows(one.name).schema = true; }
		}
	}
	return named;
}

function wholly(named: Named, table: string): void {
	const rows = named.rows(table);
	rows.schema = true;
	rows.addWhole();
}
