import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binding, KeyRing } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { readCoreRelease, type CoreRelease } from '../files/core-files.ts';
import { SiteRoots, type ConfiguredRoots } from '../files/roots.ts';
import { Scope } from '../files/scope.ts';
import { SiteTree } from '../files/site-tree.ts';
import { bindingOf } from '../pairing/binding.ts';
import { machineId } from '../pairing/machine.ts';
import type { Database, ServerIdentity, TableScope } from '../ports/database.ts';
import type { Files } from '../ports/files.ts';
import { connectInfos } from '../settings/connect-options.ts';
import { findWpConfig } from '../settings/find-wp-config.ts';
import { resolveSettings, settingsFromFile, type SettingsDifference } from '../settings/resolve-settings.ts';
import { checkSiteFile, settingsFromWordPress, type SiteFile } from '../settings/site-file.ts';
import type { SiteSettings } from '../settings/site-settings.ts';
import { parseWpConfig } from '../settings/wp-config.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import type { AgentAdapters } from './adapters.ts';

/** Files that a configuration is made of. */
const includedFilesMax = 20;

/** The site as the agent found it at its start: its settings, its database, its folders. */
export type Site = {
	settings: SiteSettings;
	differences: SettingsDifference[];
	/** What WordPress said of itself; null where it never ran with the plugin. */
	told: SiteFile | null;
	home: string;
	database: Database;
	identity: ServerIdentity;
	tables: TableScope;
	files: Files;
	roots: SiteRoots;
	release: CoreRelease;
	machine: string;
	binding: Binding;
	/** Name of the server-wide lock that one agent per site holds. */
	lockName: string;
};

/**
 * Opens the site that a state folder belongs to.
 * @param abspath  the WordPress folder, where the command line named it; else what WordPress told.
 * @throws SETTINGS_…, DB_…
 */
export async function openSite(state: StateFolder, adapters: Pick<AgentAdapters, 'files' | 'openDatabase' | 'random'>, abspath: string | null = null): Promise<Site> {
	const toldValue = await state.site.read();
	const told = toldValue === null ? null : checkSiteFile(toldValue);
	const handedOver = told === null ? null : settingsFromWordPress(told);
	const folder = abspath ?? handedOver?.dirs.abspath ?? null;
	const { fromFile, failure } = folder === null ? { fromFile: null, failure: null } : await settingsOfFile(folder);
	if (handedOver === null && failure !== null) {
		throw failure;
	}
	let resolved = resolveSettings(handedOver, fromFile);
	let database: Database;
	try {
		database = await adapters.openDatabase(connectInfos(resolved.settings));
	} catch (error) {
		const refused = error instanceof HoldfastError && (error.code === 'DB_LOGIN_REFUSED' || error.code === 'DB_UNKNOWN_DATABASE');
		if (!refused || handedOver === null || fromFile === null) {
			throw error;
		}
		// wp-config.php was edited since WordPress last ran.
		resolved = resolveSettings(handedOver, fromFile, true);
		database = await adapters.openDatabase(connectInfos(resolved.settings));
	}
	const { settings, differences } = resolved;
	const identity = await database.identity();
	const { files } = adapters;
	const roots = await SiteRoots.resolve(files, configuredRoots(settings));
	const machine = await machineId(state.path, adapters.random);
	const home = told?.home ?? '';
	return {
		settings, differences, told, home, database, identity, files, roots, machine,
		tables: { prefix: settings.prefix, shared: [settings.customUserTable, settings.customUserMetaTable].filter((name) => name !== null) },
		release: await readCoreRelease(files, Buffer.from(settings.dirs.abspath), told?.wordpress ?? { version: 'unknown', locale: 'en_US' }),
		binding: bindingOf({
			home, databaseUid: identity.uid, databaseName: settings.db.name, prefix: settings.prefix, machineId: machine,
			userId: process.getuid?.() ?? 0, abspath: settings.dirs.abspath,
		}),
		lockName: `holdfast:${createHash('sha256').update(`${settings.db.name}\0${settings.prefix}`).digest('hex').slice(0, 32)}`,
	};
}

/** The site's files, with what is never backed up: Holdfast's own places and what the admin excludes. */
export function siteTree(site: Site, state: StateFolder, ring: KeyRing, excluded: readonly string[]): SiteTree {
	const { dirs } = site.settings;
	const own = [state.path, join(dirs.plugins, 'holdfast'), join(dirs.muPlugins, 'holdfast-loader.php')];
	return new SiteTree(site.files, new Scope({ roots: site.roots, release: site.release, own, excluded }), ring);
}

/** The fact `site`: FORMAT.md section 3. */
export function siteFact(site: Site): Buffer {
	const { dirs } = site.settings;
	return Buffer.from(JSON.stringify({
		v: 1, home: site.home, siteurl: site.told?.siteurl ?? '', prefix: site.settings.prefix,
		wordpress: { version: site.release.version, locale: site.release.locale },
		php: site.told?.php ?? null, database: { version: site.identity.version, flavour: site.identity.flavour },
		roots: {
			root: dirs.abspath, content: dirs.content, plugins: dirs.plugins, 'mu-plugins': dirs.muPlugins, themes: dirs.themes,
			uploads: dirs.uploads, languages: dirs.languages,
		},
	}));
}

function configuredRoots({ dirs }: SiteSettings): ConfiguredRoots {
	return {
		root: dirs.abspath, content: dirs.content, plugins: dirs.plugins, 'mu-plugins': dirs.muPlugins, themes: dirs.themes,
		uploads: dirs.uploads, languages: dirs.languages,
	};
}

async function settingsOfFile(abspath: string): Promise<{ fromFile: SiteSettings | null; failure: HoldfastError | null }> {
	const path = await findWpConfig(abspath);
	if (path === null) {
		return { fromFile: null, failure: new HoldfastError('SETTINGS_UNREADABLE', `There is no wp-config.php for ${abspath}.`) };
	}
	try {
		return { fromFile: await settingsOfSource(path, await readFile(path, 'utf8'), abspath), failure: null };
	} catch (error) {
		const failure = error instanceof HoldfastError ? error : new HoldfastError('SETTINGS_UNREADABLE', `${path} cannot be read.`, { cause: error });
		return { fromFile: null, failure };
	}
}

async function settingsOfSource(path: string, source: string, abspath: string): Promise<SiteSettings> {
	const included = await readIncluded(path, source);
	return settingsFromFile(parseWpConfig(source, { path, env: process.env, readFile: (name) => included.get(name) ?? null }), abspath);
}

/** Logs in as this text of a wp-config.php says, and looks for the site's tables. @throws SETTINGS_…, DB_… */
export async function tryLogin(source: string, abspath: string, adapters: Pick<AgentAdapters, 'openDatabase'>): Promise<void> {
	const settings = await settingsOfSource(join(abspath, 'wp-config.php'), source, abspath);
	const database = await adapters.openDatabase(connectInfos(settings));
	try {
		const { tables } = await database.listTables({ prefix: settings.prefix });
		if (!tables.some(({ name }) => name === `${settings.prefix}options`)) {
			throw new HoldfastError('DB_UNKNOWN_DATABASE', `The database ${settings.db.name} has no WordPress tables that begin with ${settings.prefix}.`);
		}
	} finally {
		await database.close();
	}
}

/** Files that wp-config.php, or one that it includes, may include: what they quote as `….php`. The parser asks for them by absolute path. */
async function readIncluded(path: string, source: string): Promise<Map<string, string>> {
	const included = new Map<string, string>();
	const waiting = [{ path, source }];
	for (let one = waiting.shift(); one !== undefined && included.size < includedFilesMax; one = waiting.shift()) {
		for (const [, name] of one.source.matchAll(/['"]([\w./-]+\.php)['"]/g)) {
			// `__DIR__ . '/x.php'` as well as `'/etc/site/x.php'`.
			for (const file of [join(dirname(one.path), name!), join(dirname(path), name!), name!]) {
				if (!file.startsWith('/') || file === path || included.has(file) || /\/wp-settings\.php$/.test(file)) { continue; }
				const text = await readFile(file, 'utf8').catch(() => null);
				if (text === null) { continue; }
				included.set(file, text);
				waiting.push({ path: file, source: text });
			}
		}
	}
	return included;
}
