/** Everybody else than the acting admin is logged out by a restore. */
import { kindRange } from '@holdfast/protocol';
import type { Database } from '../ports/database.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { sessionKey } from './account-rules.ts';
import { layoutIfThere, textEquals } from './adjusted.ts';
import { tableOf } from './differ.ts';
import { liveRows } from './live-rows.ts';
import type { RowRules, RuleSettings } from './row-rules.ts';

/**
 * Plans the end of all sessions that are there now, also of those that are the same then and now; only where anything in the
 * database changes at all.
 * @returns whether there were any
 */
export async function endSessions(store: PlanStore, database: Database, settings: RuleSettings, rules: RowRules): Promise<boolean> {
	const planned = store.tables().find((table) => table.name === settings.usermetaTable);
	if (planned?.how !== 'same' || !changesDatabase(store)) { return false; }
	const stored = tableOf(planned.target)!;
	return withSnapshot(database, async (snapshot) => {
		const layout = await layoutIfThere(snapshot, planned.name);
		if (layout === null) { return false; }
		let found = false;
		for await (const rows of liveRows(snapshot, layout, stored.incarnation, [[textEquals('meta_key', sessionKey)]])) {
			const ended = rows.filter(({ live }) => rules.endsSession(stored.layout, live)).map((row) => ({ ...row, target: null }));
			store.put(ended);
			found ||= ended.length > 0;
		}
		return found;
	});
}

/** Triggers alone are none: those of a table that is touched are planned to be made again. */
function changesDatabase(store: PlanStore): boolean {
	return store.tables().some((table) => table.how !== 'same') || [kindRange('row'), kindRange('view')].some(({ low, high }) => store.keys(low, high).next().done !== true);
}
