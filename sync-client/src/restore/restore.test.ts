import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MysqlDatabase } from '../adapters/mysql/database.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { sqlitePlans } from '../adapters/sqlite-plans.ts';
import { sqliteSorters } from '../adapters/sqlite-sorter.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { disturb, randomOf } from '../files/testing/random-tree.ts';
import { ring } from '../collect/testing/world.ts';
import { scope, TestSite, treeOf } from '../sweep/testing/test-site.ts';
import { verify } from '../sweep/sweep.ts';
import { restoreInto } from './restore-into.ts';
import { isBeforeDecided, restoreSteps } from './steps.ts';
import { anna, databasePortrait, filesPortrait, leftoversOf, restorerOf, shell, silent } from './testing/test-restorer.ts';

let server: TestServer;
let site: TestSite;
let point = 0;
const home = mkdtempSync(join(tmpdir(), 'hf-restore-'));
beforeAll(async () => {
	server = await TestServer.start();
	site = await TestSite.seeded(server, home);
	point = (await site.firstBackup()).seq;
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const then = () => ({ seq: point, at: 1, title: 'the good day' });
const database = () => databasePortrait(server, site.world.name);
const files = () => filesPortrait(site.root);

async function wreck(): Promise<void> {
	await site.world.sql(`
		UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID < 20; DELETE FROM wp_posts WHERE ID BETWEEN 30 AND 60; INSERT INTO wp_posts (post_title, post_content) VALUES ('Later', '');
		DROP TABLE wp_binary; ALTER TABLE wp_composite ADD COLUMN d int; CREATE TABLE wp_new (id int PRIMARY KEY); INSERT INTO wp_new VALUES (1), (2); DROP TABLE wp_keyless;
		UPDATE wp_parent SET u = u + 100; UPDATE wp_parent SET u = IF(id = 1, 20, 10); DELETE FROM wp_child; DROP VIEW wp_view; CREATE VIEW wp_other AS SELECT 1;
		DROP TRIGGER wp_trigger; CREATE TRIGGER wp_worse BEFORE INSERT ON wp_posts FOR EACH ROW SET NEW.post_title = 'hacked'; TRUNCATE wp_comments; DELETE FROM wp_myisam;
		UPDATE wp_options SET option_value = 'Wrecked' WHERE option_name = 'blogname';
	`);
	rmSync(join(site.root, 'wp-content/uploads'), { recursive: true });
	appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'wrecked');
	chmodSync(join(site.root, 'wp-content/index.php'), 0o600);
	rmSync(join(site.root, 'wp-content/plugins/akismet'), { recursive: true });
	writeFileSync(join(site.root, 'wp-content/plugins/akismet'), 'a file where a folder was');
	unlinkSync(join(site.root, 'robots.txt'));
	symlinkSync('nowhere', join(site.root, 'robots.txt'));
	site.put('wp-content/themes/evil/shell.php');
	site.put('wp-content/cache/page.html', 'stale');
}

describe('restore in place', () => {
	test('a wrecked site is the point again, by independent dumps; undo brings back the wrecked one, exactly', async () => {
		const [goodRows, goodFiles] = [await database(), files()];
		const withoutSessions = (rows: readonly string[]): string[] => rows.filter((row) => !row.includes(Buffer.from('session_tokens').toString('hex').toUpperCase()));
		await wreck();
		const [badRows, badFiles] = [await database(), files()];
		const { restorer, planner } = restorerOf(site, home);
		const plan = await planner.plan({ point: then(), parts: ['everything'], by: shell });
		const progress = silent();
		const result = await restorer.restore(plan.id, shell, progress);
		expect(result.differing).toEqual([]);
		expect(result).toMatchObject({ equal: true, folded: 0, kept: [{ what: 'Sessions of other people', why: 'Everybody else is logged out.' }] });
		expect(progress.isDecided).toBe(true);
		expect(await database()).toEqual(withoutSessions(goodRows));
		expect(files()).toEqual(goodFiles);
		expect(existsSync(join(site.root, '.maintenance'))).toBe(false);
		expect(existsSync(join(site.root, 'wp-content/cache/page.html'))).toBe(false);
		expect(await site.world.stateFolder.epoch()).toBe(1);
		expect(await verify(site.sweepParts, null)).toMatchObject({ equal: true });

		const undone = await restorer.undo(null, shell, silent());
		expect(undone).toMatchObject({ equal: true, differing: [] });
		expect(await database()).toEqual(withoutSessions(badRows));
		expect(files()).toEqual(badFiles);
		const again = await restorer.undo(undone.id, shell, silent());
		expect(again.equal).toBe(true);
		expect(await database()).toEqual(withoutSessions(goodRows));
		expect(files()).toEqual(goodFiles);
		expect(leftovers()).toEqual([]);
	}, 60_000);

	test('the acting admin stays logged in; URLs, Holdfast and wp-config.php stay as now; all is named', async () => {
		await site.world.sql(`
			DELETE FROM wp_usermeta WHERE umeta_id IN (2, 4); INSERT INTO wp_usermeta VALUES (9, 1, 'session_tokens', 'new session'), (10, 2, 'session_tokens', 'bens new');
			UPDATE wp_users SET user_pass = 'new'; UPDATE wp_options SET option_value = 'http://two.example' WHERE option_name IN ('siteurl', 'home');
			UPDATE wp_options SET option_value = 'a:0:{}' WHERE option_name = 'active_plugins';
		`);
		writeFileSync(join(site.root, 'wp-config.php'), 'config of today');
		const { restorer, planner } = restorerOf(site, home);
		const plan = await planner.plan({ point: then(), parts: ['everything'], by: anna });
		const result = await restorer.restore(plan.id, anna, silent());
		expect(result).toMatchObject({ equal: true, differing: [] });
		expect(result.kept.map((one) => one.what).sort()).toEqual(['Address of the site (siteurl, home)', 'Holdfast in the list of active plugins', 'Passwords', 'Sessions of other people', 'Your account and your session', 'wp-config.php']);
		expect(await site.world.sql('SELECT umeta_id, meta_value FROM wp_usermeta ORDER BY 1; SELECT user_pass FROM wp_users ORDER BY ID; SELECT option_value FROM wp_options ORDER BY option_id')).toBe(
			'1\ta:1:{s:13:"administrator";b:1;}\n3\tben\n9\tnew session\nnew\nnew\nhttp://two.example\nhttp://two.example\nOne\na:1:{i:0;s:19:"akismet/akismet.php";}\n');
		expect(readFileSync(join(site.root, 'wp-config.php'), 'utf8')).toBe('config of today');
		await restorer.undo(null, anna, silent());
		await site.world.sql(`UPDATE wp_options SET option_value = 'http://one.example' WHERE option_name IN ('siteurl', 'home'); UPDATE wp_options SET option_value = 'a:2:{i:0;s:19:"akismet/akismet.php";i:1;s:21:"holdfast/holdfast.php";}' WHERE option_name = 'active_plugins'`);
	}, 60_000);

	test('what comes between plan and window is recorded and folded in by the same rules', async () => {
		let isDone = false;
		const { restorer, planner } = restorerOf(site, home, {
			onStep: async (step) => {
				if (step !== 'staged' || isDone) { return; }
				isDone = true;
				await site.world.sql(`UPDATE wp_posts SET post_title = 'in between' WHERE ID = 100; SET foreign_key_checks = 0; DROP TABLE wp_parent`);
				site.put('wp-content/uploads/between.txt');
				// What intents would have named.
				const named = site.world.request(999_999);
				named.file(join(site.root, 'wp-content/uploads/between.txt'));
				named.intent('wp_posts', { k: [[100]] });
				named.intent('wp_parent', { s: 1 });
				named.end();
			},
		});
		await site.world.sql(`UPDATE wp_posts SET post_title = 'before' WHERE ID = 99`);
		const plan = await planner.plan({ point: then(), parts: ['everything'], by: shell });
		const result = await restorer.restore(plan.id, shell, silent());
		expect(result).toMatchObject({ equal: true, differing: [] });
		expect(result.folded).toBeGreaterThanOrEqual(3);
		expect(existsSync(join(site.root, 'wp-content/uploads/between.txt'))).toBe(false);
		const undone = await restorer.undo(null, shell, silent());
		expect(undone.equal).toBe(true);
		expect(await site.world.sql('SELECT post_title FROM wp_posts WHERE ID IN (99, 100) ORDER BY ID')).toBe('before\nin between\n');
		expect(existsSync(join(site.root, 'wp-content/uploads/between.txt'))).toBe(true);
		await restorer.undo(undone.id, shell, silent());
	}, 60_000);

	test('parts: only uploads; the database is not touched', async () => {
		await site.world.sql(`UPDATE wp_posts SET post_title = 'stays' WHERE ID = 3`);
		rmSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'));
		appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'stays');
		const { restorer, planner } = restorerOf(site, home);
		const plan = await planner.plan({ point: then(), parts: ['uploads'], by: shell });
		expect(await restorer.restore(plan.id, shell, silent())).toMatchObject({ equal: true });
		expect(existsSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'))).toBe(true);
		expect(await site.world.sql('SELECT post_title FROM wp_posts WHERE ID = 3')).toBe('stays\n');
		expect(readFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'utf8')).toMatch(/stays$/);
	}, 60_000);
});

const leftovers = (): string[] => leftoversOf(site.root);

describe('when it does not go through', () => {
	test('a damaged chunk is refused before anything is touched', async () => {
		const { restorer, planner } = restorerOf(site, home);
		unlinkSync(join(site.root, 'wp-content/uploads/2026/11/video.mp4'));
		const before = [await database(), files()];
		const plan = await planner.plan({ point: then(), parts: ['everything'], by: shell });
		const { chunks } = site.world.endpoint;
		const biggest = [...chunks].sort(([, a], [, b]) => a.readUInt32BE(12) - b.readUInt32BE(12)).at(-1)!;
		const kept = Buffer.from(biggest[1]);
		biggest[1][biggest[1].length - 20]! ^= 1;
		await expect(restorer.restore(plan.id, shell, silent())).rejects.toMatchObject({ code: 'FORMAT_DECRYPT' });
		kept.copy(biggest[1]);
		expect([await database(), files()]).toEqual(before);
		expect(leftovers()).toEqual([]);
	}, 60_000);

	test('endpoint away in the window: given up, nothing done, no maintenance; a cancel before the switch likewise', async () => {
		for (const how of ['away', 'cancel'] as const) {
			const progress = silent();
			const { restorer, planner } = restorerOf(site, home, {
				onStep: async (step) => {
					if (step !== 'maintenance') { return; }
					expect(existsSync(join(site.root, '.maintenance'))).toBe(true);
					if (how === 'cancel') { progress.abort.abort(new Error('cancelled')); }
					else { site.world.endpoint.failNext.push({ method: 'append', error: Object.assign(new Error('away'), { code: 'ENDPOINT_UNREACHABLE' }) }); }
				},
			});
			const before = [await database(), files()];
			const plan = await planner.plan({ point: then(), parts: ['everything'], by: shell });
			await expect(restorer.restore(plan.id, shell, progress)).rejects.toThrow(how === 'away' ? 'away' : 'cancelled');
			expect([await database(), files()]).toEqual(before);
			expect(leftovers()).toEqual([]);
			expect(restorer.isRunning).toBe(false);
		}
	}, 60_000);

	test('only one restore at a time; unknown plans are refused', async () => {
		const { restorer, planner } = restorerOf(site, home);
		const plan = await planner.plan({ point: then(), parts: ['uploads'], by: shell });
		const first = restorer.restore(plan.id, shell, silent());
		expect(() => restorer.restore(plan.id, shell, silent())).toThrow(expect.objectContaining({ code: 'RESTORE_RUNNING' }));
		expect((await first).equal).toBe(true);
		expect(() => restorer.check('ffff')).toThrow(expect.objectContaining({ code: 'PLAN_UNKNOWN' }));
		await expect(restorer.undo('ffff', shell, silent())).rejects.toMatchObject({ code: 'RESTORE_NOTHING_TO_UNDO' });
	}, 60_000);

	test('killed at any step: before `decided` the old site, after it the next start finishes', async () => {
		await restorerOf(site, home).restorer.restore((await restorerOf(site, home).planner.plan({ point: then(), parts: ['everything'], by: shell })).id, shell, silent());
		const good = [await database(), files()];
		for (const killedAt of restoreSteps) {
			await site.world.sql(`UPDATE wp_posts SET post_title = '${killedAt}' WHERE ID < 9; DELETE FROM wp_keyless LIMIT 1; DROP TABLE wp_child; INSERT INTO wp_myisam (t) VALUES ('more')`);
			unlinkSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'));
			site.put('wp-content/uploads/bad.txt');
			const bad = [await database(), files()];
			const never = new Promise<void>(() => {});
			let reached!: () => void;
			const there = new Promise<void>((resolve) => { reached = resolve; });
			const { restorer, planner } = restorerOf(site, home, { onStep: (step) => (step === killedAt ? (reached(), never) : Promise.resolve()) });
			const { id } = await planner.plan({ point: then(), parts: ['everything'], by: shell });
			void restorer.restore(id, shell, silent());
			await there;
			const next = restorerOf(site, home).restorer;
			if (killedAt === 'database') {
				// Its record must not be written over by another restore, which could then be taken back.
				await expect(next.restore(id, shell, silent())).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
				expect(readFileSync(join(site.root, '.maintenance'), 'utf8')).toContain('$upgrading = time();');
			}
			// What concerns visitors comes first, and asks nobody over the network.
			await next.recoverSite(silent());
			expect(existsSync(join(site.root, '.maintenance'))).toBe(false);
			const result = await next.resume(silent());
			const isBefore = isBeforeDecided(killedAt);
			expect({ killedAt, result: result?.equal ?? null, site: [await database(), files()] }).toEqual({ killedAt, result: isBefore ? null : true, site: isBefore ? bad : good });
			expect(leftovers()).toEqual([]);
			expect(existsSync(join(site.root, '.maintenance'))).toBe(false);
			if (isBefore) { await next.restore((await restorerOf(site, home).planner.plan({ point: then(), parts: ['everything'], by: shell })).id, shell, silent()); }
			expect([await database(), files()]).toEqual(good);
		}
	}, 240_000);
});

describe('onto an empty server', () => {
	async function into(where: string) {
		const name = await server.database();
		const root = join(home, where);
		const target = { database: await MysqlDatabase.connect([server.target(name)]), scope, isExcluded: () => false, tree: await treeOf(root), keys: ring, index: null, openSorter: sqliteSorters(home) };
		const parts = { target, states: site.world.states, chunks: site.world.chunks, plans: sqlitePlans(join(home, 'into')), clock: systemClock, id: '0123456789abcdef' };
		return { name, root, parts, close: () => target.database.close() };
	}

	test('rows, schema, counters and files are those of the point, by independent dumps', async () => {
		await site.world.sql('INSERT INTO wp_posts (post_title, post_content) VALUES (\'x\', \'\'); DELETE FROM wp_posts ORDER BY ID DESC LIMIT 1');
		site.put('wp-content/uploads/big.bin', Buffer.alloc(3_000_000, 'abcdefg'));
		await site.world.collector.collectOnce({ extra: await site.everything(), largeFiles: 'now' });
		const seq = site.world.appender.head.seq;
		const { name, root, parts, close } = await into('empty');
		const result = await restoreInto(parts, { seq, at: 1, title: 'now' }, ['everything'], silent());
		expect(result).toMatchObject({ equal: true, differing: [] });
		await server.client('DROP TABLE IF EXISTS wp_2_options, wp_2_users', site.world.name);
		expect(await databasePortrait(server, name, { counters: true })).toEqual(await databasePortrait(server, site.world.name, { counters: true }));
		expect(filesPortrait(root)).toEqual(filesPortrait(site.root));
		expect(statSync(join(root, 'wp-content/uploads/big.bin')).size).toBe(3_000_000);
		await expect(restoreInto(parts, { seq, at: 1, title: 'now' }, ['everything'], silent())).rejects.toMatchObject({ code: 'RESTORE_TARGET_NOT_EMPTY' });
		await close();
	}, 60_000);

	test('random trees come back as they were, by an independent walk', async () => {
		for (let seed = 1; seed <= 4; seed++) {
			const random = randomOf(seed * 104_729);
			disturb(join(site.root, 'wp-content/uploads'), random, 40);
			disturb(join(site.root, 'wp-content/themes'), random, 20);
			const named = await site.everything();
			for await (const { keys } of (await site.world.states.now()).range(Buffer.of(0x30), null)) { keys.forEach((key) => named.addFileKey(key)); }
			await site.world.collector.collectOnce({ extra: named, largeFiles: 'now' });
			const { root, parts, close } = await into(`tree-${seed}`);
			const result = await restoreInto(parts, { seq: site.world.appender.head.seq, at: 1, title: 'now' }, ['everything'], silent());
			expect(result.differing).toEqual([]);
			expect(filesPortrait(root)).toEqual(filesPortrait(site.root));
			await close();
		}
	}, 120_000);
});
