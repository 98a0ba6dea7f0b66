import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../errors.ts';
import type { SiteOptions } from './program.ts';

const loader = join('wp-content', 'mu-plugins', 'holdfast-loader.php');

/**
 * The state folder of the site that a command means: named, or by the must-use loader of a WordPress folder (this one,
 * or one above, where none is named). The loader is read as text, never run.
 * @throws STATE_FOLDER_UNKNOWN
 */
export function findStateFolder(site: SiteOptions, workingFolder: string): string {
	if (site.state !== undefined) {
		return resolve(workingFolder, site.state);
	}
	const start = resolve(workingFolder, site.wp ?? '.');
	for (let folder = start; ; folder = dirname(folder)) {
		const named = stateNamedIn(join(folder, loader));
		if (named !== null) {
			return named;
		}
		if (site.wp !== undefined || dirname(folder) === folder) {
			throw new HoldfastError('STATE_FOLDER_UNKNOWN', `No must-use loader of Holdfast names a state folder in ${start}.`);
		}
	}
}

function stateNamedIn(file: string): string | null {
	try {
		const quoted = /define\(\s*'HOLDFAST_STATE',\s*'((?:[^'\\]|\\.)*)'\s*\)/.exec(readFileSync(file, 'utf8'));
		return quoted ? quoted[1]!.replace(/\\(['\\])/g, '$1') : null;
	} catch {
		return null;
	}
}
