/** Software that what comes back needs and the site will not have: PHP, core, plugins, the theme, drop-ins. */
import { encodeKey, fileKey, rootRange, type FileRoot, type Plan } from '@holdfast/protocol';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { SiteState } from '../../ports/site-state.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import { parseStringList } from '../php-list.ts';
import { shownText } from '../row-columns.ts';
import { isThereAfter, optionsAfter, plannedRows } from './after.ts';

type Warning = Plan['warnings'][number];
export type FactThen = { version: string | null; php: string | null; abspath: string | null };

const dropIns = ['object-cache.php', 'advanced-cache.php', 'db.php', 'db-error.php', 'fatal-error-handler.php', 'sunrise.php'];

/** What the point says of the site as a whole. */
export async function factThen(state: SiteState): Promise<FactThen> {
	const [value] = await state.get([encodeKey({ kind: 'fact', name: 'site' })]);
	const fact = (value ? JSON.parse(Buffer.from(value).toString('utf8')) : {}) as { wordpress?: { version?: unknown }; php?: { version?: unknown } | null; roots?: { root?: unknown } };
	const text = (one: unknown): string | null => (typeof one === 'string' && one !== '' ? one : null);
	return { version: text(fact.wordpress?.version), php: text(fact.php?.version), abspath: text(fact.roots?.root) };
}

export function versionWarnings(then: FactThen, { release }: LiveSite['tree']['scope'], phpNow: string | null): Warning[] {
	const warnings: Warning[] = [];
	if (then.version !== null && release.written !== null && then.version !== release.version) {
		warnings.push({ code: 'OTHER_CORE', message: `WordPress was ${then.version} then and is ${release.version} now. Core files are not part of a restore: update or put back WordPress itself.` });
	}
	if (then.php !== null && phpNow !== null && isOlder(phpNow, then.php)) {
		warnings.push({ code: 'OTHER_PHP', message: `PHP was ${then.php} then and is ${phpNow} now. Plugins and themes of then may need the newer one.` });
	}
	return warnings;
}

/** By the first two numbers: 8.1 is older than 8.2.1. */
function isOlder(version: string, than: string): boolean {
	const [a, b] = [version, than].map((one) => one.split('.').map((number) => Number.parseInt(number, 10) || 0));
	return a![0]! !== b![0]! ? a![0]! < b![0]! : (a![1] ?? 0) < (b![1] ?? 0);
}

/** The theme and the active plugins, as the options will name them; where the plan is about settings, plugins or themes at all. */
export async function missingSoftware(site: LiveSite, store: PlanStore): Promise<Warning[]> {
	const isAbout = plannedRows(store, `${site.scope.prefix}options`).next().done !== true || (['plugins', 'themes'] as const).some((root) => hasFiles(store, root));
	if (!isAbout) { return []; }
	const options = await optionsAfter(site, store, ['active_plugins', 'template', 'stylesheet']);
	const warnings: Warning[] = [];
	for (const plugin of parseStringList(options.get('active_plugins') ?? '') ?? []) {
		if (!(await isThereAfter(site, store, 'plugins', plugin))) { warnings.push({ code: 'PLUGIN_MISSING', message: `The plugin ${shownText(plugin)} will be active, but its files will not be there. Restore the plugins too, or install it.` }); }
	}
	for (const theme of new Set([options.get('template'), options.get('stylesheet')].filter((one): one is string => one !== undefined && one !== ''))) {
		if (!(await isThereAfter(site, store, 'themes', theme))) { warnings.push({ code: 'THEME_MISSING', message: `The theme ${shownText(theme)} will be active, but its files will not be there. Restore the themes too, or install it.` }); }
	}
	return warnings;
}

function hasFiles(store: PlanStore, root: FileRoot): boolean {
	const { low, high } = rootRange(root);
	return store.keys(low, high).next().done !== true;
}

/** Drop-ins that were there then and will not be, or the other way round. */
export async function otherDropIns(site: LiveSite, store: PlanStore, state: SiteState): Promise<Warning[]> {
	const values = await state.get(dropIns.map((name) => fileKey('content', Buffer.from(name))));
	const warnings: Warning[] = [];
	for (const [i, name] of dropIns.entries()) {
		const [then, after] = [values[i] != null, await isThereAfter(site, store, 'content', name)];
		if (then && !after) { warnings.push({ code: 'DROPIN_OTHER', message: `The drop-in ${name} was there then and will not be. It belongs to “Other files of wp-content”.` }); }
		if (!then && after) { warnings.push({ code: 'DROPIN_OTHER', message: `The drop-in ${name} was not there then and stays. It belongs to “Other files of wp-content”.` }); }
	}
	return warnings;
}
