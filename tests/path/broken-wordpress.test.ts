import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan, RestoreResult } from '@holdfast/protocol';
import { installPlugin } from '../../dev/product/plugin.ts';
import { ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
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

describe('the result of a restore', () => {
	const muPlugin = (): string => join(site.root, 'wp-content/mu-plugins/rewriter.php');

	test('names the plugin that writes to what was restored, and calls nothing else different', async () => {
		await writeFile(muPlugin(), "<?php\nadd_action( 'init', static function () { update_option( 'hf_rewritten', (string) hrtime( true ) ); } );\n");
		await giveTree(muPlugin());
		try {
			await site.visitor().get('/');
			await site.holdfast('sweep');
			const { seq } = await site.ask<{ seq: number }>('backup', '--name', 'With a plugin that writes');
			await site.sql("UPDATE wp_options SET option_value = 'Another name' WHERE option_name = 'blogname'");
			const result = await site.ask<RestoreResult>('restore', '--point', String(seq), '--part', 'everything');
			const id = (await site.sql("SELECT option_id FROM wp_options WHERE option_name = 'hf_rewritten'"))[0]![0];
			expect(result.differing.filter(({ what }) => what === `wp_options option_id=${id}`)).toEqual([
				{ what: `wp_options option_id=${id}`, why: expect.stringMatching(/^Written since the restore by the must-use plugin “rewriter\.php” at a page view/) as unknown },
			]);
			expect(result.differing.filter(({ why }) => !why.startsWith('Written since the restore by'))).toEqual([]);
			expect(result).toMatchObject({ equal: true, answers: [{ ok: true, status: 200, before: 200 }, { ok: true }, { ok: true }] });
			expect(existsSync(join(site.state, 'origins'))).toBe(false);
			expect(await site.sql("SELECT option_value FROM wp_options WHERE option_name = 'blogname'")).not.toEqual([['Another name']]);
		} finally {
			await rm(muPlugin());
			await site.sql("DELETE FROM wp_options WHERE option_name = 'hf_rewritten'");
			await site.holdfast('sweep');
		}
	}, 240_000);

	test('lists personal data that were erased since the point, and WordPress erases them again', async () => {
		const email = 'gone@example.org';
		await site.php(`wp_insert_comment( array( 'comment_post_ID' => 1, 'comment_author' => 'Ada Gone', 'comment_author_email' => '${email}', 'comment_content' => 'Erase me', 'comment_approved' => 1 ) );`);
		const { seq } = await site.ask<{ seq: number }>('backup', '--name', 'With personal data');
		await site.php(`
			wp_comments_personal_data_eraser( '${email}', 1 );
			$id = wp_insert_post( array( 'post_type' => 'user_request', 'post_name' => 'remove_personal_data', 'post_title' => '${email}', 'post_status' => 'request-completed' ) );
			update_post_meta( $id, '_wp_user_request_completed_timestamp', time() + 1 );`);
		const author = async () => (await site.sql("SELECT comment_author, comment_author_email FROM wp_comments WHERE comment_content = 'Erase me'"))[0];
		expect(await author()).toEqual(['Anonymous', '']);
		const plan = await site.ask<Plan>('plan', '--point', String(seq), '--part', 'database');
		expect(plan.kept.map(({ what }) => what)).toContain(`Erasure of the personal data of ${email}`);
		const result = await site.ask<RestoreResult>('restore', '--plan', plan.id);
		expect(result).toMatchObject({ equal: true, erased: [{ email, done: true, messages: [] }] });
		expect(await author()).toEqual(['Anonymous', '']);
		// The next restore finds it again.
		expect((await site.ask<Plan>('plan', '--point', String(seq), '--part', 'database')).kept.map(({ what }) => what)).toContain(`Erasure of the personal data of ${email}`);
		expect(existsSync(join(site.state, 'erasures.php'))).toBe(false);
		await site.sql("DELETE FROM wp_comments WHERE comment_content = 'Erase me'; DELETE FROM wp_posts WHERE post_type = 'user_request'");
		await site.holdfast('sweep');
	}, 240_000);

	test('is no success where the front page was well before and is broken now: undo comes first', async () => {
		const functions = join(await site.php('echo get_stylesheet_directory();'), 'functions.php');
		const before = await readFile(functions, 'utf8').catch(() => null);
		await writeFile(functions, `${before ?? '<?php'}\nadd_action( 'template_redirect', static function () { not_there(); } );\n`);
		await giveTree(functions);
		await site.holdfast('sweep');
		const { seq } = await site.ask<{ seq: number }>('backup', '--name', 'With a broken theme');
		if (before === null) { await rm(functions); } else { await writeFile(functions, before); }
		expect(await front()).toBe(200);
		const { exitCode, stdout } = await site.holdfast('restore', '--point', String(seq), '--part', 'themes');
		expect(await front()).toBe(500);
		expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: expect.stringMatching(/the site does NOT answer as it did before: .*\nTo go back to how it was before: holdfast undo --restore [0-9a-f]+\n {2}http:\S+\/: It answers 500; before the restore 200\.$/) as unknown });
		const undone = await site.ask<RestoreResult>('undo');
		expect(undone).toMatchObject({ equal: true, answers: [{ ok: true, status: 200, before: 500 }, { ok: true }, { ok: true }] });
		expect(await front()).toBe(200);
	}, 240_000);
});

describe('caches after a restore', () => {
	const dropIn = (): string => join(site.root, 'wp-content/object-cache.php');
	const muPlugin = (): string => join(site.root, 'wp-content/mu-plugins/aaa.php');
	const code = (): string => join(site.root, 'wp-content/mu-plugins/code.inc');

	test('nothing of before is served: object cache, opcode cache; a request that began before puts nothing back', async () => {
		await cp(process.env.HOLDFAST_OBJECT_CACHE ?? fileURLToPath(new URL('../fixtures/object-cache.php', import.meta.url)), dropIn());
		await cp(fileURLToPath(new URL('../fixtures/cache-requests.php', import.meta.url)), muPlugin());
		await writeFile(code(), "<?php return 'then';\n");
		await giveTree(join(site.root, 'wp-content'));
		const cache = ensureOwnDir(join(site.folder, 'object-cache'));
		const go = join(cache, '..', 'go');
		const seen = async (query = '') => (await site.visitor().get(`/${query}`)).headers.get('x-seen');
		let slow: Promise<unknown> = Promise.resolve();
		try {
			await site.php("update_option( 'blogname', 'then' );");
			expect(await seen('?anew')).toBe('then then');
			await site.holdfast('sweep');
			const { seq } = await site.ask<{ seq: number }>('backup', '--name', 'Before the caches');
			await site.php("update_option( 'blogname', 'now' );");
			await writeFile(code(), "<?php return 'now';\n");
			expect(await seen('?anew')).toBe('now now');
			slow = seen(`?slow=${encodeURIComponent(go)}`);
			await untilThere(`${go}.begun`);
			const result = await site.ask<RestoreResult>('restore', '--point', String(seq), '--part', 'everything');
			expect(result).toMatchObject({ equal: true, caches: { cdn: null, purged: ['Breeze'] } });
			expect(await seen()).toBe('then then');
			expect(await readFile(`${go}.purged`, 'utf8')).toMatch(/^1+$/); // Requests at the same time may all be the first.
			await writeFile(go, '');
			await slow;
			expect(await seen()).toBe('then then');
			expect(await site.sql("SELECT option_value FROM wp_options WHERE option_name IN ('blogname', 'hf_stale')")).toEqual([['then']]);
		} finally {
			await writeFile(go, '');
			await slow;
			await seen('?forget');
			for (const path of [dropIn(), muPlugin(), code(), cache]) { await rm(path, { recursive: true, force: true, maxRetries: 20 }); }
			await site.holdfast('sweep');
		}
	}, 240_000);

	async function untilThere(path: string): Promise<void> {
		while (!existsSync(path)) { await sleep(50); }
	}
});

describe('the command line restores in place', () => {
	test('when every page is a white screen', async () => {
		await appendFile(join(site.root, 'wp-content/plugins/harbour-log/harbour-log.php'), '\n<?php this is fatal(');
		// PHP looks every other second whether a file has changed.
		for (const giveUpAt = Date.now() + 30_000; (await front()) !== 500 && Date.now() < giveUpAt; await sleep(200));
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
