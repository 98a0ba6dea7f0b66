import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RestoreResult } from '@holdfast/protocol';
import { installPlugin } from '../../dev/product/plugin.ts';
import { giveTree } from '../../dev/system/dev-user.ts';
import { compareSnapshots, isBackedUp, makeProtectedSite, snapshotSite, type ProtectedSite, type Snapshot } from '../harness/index.ts';
import { sharedStack } from '../harness/running-stack.ts';
import { rootSql } from '../harness/sql.ts';

/* Each way destroys the site, then brings it back with the agent's command line; nothing of WordPress is asked. */

let site: ProtectedSite;
let then: Snapshot;
let point: number;
beforeAll(async () => {
	site = await makeProtectedSite();
	// What WordPress and its theme write at a first visit is there beforehand.
	for (const path of ['/', '/wp-login.php', '/?rest_route=/']) { await site.visitor().get(path); }
	await site.untilDurable();
	point = (await site.ask<{ seq: number }>('backup', '--name', 'Before all')).seq;
	then = await snapshotSite(site, { files: isBackedUp });
	await site.holdfast('stop');
}, 240_000);
afterEach(async () => {
	// Holdfast's own plugin is not a part of the backup: an administrator installs it again.
	await installPlugin(site);
	await site.holdfast('stop');
});
afterAll(async () => {
	await then?.forget();
	await site?.destroy();
});

const front = async (): Promise<number> => (await site.visitor().get('/').catch(() => ({ status: 0 }))).status;

async function restore(...more: string[]): Promise<RestoreResult> {
	const { exitCode, stdout, stderr } = await site.holdfast('restore', '--point', String(point), '--part', 'everything', '--json', ...more);
	expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
	return JSON.parse(stdout) as RestoreResult;
}

/** What WordPress does by itself when it is visited is not the restore's. */
async function expectThen(ignored: readonly string[] = []): Promise<void> {
	const now = await snapshotSite(site, { files: isBackedUp });
	try {
		const comparison = await compareSnapshots(then, now, {
			ignoreRows: (table, row) => table === 'wp_options' && /^(cron|_transient_|_site_transient_|active_plugins)/.test(row['option_name'] ?? ''),
			ignoreFiles: (path) => ignored.includes(path),
		});
		expect(comparison).toMatchObject({ differences: [], equal: true });
	} finally {
		await now.forget();
	}
}

describe('the command line restores in place', () => {
	test('when every page is a white screen', async () => {
		await appendFile(join(site.root, 'wp-content/plugins/harbour-log/harbour-log.php'), '\n<?php this is fatal(');
		expect(await front()).toBe(500);
		expect(await restore()).toMatchObject({ equal: true });
		expect(await front()).toBe(200);
		await expectThen();
	}, 240_000);

	test('when the plugins folder is gone, Holdfast’s plugin with it', async () => {
		await rm(join(site.root, 'wp-content/plugins'), { recursive: true });
		expect(await restore()).toMatchObject({ equal: true });
		await expectThen();
		expect(await front()).toBe(200);
	}, 240_000);

	test('when the database is empty', async () => {
		const tables = (await site.sql('SHOW FULL TABLES')).map(([name, type]) => `DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\`;`);
		await site.sql(`SET foreign_key_checks = 0; ${tables.join(' ')}`);
		expect(await site.sql('SHOW TABLES')).toEqual([]);
		expect(await restore()).toMatchObject({ equal: true });
		await expectThen();
		expect(await front()).toBe(200);
	}, 240_000);

	test('when wp-config.php is missing: WordPress had handed its settings over', async () => {
		await rm(join(site.root, 'wp-config.php'));
		// WordPress wants to be set up anew: it never comes to this code.
		expect(await site.php('echo 1;').catch(() => '')).toBe('');
		expect(await restore()).toMatchObject({ equal: true });
		await expectThen();
		expect(await front()).toBe(200);
	}, 240_000);

	test('when the settings changed since WordPress last ran, and wp-config.php takes them from files that it requires', async () => {
		const config = join(site.root, 'wp-config.php');
		const before = await readFile(config, 'utf8');
		const { mariadb } = sharedStack();
		const password = async (now: string): Promise<void> => {
			await rootSql(mariadb, ['localhost', '127.0.0.1'].map((host) => `ALTER USER '${site.db.user}'@'${host}' IDENTIFIED BY '${now}';`).join(' '));
		};
		await mkdir(join(site.root, 'config'));
		await writeFile(join(site.root, 'config/secrets.php'), "<?php\ndefine( 'DB_PASSWORD', 'another-xxx' );\n");
		await writeFile(join(site.root, 'config/db.php'), "<?php\nrequire __DIR__ . '/secrets.php';\n");
		await writeFile(config, before.replace(/define\( 'DB_PASSWORD'.*\n/, "require_once __DIR__ . '/config/db.php';\n"));
		await giveTree(join(site.root, 'config'));
		await password('another-xxx');
		try {
			await appendFile(join(site.root, 'wp-content/plugins/harbour-log/harbour-log.php'), '\n<?php this is fatal(');
			const { exitCode, stdout } = await site.holdfast('restore', '--point', String(point), '--part', 'plugins', 'database', '--json');
			expect(exitCode).toBe(0);
			expect(JSON.parse(stdout)).toMatchObject({ equal: true });
			expect(await front()).toBe(200);
		} finally {
			await password(site.db.password);
			await writeFile(config, before);
			await rm(join(site.root, 'config'), { recursive: true });
		}
		await expectThen();
	}, 240_000);
});
