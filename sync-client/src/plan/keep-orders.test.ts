import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeepChoice, Plan, RestoreResult } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { anna, restorerOf, shell, silent } from '../restore/testing/test-restorer.ts';
import { TestSite } from '../sweep/testing/test-site.ts';
import { commonApplications } from './account-rules.ts';
import { KeepMatcher, keepRules } from './keep-rules.ts';
import { parseArray } from './php-array.ts';

/** The shapes of WordPress's and WooCommerce's tables, as far as the rules look at them. */
const shop = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, post_title text NOT NULL, post_type varchar(20) NOT NULL DEFAULT 'post', post_status varchar(20) NOT NULL DEFAULT 'publish', KEY type (post_type));
	CREATE TABLE wp_postmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, post_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext, KEY post_id (post_id));
	CREATE TABLE wp_comments (comment_ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, comment_post_ID bigint unsigned NOT NULL DEFAULT 0, comment_content text NOT NULL, comment_type varchar(20) NOT NULL DEFAULT 'comment');
	CREATE TABLE wp_commentmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, comment_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext);
	CREATE TABLE wp_users (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_login varchar(60) NOT NULL DEFAULT '', user_pass varchar(255) NOT NULL DEFAULT '', user_email varchar(100) NOT NULL DEFAULT '', user_activation_key varchar(255) NOT NULL DEFAULT '');
	CREATE TABLE wp_usermeta (umeta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id bigint unsigned NOT NULL DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext);
	CREATE TABLE wp_options (option_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) NOT NULL DEFAULT '', option_value longtext NOT NULL, UNIQUE KEY option_name (option_name));
	CREATE TABLE wp_term_relationships (object_id bigint unsigned NOT NULL DEFAULT 0, term_taxonomy_id bigint unsigned NOT NULL DEFAULT 0, PRIMARY KEY (object_id, term_taxonomy_id));
	CREATE TABLE wp_wc_orders (id bigint unsigned NOT NULL PRIMARY KEY, status varchar(20), customer_id bigint unsigned);
	CREATE TABLE wp_woocommerce_order_items (order_item_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, order_item_name text NOT NULL, order_id bigint unsigned NOT NULL);
	CREATE TABLE wp_actionscheduler_actions (action_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, hook varchar(191) NOT NULL, status varchar(20) NOT NULL);
	CREATE TABLE wp_woocommerce_order_itemmeta (meta_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, order_item_id bigint unsigned NOT NULL, meta_key varchar(255) DEFAULT NULL, meta_value longtext, KEY order_item_id (order_item_id));
	CREATE TABLE wp_wc_product_meta_lookup (product_id bigint NOT NULL PRIMARY KEY, stock_quantity double, stock_status varchar(100) DEFAULT 'instock');
	INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (1, '_product_id', '10'), (1, '_variation_id', '0'), (1, '_reduced_stock', '1');
	INSERT INTO wp_wc_product_meta_lookup VALUES (10, 5, 'instock');
	CREATE TABLE wp_newsletter (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, email varchar(100) NOT NULL);
	INSERT INTO wp_posts (ID, post_title, post_type, post_status) VALUES (1, 'Hello', 'post', 'publish'), (10, 'Boat', 'product', 'publish'), (11, 'TEN', 'shop_coupon', 'publish'), (20, 'Order 20', 'shop_order', 'wc-pending'), (22, 'Order 22', 'shop_order', 'wc-processing'), (30, 'About', 'page', 'publish'), (12, 'Boat, blue', 'product_variation', 'publish');
	INSERT INTO wp_postmeta (meta_id, post_id, meta_key, meta_value) VALUES (1, 10, '_stock', '5'), (2, 11, 'usage_count', '1'), (3, 20, '_order_total', '10'), (4, 22, '_order_total', '22'), (5, 30, '_wp_page_template', 'wide'), (6, 11, 'coupon_amount', '10'), (50, 12, '_stock', '4'), (51, 12, '_stock_status', 'instock');
	INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_content, comment_type) VALUES (1, 1, 'Nice', 'comment'), (2, 22, 'Paid', 'order_note');
	INSERT INTO wp_commentmeta (meta_id, comment_id, meta_key, meta_value) VALUES (1, 2, 'is_customer_note', '1'), (2, 1, 'rating', '5');
	INSERT INTO wp_users VALUES (1, 'anna', 'p1', 'anna@one.example', ''), (2, 'carl', 'p2', 'carl@one.example', ''), (5, 'ed', 'p5', 'ed@one.example', '');
	INSERT INTO wp_usermeta VALUES (1, 1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (2, 2, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (3, 2, 'billing_city', 'Kiel'), (4, 5, 'wp_capabilities', 'a:1:{s:6:"editor";b:1;}'), (5, 5, 'session_tokens', 'eds');
	INSERT INTO wp_options VALUES (1, 'siteurl', 'http://one.example'), (2, 'cron', 'then'), (3, 'blogname', 'One');
	INSERT INTO wp_term_relationships VALUES (10, 1), (22, 3);
	INSERT INTO wp_wc_orders VALUES (20, 'wc-pending', 2), (22, 'wc-processing', 2);
	INSERT INTO wp_woocommerce_order_items VALUES (1, 'Boat', 20), (2, 'Boat', 22);
	INSERT INTO wp_actionscheduler_actions VALUES (1, 'renew', 'pending');
	INSERT INTO wp_newsletter VALUES (1, 'a@one.example'), (2, 'b@one.example');
`;

/** A day of a shop, and what went wrong on it. */
const since = `
	UPDATE wp_posts SET post_status = 'wc-completed' WHERE ID = 20; UPDATE wp_wc_orders SET status = 'wc-completed' WHERE id = 20;
	INSERT INTO wp_posts VALUES (40, 'Order 40', 'shop_order', 'wc-processing'), (41, 'Hacked', 'post', 'publish'), (42, 'Order 42', 'shop_order_placehold', 'draft');
	INSERT INTO wp_wc_orders VALUES (40, 'wc-processing', 3), (42, 'wc-processing', 3); INSERT INTO wp_woocommerce_order_items VALUES (3, 'Boat', 40);
	DELETE FROM wp_postmeta WHERE meta_id = 5; INSERT INTO wp_postmeta VALUES (5, 40, '_order_total', '40'), (20, 11, '_used_by', '3'), (21, 41, 'evil', '1'), (22, 40, '_transaction_id', 't40');
	UPDATE wp_postmeta SET meta_value = '2' WHERE meta_id = 2; UPDATE wp_postmeta SET meta_value = '99' WHERE meta_id = 6; UPDATE wp_postmeta SET meta_value = '4' WHERE meta_id = 1; UPDATE wp_wc_product_meta_lookup SET stock_quantity = 4;
	INSERT INTO wp_comments VALUES (10, 40, 'Paid by card', 'order_note'), (11, 1, 'Buy pills', 'comment'); INSERT INTO wp_commentmeta VALUES (10, 10, 'added_by', 'system'), (11, 11, 'spam', '1');
	DELETE FROM wp_posts WHERE ID IN (22, 30); DELETE FROM wp_postmeta WHERE post_id = 22; DELETE FROM wp_comments WHERE comment_ID = 2; DELETE FROM wp_commentmeta WHERE comment_id = 2; DELETE FROM wp_term_relationships WHERE object_id = 22;
	DELETE FROM wp_wc_orders WHERE id = 22; DELETE FROM wp_woocommerce_order_items WHERE order_id = 22;
	UPDATE wp_posts SET post_title = 'Wrecked' WHERE ID = 10; INSERT INTO wp_term_relationships VALUES (40, 9), (41, 9);
	INSERT INTO wp_users VALUES (3, 'dora', 'p3', 'dora@one.example', ''), (4, 'mallory', 'p4', 'm@evil.example', ''); UPDATE wp_users SET user_email = 'carl@two.example', user_pass = 'p2new' WHERE ID = 2; UPDATE wp_users SET user_pass = 'p5new', user_email = 'ed@two.example' WHERE ID = 5;
	INSERT INTO wp_usermeta VALUES (10, 3, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}'), (11, 4, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (12, 3, 'billing_city', 'Lübeck'), (13, 4, 'session_tokens', 'mallorys'); UPDATE wp_usermeta SET meta_value = 'Hamburg' WHERE umeta_id = 3;
	DELETE FROM wp_options WHERE option_name = 'cron'; INSERT INTO wp_options VALUES (9, 'cron', 'now'); UPDATE wp_options SET option_value = 'Wrecked' WHERE option_name = 'blogname';
	UPDATE wp_actionscheduler_actions SET status = 'complete'; INSERT INTO wp_actionscheduler_actions VALUES (2, 'mail', 'pending');
	DELETE FROM wp_newsletter WHERE id = 1; INSERT INTO wp_newsletter VALUES (3, 'c@one.example');
`;

let server: TestServer;
let site: TestSite;
let point = 0;
let home: string;
beforeAll(async () => {
	server = await TestServer.start();
}, 60_000);
beforeEach(async () => {
	await site?.close();
	home = mkdtempSync(join(tmpdir(), 'hf-keep-'));
	site = await TestSite.open(server, home);
	await site.world.sql(shop);
	point = (await site.firstBackup()).seq;
	await site.world.sql(since);
}, 60_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

async function restored(keep: KeepChoice, by: typeof anna | typeof shell = shell, onStep?: () => Promise<void>): Promise<{ plan: Plan; result: RestoreResult }> {
	const { restorer, planner } = restorerOf(site, home, onStep === undefined ? {} : { onStep: async (step) => { if (step === 'staged') { await onStep(); } } });
	const plan = await planner.plan({ point: { seq: point, at: 1, title: 'the morning' }, parts: ['database'], keep, by });
	const result = await restorer.restore(plan.id, by, silent());
	expect(result.differing).toEqual([]);
	expect(result.equal).toBe(true);
	return { plan, result };
}

/** Rows as `a|b|c`. */
const rows = async (sql: string): Promise<string[]> => (await site.world.sql(sql)).split('\n').filter((line) => line !== '').map((line) => line.replaceAll('\t', '|'));

describe('Keep newer orders', () => {
	test('is on where a shop is: orders, customers and scheduled work are as now, all else is as then', async () => {
		const { plan, result } = await restored({});
		expect(plan.keep).toEqual({ orders: true, stock: 'now', accounts: 'now', added: [], newer: { orders: 2, customers: 1 } });
		expect(result.kept).toContainEqual({ what: 'Orders, customers, payments and scheduled work', why: 'Keep newer orders: as they are now.' });
		// Order 22 was deleted since and stays so; the page and the product are back, the hacked post is gone.
		expect(await rows('SELECT ID, post_title, post_status FROM wp_posts ORDER BY ID')).toEqual(['1|Hello|publish', '10|Boat|publish', '11|TEN|publish', '12|Boat, blue|publish', '20|Order 20|wc-completed', '30|About|publish', '40|Order 40|wc-processing', '42|Order 42|draft']);
		// The page's template had the number that the order's total has now; the coupon's amount is as then, its usage as now.
		expect(await rows('SELECT meta_id, post_id, meta_key, meta_value FROM wp_postmeta ORDER BY 1')).toEqual(['1|10|_stock|4', '2|11|usage_count|2', '3|20|_order_total|10', '5|40|_order_total|40', '6|11|coupon_amount|10', '20|11|_used_by|3', '22|40|_transaction_id|t40', '50|12|_stock|4', '51|12|_stock_status|instock']);
		expect(plan.warnings).toContainEqual({ code: 'ID_TAKEN', message: '1 row of wp_postmeta cannot come back: an order or what belongs to it has the same number now, and keeps it.' });
		expect(await rows('SELECT comment_ID, comment_post_ID FROM wp_comments')).toEqual(['1|1', '10|40']);
		expect(await rows('SELECT meta_id, comment_id FROM wp_commentmeta')).toEqual(['2|1', '10|10']);
		expect(await rows('SELECT * FROM wp_term_relationships')).toEqual(['10|1', '40|9']);
		// Dora registered to buy, Mallory did not; Carl's address is as now, Ed's as then, but his password was changed since.
		expect(await rows('SELECT ID, user_login, user_pass, user_email FROM wp_users')).toEqual(['1|anna|p1|anna@one.example', '2|carl|p2new|carl@two.example', '3|dora|p3|dora@one.example', '5|ed|p5new|ed@one.example']);
		expect(await rows('SELECT umeta_id, user_id, meta_value FROM wp_usermeta WHERE user_id > 1 ORDER BY 1')).toEqual(['2|2|a:1:{s:8:"customer";b:1;}', '3|2|Hamburg', '4|5|a:1:{s:6:"editor";b:1;}', '10|3|a:1:{s:8:"customer";b:1;}', '12|3|Lübeck']);
		expect(await rows('SELECT * FROM wp_options ORDER BY 1')).toEqual(['1|siteurl|http://one.example', '3|blogname|One', '9|cron|now']);
		expect(await rows('SELECT * FROM wp_wc_orders')).toEqual(['20|wc-completed|2', '40|wc-processing|3', '42|wc-processing|3']);
		expect(await rows('SELECT order_id FROM wp_woocommerce_order_items')).toEqual(['20', '40']);
		expect(await rows('SELECT action_id, status FROM wp_actionscheduler_actions')).toEqual(['1|complete', '2|pending']);
		expect(await rows('SELECT id FROM wp_newsletter')).toEqual(['1', '2']);
	});

	test('what is ordered, paid and deleted between plan and window is kept by the same rules', async () => {
		const { result } = await restored({}, shell, async () => {
			await site.world.sql(`
				INSERT INTO wp_posts VALUES (50, 'Order 50', 'shop_order', 'wc-pending'), (51, 'Late spam', 'post', 'publish'); INSERT INTO wp_postmeta VALUES (30, 50, '_order_total', '50'), (31, 51, 'evil', '2');
				INSERT INTO wp_wc_orders VALUES (50, 'wc-pending', 6); INSERT INTO wp_users VALUES (6, 'finn', 'p6', 'finn@one.example', ''); INSERT INTO wp_usermeta VALUES (30, 6, 'wp_capabilities', 'a:1:{s:8:"customer";b:1;}');
				DELETE FROM wp_posts WHERE ID = 20; DELETE FROM wp_postmeta WHERE post_id = 20; DELETE FROM wp_wc_orders WHERE id = 20; UPDATE wp_options SET option_value = 'later' WHERE option_name = 'cron';
			`);
			// As capture would have named it.
			await site.world.collector.collectOnce({ extra: await site.everything(), largeFiles: 'now', always: 'point' });
		});
		expect(result.folded).toBeGreaterThan(0);
		expect(await rows('SELECT ID FROM wp_posts ORDER BY ID')).toEqual(['1', '10', '11', '12', '30', '40', '42', '50']);
		expect(await rows('SELECT meta_id FROM wp_postmeta ORDER BY 1')).toEqual(['1', '2', '5', '6', '20', '22', '30', '50', '51']);
		expect(await rows('SELECT ID FROM wp_users')).toEqual(['1', '2', '3', '5', '6']);
		expect(await rows('SELECT umeta_id FROM wp_usermeta WHERE user_id = 6')).toEqual(['30']);
		expect(await rows('SELECT id FROM wp_wc_orders')).toEqual(['40', '42', '50']);
		expect(await rows("SELECT option_value FROM wp_options WHERE option_name = 'cron'")).toEqual(['later']);
	});

	test('a table of orders whose shape is another now stays as it is, and the plan says so', async () => {
		await site.world.sql("ALTER TABLE wp_wc_orders ADD COLUMN note varchar(20) NOT NULL DEFAULT ''; UPDATE wp_wc_orders SET note = 'kept' WHERE id = 40");
		const { plan } = await restored({});
		expect(plan.warnings).toContainEqual({ code: 'TABLE_OTHER_SHAPE', message: 'Table wp_wc_orders had another shape then; it stays as it is now with the orders. The plugin that it belongs to may have to update it again.' });
		expect(await rows('SELECT * FROM wp_wc_orders')).toEqual(['20|wc-completed|2|', '40|wc-processing|3|kept', '42|wc-processing|3|']);
		expect(await rows('SELECT ID FROM wp_posts WHERE ID = 30')).toEqual(['30']);
	});

	test('can be left out: then the plan says which orders would be lost, and everything is as then', async () => {
		const { plan } = await restored({ orders: false, accounts: 'then' });
		expect(plan.keep).toMatchObject({ orders: false, newer: { orders: 0, customers: 0 } });
		expect(plan.kinds.find(({ kind }) => kind === 'orders')).toMatchObject({ delete: 3, insert: 2, change: 2 });
		expect(await rows('SELECT ID FROM wp_posts ORDER BY ID')).toEqual(['1', '10', '11', '12', '20', '22', '30']);
		expect(await rows('SELECT * FROM wp_wc_orders')).toEqual(['20|wc-pending|2', '22|wc-processing|2']);
		expect(await rows('SELECT option_id, option_value FROM wp_options WHERE option_name = \'cron\'')).toEqual(['2|then']);
		expect(await rows('SELECT ID, user_pass FROM wp_users')).toEqual(['1|p1', '2|p2', '5|p5']);
		expect(await rows("SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'session_tokens'")).toEqual(['5']);
	});

	test('undo after it is the day as it went, but for the sessions', async () => {
		const before = await rows("SELECT ID, post_title FROM wp_posts UNION ALL SELECT meta_id, meta_value FROM wp_postmeta UNION ALL SELECT ID, user_pass FROM wp_users UNION ALL SELECT umeta_id, meta_key FROM wp_usermeta WHERE meta_key <> 'session_tokens'");
		await restored({}, anna);
		const { restorer } = restorerOf(site, home);
		expect(await restorer.undo(null, anna, silent())).toMatchObject({ equal: true, differing: [] });
		expect(await rows('SELECT ID, post_title FROM wp_posts UNION ALL SELECT meta_id, meta_value FROM wp_postmeta UNION ALL SELECT ID, user_pass FROM wp_users UNION ALL SELECT umeta_id, meta_key FROM wp_usermeta')).toEqual(before);
	});

	test('stock: as then less what was sold since, also of what is ordered between plan and window', async () => {
		await site.world.sql(`
			UPDATE wp_postmeta SET meta_value = '70' WHERE meta_id = 1; DELETE FROM wp_postmeta WHERE meta_id IN (50, 51); DELETE FROM wp_posts WHERE ID = 12;
			INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (3, '_product_id', '10'), (3, '_variation_id', '0'), (3, '_reduced_stock', '2'), (4, '_product_id', '99'), (4, '_variation_id', '12'), (4, '_reduced_stock', '3');
			UPDATE wp_woocommerce_order_itemmeta SET meta_value = '0' WHERE order_item_id = 1 AND meta_key = '_reduced_stock'; UPDATE wp_wc_product_meta_lookup SET stock_quantity = 70 WHERE product_id = 10;
		`);
		const { plan } = await restored({ stock: 'thenLessSold' }, shell, async () => {
			await site.world.sql("INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (5, '_product_id', '10'), (5, '_reduced_stock', '3'); UPDATE wp_postmeta SET meta_value = '67' WHERE meta_id = 1");
			await site.world.collector.collectOnce({ extra: await site.everything(), largeFiles: 'now', always: 'point' });
		});
		// Of 5 boats two were sold since and one, sold before, came back; the other product had 4 and is sold but for one.
		expect(plan.stock).toEqual([{ id: 10, name: 'Wrecked', now: 70, then: 5, sold: 1, planned: 4 }, { id: 12, name: '', now: null, then: 4, sold: 3, planned: 1 }]);
		expect(await rows("SELECT post_id, meta_value FROM wp_postmeta WHERE meta_key IN ('_stock', '_stock_status') ORDER BY meta_id")).toEqual(['10|1', '12|1', '12|instock']);
		expect(await rows('SELECT * FROM wp_wc_product_meta_lookup')).toEqual(['10|1|instock']);
	});

	test('stock: as now where nothing else was chosen; what differs is shown', async () => {
		const { plan } = await restored({});
		expect(plan.stock).toEqual([{ id: 10, name: 'Wrecked', now: 4, then: 5, sold: 0, planned: 4 }]);
		expect(await rows('SELECT meta_value FROM wp_postmeta WHERE meta_id = 1')).toEqual(['4']);
		expect(await rows('SELECT * FROM wp_wc_product_meta_lookup')).toEqual(['10|4|instock']);
	});

	test('is no matter where a table is chosen by its name; rows that were added to a table stay if so chosen', async () => {
		const { restorer, planner } = restorerOf(site, home);
		const plan = await planner.plan({ point: { seq: point, at: 1, title: 'the morning' }, parts: ['table:wp_wc_orders', 'table:wp_newsletter'], keep: { added: ['wp_newsletter'] }, by: shell });
		expect((await restorer.restore(plan.id, shell, silent())).equal).toBe(true);
		expect(await rows('SELECT id FROM wp_wc_orders')).toEqual(['20', '22']);
		expect(await rows('SELECT id FROM wp_newsletter')).toEqual(['1', '2', '3']);
		expect(plan.kept).toEqual([{ what: 'Rows added to wp_newsletter', why: 'You chose to keep them.' }]);
	});
});

describe('rules', () => {
	test('of plugins add to ours, take the place of one with the same id, and are named where they are none', () => {
		const { rules, refused } = keepRules([
			{ id: 'tickets', label: 'Tickets', where: ['tickets'], tables: ['tickets', 'ticket_*'], postTypes: ['ticket'] },
			{ id: 'woocommerce', label: 'Only bookings', where: ['wc_orders'], postTypes: ['wc_booking'] }, { id: 'BAD', label: '' }, null, 'text',
		]);
		expect(rules.map(({ label }) => label)).toEqual(['Only bookings', 'Stock of products', 'Tickets']);
		expect(refused).toEqual(['BAD', 'null', '"text"']);
		const matcher = new KeepMatcher(rules);
		expect([matcher.table('ticket_seats')?.id, matcher.table('ticket')?.id, matcher.table('wc_orders')?.id]).toEqual(['tickets', undefined, undefined]);
		expect(keepRules(undefined).rules.map(({ id }) => id)).toEqual(['woocommerce', 'woocommerce-stock']);
	});

	test('application passwords: those that are there both then and now', () => {
		const one = (uuid: string, name: string): string => `a:3:{s:4:"uuid";s:${uuid.length}:"${uuid}";s:4:"name";s:${name.length}:"${name}";s:9:"last_used";N;}`;
		const list = (...items: string[]): string => `a:${items.length}:{${items.map((item, i) => `i:${i};${item}`).join('')}}`;
		expect(commonApplications(list(one('u1', 'old;}"'), one('u2', 'b')), list(one('u2', 'b2'), one('u3', 'new')))).toBe(list(one('u2', 'b2')));
		expect(commonApplications(list(one('u1', 'a')), 'a:1:{broken')).toBeNull();
		expect(commonApplications(null, list())).toBeNull();
	});

	test('serialized arrays are taken apart at their own borders', () => {
		expect(parseArray('a:2:{i:0;O:8:"stdClass":1:{s:1:"a";a:0:{}}s:4:"k";}";d:0.5;}')).toEqual([{ key: 'i:0;', value: 'O:8:"stdClass":1:{s:1:"a";a:0:{}}' }, { key: 's:4:"k";}";', value: 'd:0.5;' }]);
		for (const broken of ['', 'i:1;', 'a:1:{i:0;}', 'a:1:{i:0;s:5:"ab";}', `a:1:{i:0;${'a:1:{i:0;'.repeat(300)}N;${'}'.repeat(300)}}`]) { expect(parseArray(broken)).toBeNull(); }
	});
});
