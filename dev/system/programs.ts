import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DevError } from '../errors.ts';

/** Debian keeps servers in sbin, which an ordinary user's PATH leaves out. */
const searchPath = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];

export function findProgram(...names: string[]): string | undefined {
	for (const name of names) {
		for (const folder of searchPath) {
			const path = join(folder, name);
			if (folder !== '' && isExecutable(path)) {
				return path;
			}
		}
	}
	return undefined;
}

export function requireProgram(...names: string[]): string {
	const found = findProgram(...names);
	if (found === undefined) {
		throw new DevError(
			`The program ${names.join(' or ')} is not installed.`,
			'run `npm start` once; it installs what is missing.',
		);
	}
	return found;
}

/** php-fpm carries its version in its name; the newest one that also has a command line of the same version wins. */
export function findPhpFpm(): { fpm: string; cli: string } | undefined {
	const versions = new Set<string>();
	for (const folder of searchPath) {
		for (const name of namesIn(folder)) {
			const version = /^php-fpm(\d+\.\d+)$/.exec(name)?.[1];
			if (version !== undefined) {
				versions.add(version);
			}
		}
	}
	const newestFirst = [...versions].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
	for (const version of newestFirst) {
		const fpm = findProgram(`php-fpm${version}`);
		const cli = findProgram(`php${version}`);
		if (fpm !== undefined && cli !== undefined) {
			return { fpm, cli };
		}
	}
	return undefined;
}

export function requirePhpFpm(): { fpm: string; cli: string } {
	const found = findPhpFpm();
	if (found === undefined) {
		throw new DevError('php-fpm is not installed.', 'run `npm start` once; it installs what is missing.');
	}
	return found;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
