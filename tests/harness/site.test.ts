import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSite, type TestSite } from './index.ts';

let site: TestSite;
beforeAll(async () => {
	site = await makeSite();
});
afterAll(async () => {
	await site.destroy();
});

test('the front page answers with seeded posts, a permalink leads to one', async () => {
	const front = await site.visitor().get('/');
	expect(front.status).toBe(200);
	expect(front.text).toContain('Holdfast Harbour');
	const permalink = await site.php('echo get_permalink( get_posts()[0] );');
	expect(permalink.startsWith(`${site.url}/20`)).toBe(true);
	expect((await site.visitor().get(permalink)).status).toBe(200);
});

test('wp-admin lets the administrator in, and nobody else', async () => {
	const admin = await site.loggedIn();
	expect((await admin.get('/wp-admin/')).text).toContain('Dashboard');
	await expect(site.visitor().login('admin', 'wrong')).rejects.toThrow('could not log in');
	const created = await admin.rest('POST', 'wp/v2/posts', { title: 'Made over REST', status: 'publish' });
	expect(created.status).toBe(201);
	expect(await site.sql(`SELECT post_status FROM wp_posts WHERE post_title = 'Made over REST'`)).toEqual([['publish']]);
});

test('a second site shares nothing with the first', async () => {
	const other = await makeSite({ seed: 'none' });
	await other.sql(`UPDATE wp_options SET option_value = 'Other' WHERE option_name = 'blogname'`);
	expect((await other.visitor().get('/')).text).toContain('<title>Other');
	expect((await site.visitor().get('/')).text).toContain('<title>Holdfast Harbour');
	await expect(other.sql(`SELECT * FROM \`${site.db.name}\`.wp_options`)).rejects.toThrow('denied');
	await other.destroy();
	await expect(stat(other.folder)).rejects.toThrow('ENOENT');
});

test('serialized settings survive the change of address', async () => {
	const broken = await site.php(`
		global $wpdb;
		foreach ( $wpdb->get_results( "SELECT option_name, option_value FROM $wpdb->options" ) as $row ) {
			if ( is_serialized( $row->option_value ) && false === @unserialize( $row->option_value ) ) {
				echo $row->option_name, ' ';
			}
		}`);
	expect(broken).toBe('');
	const [image] = JSON.parse(
		await site.php(
			'echo wp_json_encode( array_map( "wp_get_attachment_url", get_posts( array( "post_type" => "attachment", "fields" => "ids" ) ) ) );',
		),
	) as string[];
	expect(image?.startsWith(site.url)).toBe(true);
	expect((await stat(join(site.root, new URL(image as string).pathname))).size).toBeGreaterThan(1000);
});

test('every write of the seed plugin works over REST', async () => {
	const admin = await site.loggedIn();
	const hex = 'ab'.repeat(16);
	const writes: [string, unknown[]][] = [
		['arrive', ['Vasa', 3, 4.8, '2024-05-01 10:00:00']],
		['move', ['Vasa', 4]],
		['forget_visit', ['Vasa']],
		['forget_all_visits', []],
		['store', ['north', 'SKU-1', 5, '2.5']],
		['count', ['NORTH', 'SKU-1', 9]],
		['clear_out', ['nor', 'SKU-1']],
		['issue', [hex, 'Label', { '00ff': 1 }]],
		['relabel', [hex, 'Other']],
		['revoke', [hex]],
		['note', ['Fog', 'fair']],
		['note', ['Fog again', 'rain', 1]],
		['tear_out', [1]],
	];
	for (const [write, parameters] of writes) {
		const answer = await admin.rest('POST', `harbour-log/v1/${write}`, { with: parameters });
		expect([write, answer.status]).toEqual([write, 200]);
	}
	expect(await site.sql('SELECT COUNT(*) FROM wp_harbour_visits')).toEqual([['0']]);
	expect(await site.sql(`SELECT COUNT(*) FROM wp_harbour_stock WHERE warehouse = 'North' AND sku = 'SKU-1'`)).toEqual([['0']]);
});

test('services of its own can be killed and come back', async () => {
	const own = await makeSite({ seed: 'none', services: 'own' });
	await own.stack?.mariadb.kill();
	expect((await own.visitor().get('/')).status).toBe(500);
	await own.stack?.mariadb.start();
	expect((await own.visitor().get('/')).status).toBe(200);
	await own.stack?.php.kill();
	expect((await own.visitor().get('/')).status).toBe(502);
	await own.stack?.php.start();
	await own.stack?.nginx.restart();
	expect((await own.visitor().get('/')).status).toBe(200);
	await own.destroy();
});
