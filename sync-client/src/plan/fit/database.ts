/** What of the rows and definitions that come back does not fit this server or this place. */
import { decodeDefinition, decodeKey, kindRange, type Plan } from '@holdfast/protocol';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import { shownText } from '../row-columns.ts';
import { plannedRows } from './after.ts';

type Warning = Plan['warnings'][number];
/** Names in one sentence. */
const namedMax = 10;

export const named = (names: readonly string[]): string => names.slice(0, namedMax).join(', ') + (names.length > namedMax ? ` and ${names.length - namedMax} more` : '');

/** Options that come back with paths of another place. */
export function foreignPaths({ tree, scope }: LiveSite, store: PlanStore, abspathThen: string | null): Warning[] {
	const root = tree.scope.roots.place('root');
	const then = abspathThen?.replace(/\/+$/, '') ?? '';
	if (root === null || then === '' || [root.path, root.real].some((path) => path.toString() === then)) { return []; }
	const inside = Buffer.from(then).toString('latin1');
	const options: string[] = [];
	for (const { target } of plannedRows(store, `${scope.prefix}options`)) {
		const value = target?.('option_value') ?? '';
		if (value.includes(`${inside}/`) || value === inside) { options.push(shownText(target!('option_name'))); }
	}
	return options.length === 0 ? [] : [{ code: 'FOREIGN_PATHS', message: `The site lay in ${then} then and lies in ${root.path.toString()} now. Paths of then come back in the settings ${named(options)}.` }];
}

/** Views and triggers whose definer this server does not have, or that this user may not name. */
export async function missingDefiners({ database }: LiveSite, store: PlanStore): Promise<Warning[]> {
	const byDefiner = new Map<string, string[]>();
	for (const { low, high } of [kindRange('view'), kindRange('trigger')]) {
		for (const operations of store.range(low, high)) {
			for (const { key, live, target } of operations) {
				const one = decodeKey(key);
				if (target === null || !('name' in one) || (live !== null && Buffer.compare(live, target) === 0)) { continue; }
				const { definer } = decodeDefinition(target).context;
				byDefiner.set(definer, [...(byDefiner.get(definer) ?? []), one.name]);
			}
		}
	}
	if (byDefiner.size === 0) { return []; }
	const { own, all } = await database.accounts();
	return [...byDefiner].filter(([definer]) => definer !== '' && definer !== own && all?.has(definer) !== true).map(([definer, names]) => ({
		code: 'DEFINER_MISSING',
		message: all === null
			? `${named(names)} ${names.length === 1 ? 'belongs' : 'belong'} to the database user ${definer}; this one (${own}) may not see whether it exists, and perhaps not name it.`
			: `${named(names)} ${names.length === 1 ? 'belongs' : 'belong'} to the database user ${definer}, whom this server does not have: to use ${names.length === 1 ? 'it' : 'them'}, make that user.`,
	}));
}

/** Routines and events are not backed up: they stay as they are. */
export async function notKept({ database }: LiveSite): Promise<Warning[]> {
	const names = await database.listRoutinesAndEvents();
	return names.length === 0 ? [] : [{ code: 'NOT_KEPT', message: `Stored routines and events are not backed up and stay as they are now: ${named(names)}.` }];
}
