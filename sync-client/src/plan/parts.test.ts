import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Part, Plan } from '@holdfast/protocol';
import { MysqlDatabase } from '../adapters/mysql/database.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { databasePortrait, filesPortrait, restorerOf, shell, silent } from '../restore/testing/test-restorer.ts';
import { tryLogin } from '../run/site.ts';
import { TestSite } from '../sweep/testing/test-site.ts';

/** The shapes of WordPress's tables, and a site with one of everything. */
const seed = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, post_author bigint unsigned NOT NULL DEFAULT 1, post_date_gmt datetime NOT NULL DEFAULT '0000-00-00 00:00:00', post_title text NOT NULL, post_content longtext NOT NULL, post_type varchar(20) NOT NULL DEFAULT 'post', post_parent bigint unsigned NOT NULL DEFAULT 0, KEY type (post_type), KEY parent (post_parent));
	CREATE TABLE wp_postmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, post_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext, KEY post_id (post_id));
	CREATE TABLE wp_comments (comment_ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, comment_post_ID bigint unsigned NOT NULL DEFAULT 0, comment_date_gmt datetime NOT NULL DEFAULT '0000-00-00 00:00:00', comment_content text NOT NULL);
	CREATE TABLE wp_commentmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, comment_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext);
	CREATE TABLE wp_users (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_login varchar(60) NOT NULL DEFAULT '', user_pass varchar(255) NOT NULL DEFAULT '', user_email varchar(100) NOT NULL DEFAULT '', user_registered datetime NOT NULL DEFAULT '0000-00-00 00:00:00');
	CREATE TABLE wp_usermeta (umeta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext);
	CREATE TABLE wp_options (option_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) NOT NULL DEFAULT '', option_value longtext NOT NULL, UNIQUE KEY option_name (option_name));
	CREATE TABLE wp_terms (term_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(200) NOT NULL DEFAULT '', slug varchar(200) NOT NULL DEFAULT '');
	CREATE TABLE wp_termmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, term_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext);
	CREATE TABLE wp_term_taxonomy (term_taxonomy_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, term_id bigint unsigned NOT NULL DEFAULT 0, taxonomy varchar(32) NOT NULL DEFAULT '', parent bigint unsigned NOT NULL DEFAULT 0, count bigint NOT NULL DEFAULT 0, UNIQUE KEY term (term_id, taxonomy));
	CREATE TABLE wp_term_relationships (object_id bigint unsigned NOT NULL DEFAULT 0, term_taxonomy_id bigint unsigned NOT NULL DEFAULT 0, term_order int NOT NULL DEFAULT 0, PRIMARY KEY (object_id, term_taxonomy_id), KEY tt (term_taxonomy_id));
	INSERT INTO wp_posts (ID, post_author, post_date_gmt, post_title, post_content, post_type, post_parent) VALUES
		(1, 2, '2026-01-01', 'Hello', '<p>Hi</p><img class="alignleft wp-image-22"/> [gallery ids="23,24"] <!-- wp:block {"ref":30} /-->', 'post', 31), (2, 1, '2026-01-02', 'Other', 'text', 'post', 0),
		(10, 2, '2026-01-01', 'Hello', 'first words', 'revision', 1), (20, 1, '2026-01-01', 'Own', '', 'attachment', 1), (21, 1, '2026-01-01', 'Face', '', 'attachment', 0), (22, 1, '2026-01-01', 'Sea', '', 'attachment', 2),
		(23, 1, '2026-01-01', 'Boat', '', 'attachment', 0), (24, 1, '2026-01-01', 'Quay', '', 'attachment', 0), (30, 1, '2026-01-01', 'Pattern', 'block', 'wp_block', 0), (31, 1, '2026-01-01', 'Above', '', 'post', 0),
		(40, 1, '2026-01-03', 'Home', '', 'nav_menu_item', 0), (41, 1, '2026-01-03', 'Hello link', '', 'nav_menu_item', 0);
	INSERT INTO wp_postmeta (meta_id, post_id, meta_key, meta_value) VALUES (1, 1, '_thumbnail_id', '21'), (2, 1, 'mood', 'calm'), (3, 2, 'mood', 'other'), (4, 20, '_wp_attached_file', '2026/01/own.jpg'),
		(5, 20, '_wp_attachment_metadata', 'a:2:{s:4:"file";s:15:"2026/01/own.jpg";s:5:"sizes";a:1:{s:5:"thumb";a:1:{s:4:"file";s:15:"own-150x150.jpg";}}}'), (6, 21, '_wp_attached_file', '2026/02/face.jpg'), (7, 22, '_wp_attached_file', '2026/01/sea.jpg'), (8, 23, '_wp_attached_file', '2026/01/boat.jpg'),
		(9, 40, '_menu_item_type', 'custom'), (11, 41, '_menu_item_type', 'post_type'), (12, 41, '_menu_item_object_id', '1');
	INSERT INTO wp_comments VALUES (1, 1, '2026-01-05', 'Nice'), (2, 2, '2026-01-05', 'Well'), (3, 1, '2026-01-06', 'Gone soon');
	INSERT INTO wp_commentmeta VALUES (1, 1, 'rating', '5'), (2, 2, 'rating', '1'), (3, 3, 'rating', '3');
	INSERT INTO wp_users VALUES (1, 'anna', 'p1', 'anna@one.example', '2025-01-01'), (2, 'ben', 'p2', 'ben@one.example', '2025-01-02'), (3, 'carl', 'p3', 'carl@one.example', '2025-01-03');
	INSERT INTO wp_usermeta VALUES (1, 1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (2, 2, 'wp_capabilities', 'a:1:{s:6:"author";b:1;}'), (3, 2, 'nickname', 'Ben'), (4, 3, 'nickname', 'Carl');
	INSERT INTO wp_options VALUES (1, 'siteurl', 'http://one.example'), (2, 'blogname', 'One'), (3, 'harbour-log_rows', '10'), (4, 'theme_mods_twenty', 'a:0:{}'), (5, 'widget_harbour_log', 'w'), (6, 'other', 'o');
	INSERT INTO wp_terms VALUES (1, 'News', 'news'), (2, 'Local', 'local'), (3, 'Sport', 'sport'), (9, 'Main', 'main');
	INSERT INTO wp_termmeta VALUES (1, 2, 'colour', 'blue'), (2, 3, 'colour', 'red');
	INSERT INTO wp_term_taxonomy VALUES (11, 1, 'category', 0, 1), (12, 2, 'category', 1, 1), (13, 3, 'category', 0, 1), (19, 9, 'nav_menu', 0, 2);
	INSERT INTO wp_term_relationships VALUES (1, 12, 0), (1, 13, 0), (2, 13, 0), (40, 19, 0), (41, 19, 0);
	CREATE TRIGGER wp_trigger BEFORE INSERT ON wp_comments FOR EACH ROW SET NEW.comment_content = CONCAT(NEW.comment_content, '');
`;

/** Everything is touched, and so that no two things are alike. */
const since = `
	UPDATE wp_posts SET post_title = 'Wrecked', post_content = 'wrecked' WHERE ID = 1; UPDATE wp_posts SET post_title = 'Other now' WHERE ID = 2; DELETE FROM wp_posts WHERE ID IN (10, 21, 23, 30, 31, 41);
	INSERT INTO wp_posts VALUES (50, 1, '2026-02-01', 'New revision', 'x', 'revision', 1), (51, 1, '2026-02-01', 'New', 'x', 'post', 0), (52, 1, '2026-02-02', 'New item', '', 'nav_menu_item', 0);
	UPDATE wp_postmeta SET meta_value = '99' WHERE meta_id = 1; DELETE FROM wp_postmeta WHERE meta_id IN (2, 6, 8, 11, 12); UPDATE wp_postmeta SET meta_value = 'changed' WHERE meta_id = 3;
	INSERT INTO wp_postmeta VALUES (2, 51, 'mine', 'now'), (60, 1, 'evil', '1'), (61, 52, '_menu_item_type', 'custom');
	DELETE FROM wp_comments WHERE comment_ID = 3; DELETE FROM wp_commentmeta WHERE comment_id = 3; UPDATE wp_commentmeta SET meta_value = '0'; INSERT INTO wp_comments VALUES (5, 1, '2026-02-01', 'Spam'), (6, 2, '2026-02-01', 'Fine'); INSERT INTO wp_commentmeta VALUES (5, 5, 'spam', '1');
	DELETE FROM wp_users WHERE ID = 2; DELETE FROM wp_usermeta WHERE user_id = 2; UPDATE wp_users SET user_email = 'new@one.example', user_pass = 'p3new' WHERE ID = 3; UPDATE wp_usermeta SET meta_value = 'Charles' WHERE umeta_id = 4; INSERT INTO wp_usermeta VALUES (9, 3, 'session_tokens', 'carls');
	UPDATE wp_options SET option_value = CONCAT(option_value, ' now') WHERE option_id > 1; DELETE FROM wp_options WHERE option_id IN (3, 5); INSERT INTO wp_options VALUES (13, 'harbour-log_rows', '99'), (5, 'taken', 't'), (15, 'widget_harbour_log', 'w now');
	DELETE FROM wp_terms WHERE term_id IN (1, 2); DELETE FROM wp_termmeta WHERE term_id = 2; DELETE FROM wp_term_taxonomy WHERE term_taxonomy_id IN (11, 12); DELETE FROM wp_term_relationships WHERE term_taxonomy_id = 12 OR object_id = 41; UPDATE wp_terms SET name = CONCAT(name, ' now'); UPDATE wp_term_taxonomy SET count = 7;
	INSERT INTO wp_term_relationships VALUES (1, 19, 5), (52, 19, 0); DELETE FROM wp_term_relationships WHERE object_id = 1 AND term_taxonomy_id = 13;
	DROP TRIGGER wp_trigger; CREATE TRIGGER wp_newer BEFORE INSERT ON wp_comments FOR EACH ROW SET NEW.comment_content = CONCAT(NEW.comment_content, '');
`;

let server: TestServer;
let site: TestSite;
let point = 0;
let home: string;
let then: string[];
let filesThen: string[];
beforeAll(async () => {
	server = await TestServer.start();
}, 60_000);
beforeEach(async () => {
	await site?.close();
	home = mkdtempSync(join(tmpdir(), 'hf-parts-'));
	site = await TestSite.open(server, home);
	await site.world.sql(`SET sql_mode = ''; ${seed}`);
	for (const file of ['own.jpg', 'own-150x150.jpg', 'sea.jpg', 'boat.jpg']) { site.put(`wp-content/uploads/2026/01/${file}`); }
	site.put('wp-content/uploads/2026/02/face.jpg');
	for (const file of ['harbour-log/harbour-log.php', 'harbour-log/inc/a.php', 'harbour-log-pro/pro.php', 'hello.php']) { site.put(`wp-content/plugins/${file}`); }
	for (const file of ['twenty/style.css', 'twenty-child/style.css']) { site.put(`wp-content/themes/${file}`); }
	for (const file of ['wp-config.php', '.htaccess', 'robots.txt', 'docs/a.txt']) { site.put(file); }
	point = (await site.firstBackup()).seq;
	then = await portrait();
	filesThen = filesPortrait(site.root);
	await site.world.sql(`SET sql_mode = ''; ${since}`);
	for (const file of ['own.jpg', 'sea.jpg']) { site.put(`wp-content/uploads/2026/01/${file}`, 'wrecked'); }
	unlinkSync(join(site.root, 'wp-content/uploads/2026/01/own-150x150.jpg'));
	rmSync(join(site.root, 'wp-content/uploads/2026/02'), { recursive: true });
	for (const file of ['plugins/harbour-log/harbour-log.php', 'plugins/harbour-log/evil.php', 'plugins/harbour-log-pro/pro.php', 'plugins/hello.php', 'themes/twenty/style.css', 'themes/twenty-child/style.css']) { site.put(`wp-content/${file}`, 'wrecked'); }
	for (const file of ['wp-config.php', '.htaccess', 'robots.txt', 'docs/a.txt']) { site.put(file, 'wrecked'); }
}, 60_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const portrait = () => databasePortrait(server, site.world.name);
const planOf = (parts: Part[]) => restorerOf(site, home).planner.plan({ point: { seq: point, at: 1, title: 'then' }, parts, by: shell });

/** Restores parts, and undoes that; what the database was before, after, and after the undo, as lines of a dump. */
async function restored(parts: Part[], onStaged?: () => Promise<void>): Promise<{ plan: Plan; before: string[]; after: string[]; filesAfter: string[] }> {
	const [before, filesBefore] = [await portrait(), filesPortrait(site.root)];
	const { restorer, planner } = restorerOf(site, home, { onStep: async (step) => { if (step === 'staged') { await onStaged?.(); onStaged = undefined; } } });
	const plan = await planner.plan({ point: { seq: point, at: 1, title: 'then' }, parts, by: shell });
	const withOthers = onStaged !== undefined;
	expect(await restorer.restore(plan.id, shell, silent())).toMatchObject({ differing: [], equal: true });
	const [after, filesAfter] = [await portrait(), filesPortrait(site.root)];
	if (!withOthers) {
		expect(await restorer.undo(null, shell, silent())).toMatchObject({ differing: [], equal: true });
		// A restore of an account ends its sessions, and so does undo.
		const withoutSessions = (dump: readonly string[]): string[] => dump.filter((line) => !line.includes(Buffer.from('session_tokens').toString('hex').toUpperCase()));
		expect(withoutSessions(await portrait())).toEqual(withoutSessions(before));
		expect(filesPortrait(site.root)).toEqual(filesBefore);
	}
	return { plan, before, after, filesAfter };
}

/** Rows of a dump that begin with one of these, as `table(number`. */
const ofRows = (dump: readonly string[], ...rows: string[]): string[] => dump.filter((line) => rows.some((row) => {
	const [table, start] = row.split('(');
	return line.startsWith(`INSERT INTO \`wp_${table}\` VALUES (${start!.replace(/\*$/, '')}`) && (row.endsWith('*') || /[,)]/.test(line[`INSERT INTO \`wp_${table}\` VALUES (${start}`.length]!));
}));
const without = (dump: readonly string[], rows: readonly string[]): string[] => dump.filter((line) => !rows.includes(line));
const changed = (a: readonly string[], b: readonly string[]): string[] => [...without(a, b), ...without(b, a)].sort();

describe('a single post', () => {
	/** All rows of post 1, its children, what it uses and was gone, and its terms. */
	const own = ['posts(1', 'posts(10', 'posts(20', 'posts(21', 'posts(23', 'posts(50', 'postmeta(1', 'postmeta(4', 'postmeta(5', 'postmeta(6', 'postmeta(8', 'postmeta(60', 'comments(1', 'comments(3', 'comments(5', 'commentmeta(1', 'commentmeta(3', 'commentmeta(5',
		'terms(1', 'terms(2', 'termmeta(1', 'term_taxonomy(11', 'term_taxonomy(12', 'term_relationships(1,*'];

	test('is as then with all that is its own; what it uses comes back where it is gone; every other row and file is untouched', async () => {
		const { plan, before, after, filesAfter } = await restored(['post:1']);
		expect(ofRows(after, ...own)).toEqual(ofRows(then, ...own));
		expect(without(after, ofRows(after, ...own))).toEqual(without(before, ofRows(before, ...own)));
		expect(ofRows(after, 'posts(1', 'comments(3', 'term_relationships(1,*')).toHaveLength(4);
		// One meta row's number is another post's now.
		expect(plan.warnings).toEqual([{ code: 'ID_TAKEN', message: '1 row of wp_postmeta cannot come back: something else has the same number now, and keeps it.' }]);
		expect(plan.dependencies).toEqual([
			{ of: 'post:1', kind: 'attachment', id: 21, label: 'Face', restored: true }, { of: 'post:1', kind: 'attachment', id: 23, label: 'Boat', restored: true },
			{ of: 'post:1', kind: 'term', id: 2, label: 'Local', restored: true }, { of: 'post:1', kind: 'term', id: 1, label: 'News', restored: true },
			{ of: 'post:1', kind: 'user', id: 2, label: 'ben', restored: false }, { of: 'post:1', kind: 'post', id: 30, label: 'Pattern', restored: false }, { of: 'post:1', kind: 'post', id: 31, label: 'Above', restored: false },
		]);
		// Its own files as then; of those that it uses only what was gone.
		expect(changed(filesPortrait(site.root), filesAfter).map((line) => line.split(' ')[0]).filter((path, i, all) => all.indexOf(path) === i)).toHaveLength(4);
		const uploads = (name: string): string[] => filesThen.filter((line) => line.includes(name));
		for (const name of ['own.jpg', 'own-150x150.jpg', 'face.jpg', 'uploads/2026/02']) { expect(filesAfter).toEqual(expect.arrayContaining(uploads(name))); }
		expect(filesAfter).not.toEqual(expect.arrayContaining(uploads('sea.jpg')));
	}, 60_000);

	test('a comment that comes between plan and window goes too, with its meta', async () => {
		const { after } = await restored(['post:1'], async () => {
			await site.world.sql("INSERT INTO wp_comments VALUES (8, 1, '2026-02-02', 'Late spam'), (9, 2, '2026-02-02', 'Late'); INSERT INTO wp_commentmeta VALUES (8, 8, 'spam', '1'), (9, 9, 'spam', '0')");
			await site.world.collector.collectOnce({ extra: await site.everything(), largeFiles: 'now', always: 'point' });
		});
		expect(ofRows(after, 'comments(8', 'comments(9', 'commentmeta(8', 'commentmeta(9')).toEqual(ofRows(await portrait(), 'comments(9', 'commentmeta(9'));
		expect(ofRows(after, 'comments(9', 'commentmeta(9')).toHaveLength(2);
	}, 60_000);

	test('one that was made since goes; one that is not known is refused; one whose number is another thing’s now stays away', async () => {
		const { before, after } = await restored(['post:51']);
		expect(changed(before, after)).toEqual(ofRows(before, 'posts(51', 'postmeta(2').sort());
		await expect(planOf(['post:777'])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' });
		await site.world.sql("INSERT INTO wp_posts VALUES (30, 1, '2026-02-01', 'A page', '', 'page', 0)");
		const plan = await planOf(['post:30']);
		expect([plan.empty, plan.warnings.map(({ code }) => code)]).toEqual([true, ['ID_TAKEN']]);
	}, 60_000);

	test('is refused where its table had other columns then', async () => {
		await site.world.sql('ALTER TABLE wp_posts ADD COLUMN more int');
		await expect(planOf(['post:1'])).rejects.toMatchObject({ code: 'RESTORE_PART_SHAPE' });
	});
});

describe('a single user, option, menu', () => {
	test('a user who is gone comes back; of one who is there password and sessions are as the rules say', async () => {
		const { before, after } = await restored(['user:2', 'user:3']);
		const rows = ['users(2', 'usermeta(2', 'usermeta(3', 'usermeta(4'];
		expect(ofRows(after, ...rows)).toEqual(ofRows(then, ...rows));
		expect(changed(before, after).filter((line) => !ofRows([line], ...rows, 'users(3', 'usermeta(9').length)).toEqual([]);
		expect(await site.world.sql('SELECT user_email FROM wp_users WHERE ID = 3')).toBe('new@one.example\n');
		await expect(planOf(['user:77'])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' });
	}, 60_000);

	test('an option by its name, also under another number now; one whose number is taken stays and is named', async () => {
		const { plan, before, after } = await restored(['option:blogname', 'option:harbour-log_rows', 'option:widget_harbour_log']);
		expect(changed(before, after)).toEqual([...ofRows(before, 'options(2', 'options(13'), ...ofRows(then, 'options(2', 'options(3')].sort());
		expect(plan.warnings).toEqual([{ code: 'ID_TAKEN', message: 'The option widget_harbour_log stays as it is now: another option has the number that it had then.' }]);
		await expect(planOf(['option:nothing'])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' });
	}, 60_000);

	test('options of a plugin or theme, by their names', async () => {
		expect((await planOf(['plugin-options:harbour-log'])).tables).toEqual([{ table: 'wp_options', insert: 1, change: 0, delete: 1, schema: 'same' }]);
		expect((await planOf(['theme-options:twenty'])).tables).toEqual([{ table: 'wp_options', insert: 0, change: 1, delete: 0, schema: 'same' }]);
		await expect(planOf(['plugin-options:none'])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' });
	});

	test('a menu with its items; pages that these lead to and that are gone are named', async () => {
		await site.world.sql('DELETE FROM wp_posts WHERE ID = 1');
		const { plan, before, after } = await restored(['menu:9']);
		const rows = ['terms(9', 'term_taxonomy(19', 'posts(40', 'posts(41', 'posts(52', 'postmeta(9', 'postmeta(11', 'postmeta(12', 'postmeta(61', 'term_relationships(40', 'term_relationships(41', 'term_relationships(52', 'term_relationships(1,19'];
		expect(ofRows(after, ...rows)).toEqual(ofRows(then, ...rows));
		expect(without(after, ofRows(after, ...rows))).toEqual(without(before, ofRows(before, ...rows)));
		expect(plan.dependencies).toEqual([{ of: 'menu:9', kind: 'post', id: 1, label: 'Hello', restored: false }]);
		for (const part of ['menu:3', 'menu:77'] as Part[]) { await expect(planOf([part])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' }); }
	}, 60_000);
});

describe('single files', () => {
	test('a plugin, a theme, a path: only these', async () => {
		const { plan, before, after, filesAfter } = await restored(['plugin:harbour-log', 'theme:twenty', 'plugin:hello', 'path:docs']);
		expect([plan.files.write, plan.files.remove, after]).toEqual([4, 1, before]);
		for (const name of ['/harbour-log/', '/twenty/', 'hello.php', 'docs']) { expect(filesAfter.filter((line) => line.includes(name))).toEqual(filesThen.filter((line) => line.includes(name))); }
		for (const name of ['harbour-log-pro/pro.php', 'twenty-child/style.css', 'robots.txt']) { expect(filesAfter.filter((line) => line.includes(name))).not.toEqual(filesThen.filter((line) => line.includes(name))); }
	}, 60_000);

	test('wp-config.php and its like only when chosen by name', async () => {
		expect((await planOf(['root'])).files.samples.map(({ path }) => path).sort()).toEqual(['docs/a.txt', 'robots.txt']);
		const { filesAfter } = await restored(['path:.htaccess']);
		expect(filesAfter.filter((line) => line.includes('.htaccess'))).toEqual(filesThen.filter((line) => line.includes('.htaccess')));
		expect(filesAfter.filter((line) => line.includes('wp-config.php'))).not.toEqual(filesThen.filter((line) => line.includes('wp-config.php')));
		expect(readFileSync(join(site.root, 'robots.txt'), 'utf8')).toBe('wrecked');
	}, 60_000);

	test('a path through wp-content reaches all roots below it; one that leaves the site is refused', async () => {
		expect((await planOf(['path:wp-content/uploads/2026/02/'])).files.write).toBe(2);
		expect((await planOf(['path:wp-content'])).files).toMatchObject({ write: 10, remove: 1 });
		symlinkSync(tmpdir(), join(site.root, 'wp-content/uploads/away'));
		writeFileSync(join(home, 'beside.txt'), 'not of the site');
		for (const path of ['/etc/passwd', '../beside.txt', 'wp-content/../../beside.txt', 'docs//a.txt', './docs', 'wp-content/uploads/away/x', '.']) {
			await expect(planOf([`path:${path}`])).rejects.toMatchObject({ code: 'RESTORE_PATH_OUTSIDE' });
		}
		for (const part of ['path:nothing/here', 'plugin:none', 'theme:none', 'plugin:..'] as Part[]) { await expect(planOf([part])).rejects.toMatchObject({ code: 'RESTORE_PART_UNKNOWN' }); }
		expect(existsSync(join(home, 'beside.txt'))).toBe(true);
	});
});

describe('before anything is done', () => {
	test('room is asked for when the plan is made and again when the restore begins', async () => {
		const { restorer, planner } = restorerOf(site, home);
		const { files } = site.tree;
		const plan = () => planner.plan({ point: { seq: point, at: 1, title: 'then' }, parts: ['everything'], by: shell });
		const before = filesPortrait(site.root);
		const enough = await plan();
		expect([enough.warnings.filter(({ code }) => code === 'NO_ROOM'), enough.needBytes > 0, enough.freeBytes > enough.needBytes]).toEqual([[], true, true]);
		const free = files.freeBytes.bind(files);
		files.freeBytes = async () => 10;
		try {
			expect((await plan()).warnings).toContainEqual({ code: 'NO_ROOM', message: expect.stringMatching(/^The disk of the WordPress folder, .*uploads.* needs room for about \d+ bytes; 10 are free\.$/) });
			await expect(restorer.restore(enough.id, shell, silent())).rejects.toMatchObject({ code: 'RESTORE_NO_ROOM' });
			// The database's own disk counts where it is on this machine.
			const rows = await planner.plan({ point: { seq: point, at: 1, title: 'then' }, parts: ['database'], by: shell });
			expect(rows.warnings).toContainEqual({ code: 'NO_ROOM', message: expect.stringContaining('the database') });
			await expect(restorer.restore(rows.id, shell, silent())).rejects.toMatchObject({ code: 'RESTORE_NO_ROOM' });
		} finally {
			files.freeBytes = free;
		}
		expect([existsSync(join(site.root, '.maintenance')), filesPortrait(site.root)]).toEqual([false, before]);
	}, 60_000);

	test('the login of a wp-config.php that was chosen is tried before the switch', async () => {
		const config = (name: string, prefix = 'wp_'): string => `<?php define('DB_NAME', '${name}'); define('DB_USER', '${server.user}'); define('DB_PASSWORD', '${server.password}'); define('DB_HOST', 'localhost:${server.socketPath}'); $table_prefix = '${prefix}';`;
		const seqs: number[] = [];
		for (const text of [config('no_such_database'), config(site.world.name, 'other_'), '<?php define("DB_NAME", compute());', config(site.world.name)]) {
			site.put('wp-config.php', text);
			seqs.push((await site.world.collector.collectOnce({ extra: await site.everything(), largeFiles: 'now', always: 'point' })).position.seq);
		}
		site.put('wp-config.php', 'of today');
		const { restorer, planner } = restorerOf(site, home, { tryConfig: (source) => tryLogin(source, site.root, { openDatabase: (ways) => MysqlDatabase.connect(ways) }) });
		const restore = async (seq: number) => restorer.restore((await planner.plan({ point: { seq, at: 1, title: 'then' }, parts: ['path:wp-config.php'], by: shell })).id, shell, silent());
		for (const seq of seqs.slice(0, 3)) {
			await expect(restore(seq)).rejects.toMatchObject({ code: 'RESTORE_LOGIN_REFUSED' });
			expect(readFileSync(join(site.root, 'wp-config.php'), 'utf8')).toBe('of today');
			expect(existsSync(join(site.root, '.maintenance'))).toBe(false);
		}
		// One that is missing comes back with the rest, whatever it says.
		unlinkSync(join(site.root, 'wp-config.php'));
		expect(await restorer.restore((await planner.plan({ point: { seq: seqs[2]!, at: 1, title: 'then' }, parts: ['root'], by: shell })).id, shell, silent())).toMatchObject({ equal: true });
		expect(readFileSync(join(site.root, 'wp-config.php'), 'utf8')).toContain('compute()');
		expect(await restore(seqs[3]!)).toMatchObject({ equal: true });
		expect(readFileSync(join(site.root, 'wp-config.php'), 'utf8')).toBe(config(site.world.name));
	}, 60_000);
});
