/** Finds wp-config.php as wp-load.php does. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The file in ABSPATH; else the one in the folder above, unless that folder is a WordPress of its own. Null where there is neither. */
export async function findWpConfig(absPath: string): Promise<string | null> {
	const here = join(absPath, 'wp-config.php');
	if (await exists(here)) return here;
	const above = dirname(join(absPath, '.'));
	const there = join(above, 'wp-config.php');
	return (await exists(there)) && !(await exists(join(above, 'wp-settings.php'))) ? there : null;
}

const exists = (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);
