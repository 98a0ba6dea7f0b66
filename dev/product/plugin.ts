import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DevError } from '../errors.ts';
import { pluginDir, repoRoot } from '../paths.ts';
import { copyTree } from '../site/create.ts';
import { phpCode } from '../site/php.ts';
import type { SitePlace } from '../site/site.ts';
import { ensureOwnDir, giveTree } from '../system/dev-user.ts';
import { build } from '../verbs/build.ts';
import { bundleCapture } from './bundle.ts';

const builtFiles = [join(pluginDir, 'agent', 'holdfast.cjs'), join(pluginDir, 'build', 'index.js')];

/** Builds page and agent where a source is newer than what was built; the bundle of PHP, which takes a blink, always. */
export async function ensureBuilt(): Promise<void> {
	bundleCapture(pluginDir);
	const builtAt = Math.min(...builtFiles.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
	const sources = ['protocol/src', 'sync-client/src', 'admin-ui/src'].map((folder) => join(repoRoot, folder));
	if (builtAt > 0 && sources.every((folder) => newestIn(folder) < builtAt)) {
		return;
	}
	if ((await build()) !== 0) {
		throw new DevError('The plugin could not be built.', 'read what the build printed above.');
	}
}

function newestIn(folder: string): number {
	return Math.max(
		0,
		...readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
			.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
	);
}

/** Copies the plugin into a site, as unzipping it does. */
export async function installPlugin(site: Pick<SitePlace, 'root'>): Promise<void> {
	const target = join(site.root, 'wp-content/plugins/holdfast');
	await rm(target, { recursive: true, force: true });
	await copyTree(pluginDir, ensureOwnDir(target));
	bundleCapture(target); // What was changed since the build is in it, too.
	await giveTree(target);
}

/** Activates the plugin, and starts the agent where it is not running: what a visit of wp-admin does. Resolves with the state folder. */
export async function activatePlugin(place: { root: string; url: string; iniFile: string }): Promise<string> {
	const state = await phpCode(
		place,
		`require_once ABSPATH . 'wp-admin/includes/plugin.php';
		if ( is_plugin_active( 'holdfast/holdfast.php' ) ) {
			Holdfast\\Lifecycle::activate();
		} else {
			$error = activate_plugin( 'holdfast/holdfast.php' );
			if ( is_wp_error( $error ) ) { fwrite( STDERR, $error->get_error_message() ); exit( 1 ); }
		}
		echo Holdfast\\State\\Folder::find();`,
	);
	if (state === '') {
		throw new DevError('The plugin found no place for its state folder.', `is the folder above ${place.root} writable?`);
	}
	return state;
}

/** On the development machine an endpoint's port can be taken at the next start; on a real one its address stays. */
export async function tellEndpointMoved(place: { root: string; url: string; iniFile: string }, url: string): Promise<void> {
	await phpCode(
		place,
		`$path = HOLDFAST_STATE . '/pairing.php';
		$pairing = Holdfast\\State\\Guarded::read( $path );
		if ( null !== $pairing ) { Holdfast\\State\\Guarded::write( $path, array( 'url' => $args[0] ) + $pairing ); }`,
		[url],
	);
}
