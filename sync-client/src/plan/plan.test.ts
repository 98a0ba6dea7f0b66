import { appendFileSync, chmodSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { sqlitePlans } from '../adapters/sqlite-plans.ts';
import { systemClock, systemRandom } from '../adapters/system-clock.ts';
import { TestSite } from '../sweep/testing/test-site.ts';
import { parseStringList, withOwnAsNow } from './php-list.ts';
import { Planner } from './planner.ts';
import { keepRules } from './keep-rules.ts';
import { siteRules } from './settings.ts';

let server: TestServer;
let site: TestSite;
let planner: Planner;
let point = 0;
const home = mkdtempSync(join(tmpdir(), 'hf-plan-'));
const anna = { type: 'user' as const, id: 1, login: 'anna', name: 'Anna' };
beforeAll(async () => {
	server = await TestServer.start();
	site = await TestSite.seeded(server, home);
	point = (await site.firstBackup()).seq;
	planner = new Planner({ site: site.live, states: site.world.states, plans: sqlitePlans(join(home, 'plans')), rules: siteRules('wp_', keepRules(null).rules), clock: systemClock, random: systemRandom });
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const planOf = (parts: Parameters<Planner['plan']>[0]['parts'], seq = point) => planner.plan({ point: { seq, at: 1, title: 'then' }, parts, by: anna });

describe('plan', () => {
	test('nothing chosen and points that are none are refused', async () => {
		await expect(planOf([])).rejects.toMatchObject({ code: 'RESTORE_NOTHING_CHOSEN' });
		await expect(planOf(['everything'], 999)).rejects.toMatchObject({ code: 'POINT_UNKNOWN' });
		expect(() => planner.planById('abc')).toThrow(expect.objectContaining({ code: 'PLAN_UNKNOWN' }));
	});

	test('a site that equals the point has an empty plan', async () => {
		const plan = await planOf(['everything']);
		expect(plan).toMatchObject({ empty: true, kinds: [], tables: [], kept: [], warnings: [], files: { write: 0, remove: 0, attributes: 0 } });
		expect(planner.planById(plan.id)).toEqual(plan);
	});

	test('damage is planned in people\'s words; what the rules keep is kept and named', async () => {
		await site.world.sql(`
			UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID IN (1, 2, 5); DELETE FROM wp_posts WHERE ID = 7; INSERT INTO wp_posts (post_title, post_content, post_type) VALUES ('Later', '', 'page');
			DROP TABLE wp_binary; ALTER TABLE wp_composite ADD COLUMN d int; CREATE TABLE wp_new (id int PRIMARY KEY); INSERT INTO wp_new VALUES (1), (2);
			UPDATE wp_options SET option_value = 'http://two.example' WHERE option_name IN ('siteurl', 'home'); UPDATE wp_options SET option_value = 'Two' WHERE option_name = 'blogname';
			UPDATE wp_options SET option_value = 'a:1:{i:0;s:21:"holdfast/holdfast.php";}' WHERE option_name = 'active_plugins';
			UPDATE wp_users SET user_pass = 'changed'; DELETE FROM wp_usermeta WHERE umeta_id = 2; INSERT INTO wp_usermeta VALUES (9, 1, 'session_tokens', 'new session'), (10, 2, 'session_tokens', 'bens new');
			DELETE FROM wp_keyless WHERE a = 1 LIMIT 1; DROP TRIGGER wp_trigger; INSERT INTO wp_comments (comment_author, comment_content) VALUES ('Spam', 'buy');
		`);
		unlinkSync(join(site.root, 'wp-content/uploads/2026/11/video.mp4'));
		appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'wrecked');
		chmodSync(join(site.root, 'wp-content/index.php'), 0o600);
		writeFileSync(join(site.root, 'wp-config.php'), 'other config');
		unlinkSync(join(site.root, '.htaccess'));
		site.put('wp-content/uploads/malware.php');
		const plan = await planOf(['everything']);
		expect(Object.fromEntries(plan.kinds.map((kind) => [kind.kind, [kind.insert, kind.change, kind.delete]]))).toEqual({
			posts: [0, 2, 0], pages: [0, 1, 1], media: [1, 0, 0], mediaFiles: [1, 0, 1], comments: [0, 0, 1], options: [0, 2, 0], definitions: [1, 0, 0],
			'table:wp_usermeta': [0, 0, 2], 'table:wp_binary': [2, 0, 0], 'table:wp_composite': [3, 0, 0], 'table:wp_keyless': [1, 0, 0], 'table:wp_new': [0, 0, 2],
		});
		expect(plan.kinds.find((kind) => kind.kind === 'posts')!.samples).toContainEqual({ label: 'Title 1', change: 'change', from: 'Wrecked', to: 'Title 1' });
		expect(Object.fromEntries(plan.tables.map((table) => [table.table, table.schema]))).toMatchObject({ wp_posts: 'same', wp_binary: 'create', wp_composite: 'alter', wp_new: 'drop' });
		expect(plan.files).toMatchObject({ write: 3, remove: 1, attributes: 1 });
		expect(plan.files.samples).toEqual(expect.arrayContaining([
			{ path: 'uploads/2026/11/video.mp4', change: 'write' }, { path: '.htaccess', change: 'write' }, { path: 'uploads/malware.php', change: 'remove' }, { path: 'content/index.php', change: 'attributes' },
		]));
		expect(plan.kept.map((one) => one.what).sort()).toEqual(['Address of the site (siteurl, home)', 'Passwords', 'Sessions of other people', 'Your account and your session', 'wp-config.php']);
		expect(plan.fetchBytes).toBeGreaterThan(2_500_000);
	});

	test('parts: only what was chosen', async () => {
		const themes = await planOf(['themes']);
		expect([themes.tables, themes.files.write, themes.files.remove]).toEqual([[], 1, 0]);
		const table = await planOf(['table:wp_posts', 'table:wp_none']);
		expect(table.tables.map((one) => one.table)).toEqual(['wp_posts']);
		expect(table.warnings).toEqual([{ code: 'TABLE_UNKNOWN', message: 'There is no table wp_none, now or then.' }]);
		expect((await planOf(['database'])).files.write).toBe(0);
		expect((await planOf(['uploads'])).files).toMatchObject({ write: 1, remove: 1 });
	});
});

test('PHP lists: Holdfast stays as it is now, the rest is as then', () => {
	const list = (...plugins: string[]) => `a:${plugins.length}:{${plugins.map((one, i) => `i:${i};s:${Buffer.byteLength(one)}:"${one}";`).join('')}}`;
	const isOwn = (one: string): boolean => one.startsWith('holdfast/');
	expect(parseStringList(list('a/a.php', 'b"};x'))).toEqual(['a/a.php', 'b"};x']);
	expect(withOwnAsNow(list('a', 'b'), list('holdfast/h.php'), isOwn)).toBe(list('a', 'b', 'holdfast/h.php'));
	expect(withOwnAsNow(list('a', 'holdfast/h.php'), list('b'), isOwn)).toBe(list('a'));
	expect(withOwnAsNow(list('holdfast/h.php', 'a'), list('holdfast/h.php'), isOwn)).toBe(list('holdfast/h.php', 'a'));
	for (const broken of ['', 'a:1:{', 'a:2:{i:0;s:1:"a";}', 'b:1;', 'a:1:{i:0;s:9:"a";}']) { expect(parseStringList(broken)).toBeNull(); }
});
