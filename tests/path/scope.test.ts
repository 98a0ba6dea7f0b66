import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Point, RestoreResult } from '@holdfast/protocol';
import { giveTree } from '../../dev/system/dev-user.ts';
import { compareSnapshots, isBackedUp, makeProtectedSite, restoredCopy, snapshotSite, type ProtectedSite, type Snapshot } from '../harness/index.ts';
import { untilSettled } from './load/kill.ts';

let site: ProtectedSite;
/** Where the uploads really are: wp-content/uploads is a link to it. */
let media: string;
let point: Point;

/** Left out, with what is in them; by path from the site's root. */
const leftOut = [
	'wp-content/uploads/private',
	'wp-content/uploads/donotbackup',
	'wp-content/themes/donotbackup',
	'wp-content/cache',
	'wp-content/upgrade',
	'shop',
	'wp-content/plugins/holdfast',
	'wp-content/mu-plugins/holdfast-loader.php',
	'wp-includes',
	'wp-admin',
];
/** A file in each, changed by the test after the point. */
const outside = [
	'wp-content/uploads/private/secret.txt',
	'wp-content/uploads/donotbackup/x.txt',
	'wp-content/themes/donotbackup/deep/y.txt',
	'wp-content/cache/page.html',
	'wp-content/upgrade/half.zip',
	'shop/wp-content/uploads/goods.txt',
	'wp-includes/l10n.php',
];
const oddNames = [Buffer.from('two\nlines.txt'), Buffer.from([0x62, 0xff, 0xfe, 0x2e, 0x74]), Buffer.from(`${'n'.repeat(251)}.txt`), Buffer.from(' -rf "$HOME" \\ *.txt')];

function put(path: string, content = path): void {
	mkdirSync(join(site.root, dirname(path)), { recursive: true });
	writeFileSync(join(site.root, path), content);
}

const odd = (folder: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${join(site.root, folder)}/`), name]);

beforeAll(async () => {
	site = await makeProtectedSite({ connect: false });
	media = join(site.folder, 'media');
	renameSync(join(site.root, 'wp-content/uploads'), media);
	symlinkSync(media, join(site.root, 'wp-content/uploads'));

	put('wp-content/uploads/private/.donotbackup', '');
	put('shop/wp-load.php', '<?php');
	put('shop/wp-includes/version.php', '<?php');
	outside.filter((path) => !path.startsWith('wp-includes')).forEach((path) => put(path));
	for (const folder of ['wp-content/uploads', 'wp-content/themes']) {
		oddNames.forEach((name) => writeFileSync(odd(folder, name), 'odd'));
	}
	mkdirSync(join(site.root, 'wp-content/empty'));
	symlinkSync('.', join(site.root, 'wp-content/loop'));
	symlinkSync('nowhere/at all', join(site.root, 'wp-content/dangling'));
	symlinkSync(site.folder, join(site.root, 'wp-content/uploads/outwards'));
	await giveTree(site.root);
	await giveTree(media);
	await site.sql(`
		CREATE TABLE wp_shop_options LIKE wp_options; INSERT INTO wp_shop_options SELECT * FROM wp_options LIMIT 5;
		CREATE TABLE wp_shop_users LIKE wp_users; INSERT INTO wp_shop_users SELECT * FROM wp_users;
		CREATE TABLE wp_shop_orders (id INT PRIMARY KEY); INSERT INTO wp_shop_orders VALUES (1), (2);
		CREATE TABLE other_posts (id INT PRIMARY KEY); INSERT INTO other_posts VALUES (1);`);
	await site.holdfast('stop');
	await site.startAgent(); // The uploads have moved since it started.
	await site.ask('connect', await site.endpoint.pairingCode());
	await untilSettled(site);
	await site.visitor().get('/');
	point = await site.ask<Point>('backup', '--name', 'Scope');
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

const isOurs = (path: string): boolean => isBackedUp(path) && !leftOut.includes(path);
const isOurTable = (name: string): boolean => name.startsWith('wp_') && !name.startsWith('wp_shop_');
const ours = async (): Promise<Snapshot> => await snapshotSite(site, { files: isOurs, tables: isOurTable });
const uploads = async (root = media): Promise<Snapshot> =>
	await snapshotSite({ root, db: site.db }, { tables: () => false, files: (path) => isOurs(`wp-content/uploads/${path}`) });

test('a backup holds what is the site’s, links and odd names as they are, and nothing else', async () => {
	const copy = await restoredCopy(site, point.seq);
	try {
		expect(leftOut.filter((path) => existsSync(join(copy.root, path)))).toEqual([]);
		expect(await copy.sql("SHOW TABLES LIKE '%shop%'")).toEqual([]);
		expect(await copy.sql("SHOW TABLES LIKE 'other%'")).toEqual([]);
		const isUploads = (path: string): boolean => path.startsWith('wp-content/uploads');
		const restored = await snapshotSite(copy, { files: isOurs });
		expect((await compareSnapshots(await ours(), restored, { autoIncrement: 'equal', ignoreFiles: isUploads })).differences).toEqual([]);
		// A root is followed where it is a link; other links are kept as links.
		expect((await compareSnapshots(await uploads(), await uploads(join(copy.root, 'wp-content/uploads')))).differences).toEqual([]);
		expect(lstatSync(join(copy.root, 'wp-content/uploads/outwards')).isSymbolicLink()).toBe(true);
	} finally {
		await copy.forget();
	}
});

test('what is left out is told', async () => {
	const { leftOut: told } = await site.status();
	const names = told.map(({ what }) => what);
	for (const what of ['uploads/private', 'uploads/donotbackup', 'themes/donotbackup', 'content/cache', 'shop', 'plugins/holdfast', 'wp-admin']) {
		expect(names).toContain(what);
	}
});

test('a restore neither deletes nor replaces what is out of scope, and brings back all that is in it', async () => {
	const [good, goodUploads] = [await ours(), await uploads()];
	const core = join(site.root, 'wp-includes/l10n.php');
	outside.filter((path) => join(site.root, path) !== core).forEach((path) => writeFileSync(join(site.root, path), 'later'));
	writeFileSync(core, `${readFileSync(core, 'utf8')}\n// later`);
	utimesSync(core, Date.now() / 1000 + 7200, Date.now() / 1000 + 7200); // Long after the release was laid out.
	put('wp-content/uploads/private/new.txt');
	put('shop/new.php');
	await site.sql('DELETE FROM wp_shop_orders WHERE id = 1; INSERT INTO wp_shop_orders VALUES (3); DROP TABLE other_posts; UPDATE wp_shop_options SET option_value = 1;');
	// Inside: odd names go, links lead elsewhere or become files, a table is lost.
	for (const folder of ['wp-content/uploads', 'wp-content/themes']) {
		oddNames.forEach((name) => rmSync(odd(folder, name)));
	}
	for (const link of ['wp-content/loop', 'wp-content/dangling', 'wp-content/uploads/outwards']) {
		rmSync(join(site.root, link));
	}
	put('wp-content/loop', 'a file now');
	symlinkSync('elsewhere', join(site.root, 'wp-content/dangling'));
	rmSync(join(site.root, 'wp-content/empty'), { recursive: true });
	await site.sql('DROP TABLE wp_harbour_stock; DELETE FROM wp_posts LIMIT 3;');
	await giveTree(site.root);
	await giveTree(media);

	const result = await site.ask<RestoreResult>('restore', '--point', String(point.seq), '--part', 'everything');
	expect(result).toMatchObject({ equal: true, differing: [] });
	expect(result.kept.map(({ what }) => what)).toContain('wp-includes/l10n.php');
	expect((await compareSnapshots(good, await ours())).differences).toEqual([]);
	expect((await compareSnapshots(goodUploads, await uploads())).differences).toEqual([]);
	expect(lstatSync(join(site.root, 'wp-content/uploads')).isSymbolicLink()).toBe(true);

	// Pages of the other state are the one thing out of scope that goes.
	expect(existsSync(join(site.root, 'wp-content/cache/page.html'))).toBe(false);
	const kept = outside.filter((path) => !path.includes('/cache/'));
	expect(kept.map((path) => readFileSync(join(site.root, path), 'utf8').slice(-5))).toEqual(kept.map(() => 'later'));
	for (const path of ['wp-content/uploads/private/new.txt', 'shop/new.php']) {
		expect(existsSync(join(site.root, path))).toBe(true);
	}
	expect(await site.sql('SELECT id FROM wp_shop_orders ORDER BY 1')).toEqual([['2'], ['3']]);
	expect(await site.sql('SELECT DISTINCT option_value FROM wp_shop_options')).toEqual([['1']]);
	expect(readdirSync(join(site.root, 'wp-content/plugins/holdfast')).length).toBeGreaterThan(3);
	expect(execFileSync('find', [site.root, '-name', '.holdfast-*.tmp'], { encoding: 'utf8' })).toBe('');
}, 120_000);
