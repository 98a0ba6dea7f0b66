import type { Named } from './named.ts';
import type { Remembered } from './remembered.ts';
import type { Intent, RequestLog } from './request-log.ts';

/** What the overlap of look-ups is decided by: PROTOCOL.md section 4, "Overlap". */
export type OverlapView = {
	/** All intents on a table that are open, unforgotten or remembered. */
	readonly onTable: (table: string) => Iterable<Intent>;
	/** Before this moment (monotonic µs) intents on the table may have been let go of. */
	readonly rememberedSinceUs: (table: string) => number;
	/** Whether an intent's times compare with the others': the same machine and boot. */
	readonly comparable: (intent: Intent) => boolean;
};

/** @param comparable whether an intent's times compare with those of this machine and boot */
export function overlapView(requests: Iterable<RequestLog>, remembered: Remembered, comparable: (intent: Intent) => boolean): OverlapView {
	const byTable = new Map<string, Intent[]>();
	for (const request of requests) {
		for (const intent of request.intents.values()) {
			if (!intent.forgotten) {
				(byTable.get(intent.table) ?? byTable.set(intent.table, []).get(intent.table)!).push(intent);
			}
		}
	}
	return {
		onTable: (table) => [...(byTable.get(table) ?? []), ...remembered.onTable(table)],
		rememberedSinceUs: (table) => remembered.sinceUs(table),
		comparable,
	};
}

/**
 * Adds to `named` what an intent names, and what other intents name that may have changed which rows its look-up
 * would have found. Their own adoptions count too, so it follows them.
 */
export function addEffective(intent: Intent, named: Named, view: OverlapView, seen = new Set<Intent>()): void {
	if (seen.has(intent)) {
		return;
	}
	seen.add(intent);
	addOwn(intent, named);
	const { lookupUs } = intent;
	const rows = named.rows(intent.table);
	if (lookupUs === null || rows.whole) {
		return;
	}
	if (!view.comparable(intent) || lookupUs < view.rememberedSinceUs(intent.table)) {
		rows.addWhole();
		return;
	}
	for (const other of view.onTable(intent.table)) {
		if (isSameConnection(intent, other) || !mayTouch(intent, lookupUs, other, view)) {
			continue;
		}
		// Rows that met the other's condition then may not meet it any more: this very intent may have changed them.
		if (other.scope.conditions.length > 0) {
			rows.addWhole();
			return;
		}
		addEffective(other, named, view, seen);
		if (rows.whole) {
			return;
		}
	}
}

/** A look-up sees what its own connection did before. */
const isSameConnection = (a: Intent, b: Intent): boolean => a.request === b.request && a.connection === b.connection;

function mayTouch(intent: Intent, lookupUs: number, other: Intent, view: OverlapView): boolean {
	if (!view.comparable(other)) {
		return true;
	}
	return other.writtenUs <= (intent.closedUs ?? Infinity) && (other.closedUs ?? Infinity) >= lookupUs;
}

/** The rows of the intent itself. */
export function addOwn(intent: Intent, named: Named): void {
	const { scope, created } = intent;
	const rows = named.rows(intent.table);
	rows.schema ||= scope.schema;
	if (scope.whole || scope.schema) {
		rows.addWhole();
		return;
	}
	for (const key of scope.keys) {
		rows.addKey(key);
	}
	for (const condition of scope.conditions) {
		rows.addCondition(condition);
	}
	if (scope.range !== null) {
		rows.addRange({ ...scope.range, onlyNew: false });
	}
	if (scope.fresh === 0) {
		return;
	}
	if (created === null) {
		// The server drew the new keys after the intent was written, so they are above what was seen before.
		rows.addRange({ low: intent.floor === null ? null : intent.floor + 1n, high: null, onlyNew: true });
	} else {
		for (const key of created) {
			rows.addKey(key);
		}
	}
}
