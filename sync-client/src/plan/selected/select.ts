/** Finds the rows and files of what was chosen one by one, and what these need of the rest. */
import type { Snapshot } from '../../ports/database.ts';
import type { SiteState } from '../../ports/site-state.ts';
import { SiteComparison, type LiveSite } from '../../sweep/site-comparison.ts';
import type { Chosen, ChosenRows } from '../parts.ts';
import type { SiteNames } from '../plain-name.ts';
import { selectMenus } from './select-menus.ts';
import { selectOptions } from './select-options.ts';
import { selectPosts } from './select-posts.ts';
import { selectUsers } from './select-users.ts';
import type { Selected, Selecting } from './selecting.ts';
import { FileSelector } from './select-files.ts';
import { nothingSelected, tidyPlaces } from './selection.ts';
import { TwoSides } from './two-sides.ts';

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

