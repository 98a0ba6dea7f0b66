/** Views and triggers of a plan; and all triggers of tables that are touched, because those are dropped while rows change. */
import { decodeKey, triggersRange, type Difference } from '@holdfast/protocol';
import { definitionEntries } from '../collect/definitions.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { LiveSite, SiteComparison } from '../sweep/site-comparison.ts';
import type { Chosen } from './parts.ts';

export type DefinitionParts = { site: LiveSite; state: SiteState; comparison: SiteComparison; chosen: Chosen; isPartial: (table: string) => boolean };

export async function fillDefinitions(store: PlanStore, { site, state, comparison, chosen, isPartial }: DefinitionParts): Promise<void> {
	for await (const differences of comparison.definitions()) {
		const wanted = differences.filter(({ key }) => isChosen(key, chosen));
		if (wanted.length > 0) { store.put(wanted.map(operationOf)); }
	}
	const tables = store.tables().map(({ name }) => name);
	await triggersAsNow(store, site, new Set(tables.filter(isPartial)));
	for (const name of tables.filter((table) => !isPartial(table))) {
		const { low, high } = triggersRange(name);
		for await (const { keys, values } of state.range(low, high!)) {
			const missing = keys.map((key, i) => ({ key, live: values[i]!, target: values[i]! })).filter(({ key }) => store.get(key) === null);
			if (missing.length > 0) { store.put(missing); }
		}
	}
}

/** Triggers of tables of which only some rows are chosen: made again as they are. */
async function triggersAsNow(store: PlanStore, site: LiveSite, tables: ReadonlySet<string>): Promise<void> {
	if (tables.size === 0) { return; }
	for (const [key, value] of definitionEntries(await site.database.listDefinitions(site.scope))) {
		const named = decodeKey(key);
		if (named.kind === 'trigger' && tables.has(named.table)) { store.put([{ key, live: value, target: value }]); }
	}
}

function isChosen(key: Uint8Array, chosen: Chosen): boolean {
	if (chosen.wholeDatabase) { return true; }
	const named = decodeKey(key);
	return named.kind === 'trigger' ? chosen.table(named.table) : named.kind === 'view' && chosen.table(named.name);
}

const operationOf = ({ key, left, right }: Difference): Pick<PlanOperation, 'key' | 'live' | 'target'> => ({ key, live: left, target: right });
