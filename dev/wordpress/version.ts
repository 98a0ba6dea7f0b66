import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevError } from '../errors.ts';

/** The admin page uses React components that WordPress has since this version. */
export const oldestWordPress = '6.6';

export function versionOf(root: string): string {
	const file = join(root, 'wp-includes', 'version.php');
	const version = existsSync(file) ? /^\$wp_version\s*=\s*'([^']+)'/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
	if (version === undefined) {
		throw new DevError(
			`${root} is not a WordPress folder: it has no wp-includes/version.php.`,
			'name the folder that wp-load.php lies in.',
		);
	}
	if (version.localeCompare(oldestWordPress, 'en', { numeric: true }) < 0) {
		throw new DevError(
			`WordPress ${version} in ${root} is too old; Holdfast needs ${oldestWordPress} or newer.`,
			'set HOLDFAST_WORDPRESS to a newer one.',
		);
	}
	return version;
}
