import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { fixturesDir } from '../paths.ts';
import { ensureOwnDir, giveTree } from '../system/dev-user.ts';
import type { WordPressTree } from '../wordpress/tree.ts';
import { phpFile, phpScript } from './php.ts';
import { adminLogin, type SitePlace } from './site.ts';
import { seedArguments, type SeedSize } from './seed-size.ts';
import { wpConfig, type ConfigOptions } from './wp-config.ts';

/** WordPress's own files and a configuration; the database exists already and is empty. */
export async function layOutFiles(place: SitePlace, tree: WordPressTree, config: ConfigOptions): Promise<void> {
	ensureOwnDir(place.root);
	await copyTree(tree.root, place.root);
	await writeFile(join(place.root, 'wp-config.php'), wpConfig(place.db, config), { mode: 0o640 });
	await copyTree(join(fixturesDir, 'seed-plugin'), ensureOwnDir(join(place.root, 'wp-content/plugins/harbour-log')));
	await giveTree(place.root);
}

export async function install(place: SitePlace, iniFile: string): Promise<void> {
	await phpScript({ ...place, iniFile }, 'install.php', [
		'Holdfast Harbour',
		adminLogin.user,
		adminLogin.password,
		'admin@example.org',
	]);
}

export async function seed(place: SitePlace, iniFile: string, size: SeedSize): Promise<void> {
	await phpFile({ ...place, iniFile }, join(fixturesDir, 'seed.php'), seedArguments(size));
}

/** Copies what a folder holds; shares blocks where the file system can, never inodes. */
export async function copyTree(from: string, to: string): Promise<void> {
	await execa('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
}

/** The plugin as it is being worked on, without a copy to keep up to date. */
export async function linkPlugin(place: SitePlace, pluginFolder: string): Promise<void> {
	await symlink(pluginFolder, join(place.root, 'wp-content/plugins/holdfast'));
}
