import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSite, removeSite } from '../../dev/services/nginx.ts';
import { freeSitePort } from '../../dev/services/ports.ts';
import type { Stack } from '../../dev/services/stack.ts';
import { copyTree } from '../../dev/site/create.ts';
import { createDatabase, dropDatabase, siteDatabase } from '../../dev/site/database.ts';
import { phpCode, phpFile } from '../../dev/site/php.ts';
import type { SeedSize } from '../../dev/site/seed-size.ts';
import { adminLogin, siteUrl, type SitePlace } from '../../dev/site/site.ts';
import { wpConfig } from '../../dev/site/wp-config.ts';
import { ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
import { sharedStack, startStack, type RunningStack } from './running-stack.ts';
import { rootSql, siteSql } from './sql.ts';
import { template } from './template.ts';
import { Visitor } from './visitor.ts';

export interface SiteOptions {
	/** How much content; `none` is a fresh WordPress with the seed plugin's empty tables. */
	readonly seed?: SeedSize;
	/** `own` gives the site a MariaDB, php-fpm and nginx of its own, which the test may kill and restart. */
	readonly services?: 'shared' | 'own';
}

export interface TestSite extends SitePlace {
	/** A folder of this site's own beside the WordPress folder, for whatever a test brings along; gone after destroy(). */
	readonly folder: string;
	readonly iniFile: string;
	/** Only with `services: 'own'`. */
	readonly stack: Stack | undefined;
	/** Runs PHP with WordPress loaded, as the web server's user; code without an opening tag, arguments in $args. */
	php(code: string, args?: readonly string[]): Promise<string>;
	phpFile(file: string, args?: readonly string[]): Promise<string>;
	/** As the site's own database user. */
	sql(statements: string): Promise<(string | null)[][]>;
	visitor(): Visitor;
	loggedIn(): Promise<Visitor>;
	destroy(): Promise<void>;
}

/** A WordPress of the test's own, in about a second: the template's files and database, copied. */
export async function makeSite({ seed = 'small', services = 'shared' }: SiteOptions = {}): Promise<TestSite> {
	const shared = sharedStack();
	const id = randomBytes(5).toString('hex');
	const folder = ensureOwnDir(join(ensureOwnDir(join(shared.folder, 'sites')), id));
	const own = services === 'own' ? await startStack(join(folder, 'services'), shared.tree) : undefined;
	const stack = own?.running ?? shared;
	const from = await template(shared, seed);
	const port = await freeSitePort();
	const names = { name: `wp_${id}`, password: id, prefix: 'wp_' };
	const place: SitePlace = {
		url: siteUrl(port),
		port,
		root: join(folder, 'wordpress'),
		db: siteDatabase(stack.mariadb, names),
		admin: adminLogin,
	};

	ensureOwnDir(place.root);
	await Promise.all([
		copyTree(from.root, place.root).then(async () => {
			await writeFile(join(place.root, 'wp-config.php'), wpConfig(place.db, { blockExternal: true, cron: false }), {
				mode: 0o640,
			});
			await giveTree(join(place.root, 'wp-config.php'));
		}),
		loadDatabase(stack, place, await readFile(from.dump), from.url),
	]);
	await addSite(stack.nginx, { port, root: place.root, phpSocket: stack.phpSocket });
	return handle(place, { folder, stack, own: own?.stack });
}

/** The dump with the copy's address in it; both addresses are equally long, so serialized strings stay valid. */
async function loadDatabase(stack: RunningStack, place: SitePlace, dump: Buffer, templateUrl: string): Promise<void> {
	await rootSql(stack.mariadb, createDatabase({ name: place.db.name, password: place.db.password, prefix: place.db.prefix }));
	const text = dump.toString('latin1').replaceAll(templateUrl, place.url);
	await rootSql(stack.mariadb, Buffer.from(text, 'latin1'), place.db.name);
}

function handle(
	place: SitePlace,
	{ folder, stack, own }: { folder: string; stack: RunningStack; own: Stack | undefined },
): TestSite {
	const phpPlace = { root: place.root, url: place.url, iniFile: stack.iniFile };
	return {
		...place,
		folder,
		iniFile: stack.iniFile,
		stack: own,
		php: async (code, args) => await phpCode(phpPlace, code, args),
		phpFile: async (file, args) => await phpFile(phpPlace, file, args),
		sql: async (statements) => await siteSql(place.db, statements),
		visitor: () => new Visitor(place.url),
		loggedIn: async () => await new Visitor(place.url).login(place.admin.user, place.admin.password),
		destroy: async () => {
			if (own === undefined) {
				removeSite(stack.nginx, place.port);
				await rootSql(stack.mariadb, dropDatabase(place.db.name));
			} else {
				await own.stop();
			}
			await rm(folder, { recursive: true, force: true });
		},
	};
}
