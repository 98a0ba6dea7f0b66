import type { Ledger, Closed } from '../intents/ledger.ts';
import type { Snapshot } from '../ports/database.ts';
import type { TablePlan } from './table-plan.ts';

/** The floors that the agent begins with after a restart: a note of the index. */
export const floorsNote = 'floors';

/** Highest keys in this snapshot, of the tables that it read: floors for intents that are first seen from now on. */
export async function floorsIn(snapshot: Snapshot, tables: readonly TablePlan[]): Promise<Map<string, bigint>> {
	const floors = new Map<string, bigint>();
	for (const { name, layout } of tables) {
		if (layout.nextAutoIncrement !== null) {
			floors.set(name, await snapshot.maxAutoIncrement(layout) ?? 0n);
		}
	}
	return floors;
}

/**
 * The floors that a later life of the agent may begin with. An intent that stays open keeps the floor of its first sight:
 * another request's higher key may be committed already while its own lower one is not.
 */
export function floorsToKeep(ledger: Ledger, closed: Closed, floors: ReadonlyMap<string, bigint>): Record<string, string> {
	const kept = new Map(floors);
	for (const request of ledger.requests.values()) {
		for (const intent of request.intents.values()) {
			if (intent.scope.fresh > 0 && !intent.forgotten && !closed.intents.has(intent)) {
				const known = kept.get(intent.table);
				if (intent.floor === null) {
					kept.delete(intent.table);
				} else if (known !== undefined && intent.floor < known) {
					kept.set(intent.table, intent.floor);
				}
			}
		}
	}
	return Object.fromEntries([...kept].map(([table, floor]) => [table, floor.toString()]));
}

/** Fills a ledger with the floors that were kept. */
export function loadFloors(ledger: Ledger, note: unknown): void {
	for (const [table, floor] of Object.entries((note ?? {}) as Record<string, unknown>)) {
		if (typeof floor === 'string' && /^-?[0-9]{1,20}$/.test(floor)) {
			ledger.floors.set(table, BigInt(floor));
		}
	}
}
