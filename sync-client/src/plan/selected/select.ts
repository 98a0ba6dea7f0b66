/** Finds the rows and files of what was chosen one by one, and what these need of the rest. */
import type { Plan } from '@holdfast/protocol';
import { HoldfastError } from '../../errors.ts';
import type { Snapshot } from '../../ports/database.ts';
import type { SiteState } from '../../ports/site-state.ts';
import { SiteComparison, type LiveSite } from '../../sweep/site-comparison.ts';
import type { Chosen, ChosenRows } from '../parts.ts';
import type { SiteNames } from '../plain-name.ts';
import { shownText } from '../row-columns.ts';
import { selectMenus } from './select-menus.ts';
import { selectOptions } from './select-options.ts';
import { selectPosts } from './select-posts.ts';
import { FileSelector } from './select-files.ts';
import { nothingSelected, tidyPlaces, type SelectedIds } from './selection.ts';
import { numberOf, TwoSides, type Row } from './two-sides.ts';
import { numberEquals } from '../adjusted.ts';

export type Dependency = Plan['dependencies'][number];
export type Selected = { ids: SelectedIds; dependencies: Dependency[] };

/** What the selectors of posts, menus and the like work on: they add to `ids` and `dependencies`. */
export type Selecting = Selected & { sides: TwoSides; files: FileSelector };

const dependenciesMax = 200;

/** @throws RESTORE_PART_UNKNOWN, RESTORE_PART_SHAPE, RESTORE_PATH_OUTSIDE */
export async function select(site: LiveSite, { state, now, snapshot, chosen, names }: { state: SiteState; now: SiteState | null; snapshot: Snapshot; chosen: Chosen; names: SiteNames }): Promise<Selected> {
	const comparison = new SiteComparison(site, state, now);
	const selecting: Selecting = {
		ids: nothingSelected(), dependencies: [], sides: new TwoSides({ comparison, state, snapshot, names }), files: new FileSelector(site.tree, state),
	};
	const { ids, files } = selecting;
	for (const one of chosen.files) { ids.places.push(...(await files.places(one))); }
	const byKind = (...kinds: ChosenRows['kind'][]): ChosenRows[] => chosen.rows.filter(({ kind }) => kinds.includes(kind));
	await selectOptions(selecting, byKind('option', 'plugin-options', 'theme-options'));
	await selectUsers(selecting, byKind('user'));
	await selectMenus(selecting, byKind('menu'));
	await selectPosts(selecting, byKind('post'));
	ids.places = tidyPlaces(ids.places);
	return { ids, dependencies: selecting.dependencies.slice(0, dependenciesMax) };
}

async function selectUsers({ sides, ids }: Selecting, chosen: readonly ChosenRows[]): Promise<void> {
	if (chosen.length === 0) { return; }
	await mustBeComparable(sides, 'users', 'usermeta');
	const wanted = idsOf(chosen);
	const { then, now } = await sides.byNumber('users', wanted.keys());
	mustBeKnown(chosen, new Set([...then, ...now].map((row) => numberOf(row, 'ID'))), 'user');
	ids.users.push(...wanted.keys());
}

/** @throws RESTORE_PART_SHAPE: single rows cannot go from one shape of a table into another */
export async function mustBeComparable(sides: TwoSides, ...tables: string[]): Promise<void> {
	for (const table of tables) {
		if ((await sides.isComparable(table)) === false) { throw new HoldfastError('RESTORE_PART_SHAPE', `The table ${table} does not have the columns that it had then, so single rows of it cannot be restored.`); }
	}
}

/** @throws RESTORE_PART_UNKNOWN */
export function mustBeKnown(chosen: readonly ChosenRows[], known: ReadonlySet<number>, noun: string): void {
	const unknown = chosen.find((one) => !('id' in one && known.has(one.id)));
	if (unknown !== undefined) { throw new HoldfastError('RESTORE_PART_UNKNOWN', `There is no ${noun} ${unknown.part.slice(unknown.part.indexOf(':') + 1)}, now or then (${unknown.part}).`); }
}

/** Id → the part that named it. */
export const idsOf = (chosen: readonly ChosenRows[]): Map<number, ChosenRows['part']> => new Map(chosen.flatMap((one) => ('id' in one ? [[one.id, one.part] as const] : [])));

/** What is used and is not there any more: only named, with the number to choose it by. */
export async function nameMissing({ sides, dependencies }: Selecting, table: 'posts' | 'users', wanted: ReadonlyMap<number, ChosenRows['part']>): Promise<void> {
	const { then, now } = await sides.byNumber(table, wanted.keys());
	const there = new Set(now.map((row) => numberOf(row, 'ID')));
	for (const row of then) {
		const id = numberOf(row, 'ID');
		if (!there.has(id)) { dependencies.push({ of: wanted.get(id)!, kind: table === 'users' ? 'user' : 'post', id, label: labelOf(row), restored: false }); }
	}
}

export const labelOf = (row: Row): string => shownText(row.of('post_title') ?? row.of('user_login') ?? row.of('name')) || '(no title)';

/** Conditions `column = id`. */
export const anyOf = (column: string, ids: Iterable<number>) => [...ids].map((id) => [numberEquals(column, id)]);
