import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DevError } from '../errors.ts';

/** What a site has of its own and a fresh WordPress has not. */
const notOurs = [
	'wp-config.php',
	'.htaccess',
	'wp-content/uploads',
	'wp-content/cache',
	'wp-content/upgrade',
	'wp-content/mu-plugins',
	'wp-content/db.php',
	'wp-content/object-cache.php',
	'wp-content/advanced-cache.php',
];
const silence = '<?php\n// Silence is golden.\n';

/** Turns what any source brought into the tree that wordpress.org hands out. */
export async function makePlain(root: string): Promise<void> {
	for (const path of notOurs) {
		await rm(join(root, path), { recursive: true, force: true });
	}
	for (const folder of ['wp-content', 'wp-content/plugins', 'wp-content/themes']) {
		await mkdir(join(root, folder), { recursive: true });
		if (!existsSync(join(root, folder, 'index.php'))) {
			await writeFile(join(root, folder, 'index.php'), silence);
		}
	}
	const link = await firstLink(root);
	if (link !== undefined) {
		throw new DevError(`${link} is still a link.`, 'set HOLDFAST_WORDPRESS to a plain WordPress folder.');
	}
	const themes = (await readdir(join(root, 'wp-content/themes'), { withFileTypes: true })).filter((entry) => entry.isDirectory());
	if (themes.length === 0) {
		throw new DevError('This WordPress has no theme.', 'set HOLDFAST_WORDPRESS to a WordPress folder that has one.');
	}
}

async function firstLink(folder: string): Promise<string | undefined> {
	for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
		if (entry.isSymbolicLink()) {
			return join(entry.parentPath, entry.name);
		}
	}
	return undefined;
}
