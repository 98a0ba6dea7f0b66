/** Everybody else than the acting admin is logged out by a restore. */
import { kindRange, RowKeyMaker } from '@holdfast/protocol';
import type { Database } from '../ports/database.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import { rowAt, rowCount } from '../ports/row-batch.ts';
import { keyPlaces } from '../rows/table-shape.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { sessionKey } from './account-rules.ts';
import { layoutIfThere, textEquals } from './adjusted.ts';
import { tableOf } from './differ.ts';
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
		const keys = new RowKeyMaker(stored.incarnation, keyPlaces(layout));
		const columns = layout.columns.filter((column) => column.read !== 'none').map((column) => column.name);
		let found = false;
		for await (const rows of snapshot.readColumns(layout, columns, [[textEquals('meta_key', sessionKey)]])) {
			const ended: Pick<PlanOperation, 'key' | 'live' | 'target'>[] = [];
			for (let i = 0; i < rowCount(rows); i++) {
				const live = rowAt(rows, i);
				if (!rules.endsSession(stored.layout, live)) { continue; }
				keys.make(live);
				ended.push({ key: keys.copy(), live, target: null });
			}
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
