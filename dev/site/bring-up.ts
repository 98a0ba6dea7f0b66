import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../services/ports.ts';
import type { Stack } from '../services/stack.ts';
import { seconds, step } from '../terminal.ts';
import type { WordPressTree } from '../wordpress/tree.ts';
import { install, layOutFiles, seed } from './create.ts';
import { createDatabase, siteDatabase } from './database.ts';
import { adminLogin, siteUrl, type SitePlace } from './site.ts';
import type { SeedSize } from './seed-size.ts';

const firstPort = 18_080;

/** The site of `npm start`: made at the first start, found again at later ones. */
export async function bringUpSite({
	folder,
	stack,
	tree,
	size,
}: {
	folder: string;
	stack: Stack;
	tree: WordPressTree;
	size: SeedSize;
}): Promise<SitePlace> {
	const file = join(folder, 'site.json');
	const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SitePlace) : undefined;
	const place = kept === undefined ? await newPlace(folder, stack) : await again(kept, stack);
	if (kept === undefined) {
		const startedAtMs = Date.now();
		step('installing WordPress and seeding a site');
		rmSync(place.root, { recursive: true, force: true });
		await stack.mariadb.sql(createDatabase(place.db));
		await layOutFiles(place, tree, { blockExternal: tree.origin !== 'wordpress.org', cron: true });
		await install(place, stack.php.iniFile);
		await seed(place, stack.php.iniFile, size);
		step(`seeded in ${seconds(startedAtMs)}`);
	}
	writeFileSync(file, JSON.stringify(place, undefined, '\t'), { mode: 0o600 });
	await stack.nginx.addSite({ port: place.port, root: place.root, phpSocket: stack.php.socket });
	return place;
}

async function newPlace(folder: string, stack: Stack): Promise<SitePlace> {
	const port = await freePort(firstPort);
	const names = { name: 'wordpress', password: randomBytes(9).toString('hex'), prefix: 'wp_' };
	return {
		url: siteUrl(port),
		port,
		root: join(folder, 'wordpress'),
		db: siteDatabase(stack.mariadb.address, names),
		admin: adminLogin,
	};
}

/** A later start may find ports taken: the site's address then moves, as it would on a real server. */
async function again(kept: SitePlace, stack: Stack): Promise<SitePlace> {
	const port = await freePort(kept.port);
	const url = siteUrl(port);
	if (port !== kept.port) {
		step(`port ${kept.port} is taken; the site moves to ${url}`);
		await stack.mariadb.sql(
			`UPDATE \`${kept.db.name}\`.\`${kept.db.prefix}options\` SET option_value = '${url}' WHERE option_name IN ( 'home', 'siteurl' );`,
		);
	}
	return { ...kept, url, port, db: { ...kept.db, port: stack.mariadb.address.port } };
}
