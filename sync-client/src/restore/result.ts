/** What came of a restore: what differs from the plan's target, in words. */
import { decodeKey, incarnationOf, keyKinds } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import { tableOf } from '../plan/differ.ts';
import type { TableLayout } from '../ports/database.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import { rowName } from '../sweep/sweep.ts';

export const differingMax = 100;

/** A key of a plan for people: `wp_posts ID=5`, `uploads/a.jpg`, `view wp_v`. */
export function nameOfKey(store: PlanStore, key: Uint8Array): string {
	if (key[0] === keyKinds.row) {
		const incarnation = incarnationOf(key);
		const table = store.tables().find((one) => one.incarnation === incarnation);
		const value = tableOf(table?.target ?? null);
		return table === undefined || value === null ? 'a row' : `${table.name} ${rowName({ layout: { key: value.layout.key } as TableLayout }, key)}`;
	}
	const named = decodeKey(key);
	switch (named.kind) {
		case 'file': return placeName(named.root, named.path);
		case 'trigger': return `trigger ${named.name} on ${named.table}`;
		case 'table': case 'view': case 'counter': return `${named.kind} ${named.name}`;
		default: return named.kind;
	}
}

/** What still differs after a restore: operations that a comparison of the restored site yields. Counters and triggers made again are none. */
export function differences(store: PlanStore): PlanOperation[] {
	const found: PlanOperation[] = [];
	for (const operations of store.range(Buffer.alloc(0), null)) {
		for (const operation of operations) {
			const { key, live, target } = operation;
			if (live !== null && target !== null && Buffer.compare(live, target) === 0) { continue; }
			if (key[0] !== keyKinds.counter) { found.push(operation); }
			if (found.length >= differingMax) { return found; }
		}
	}
	return found;
}
