import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists } from './files.ts';

/** The folder of a WordPress site that `folder` lies in, whether it exists yet or not; null where there is none. */
export async function wordPressAround(folder: string): Promise<string | null> {
	let real = resolve(folder);
	while (!(await exists(real))) real = dirname(real);
	/* Links resolved: a link into a site is a way into the site. */
	for (let at = await realpath(real); ; at = dirname(at)) {
		if ((await exists(join(at, 'wp-load.php'))) || (await exists(join(at, 'wp-config.php')))) return at;
		if (at === dirname(at)) return null;
	}
}
