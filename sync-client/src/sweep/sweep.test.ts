import { appendFileSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { splitCommit, commitFlags } from '@holdfast/protocol';
import { QuietRules } from './quiet-rules.ts';
import { sweep, verify, type SweepCollect } from './sweep.ts';
import { TestSite } from './testing/test-site.ts';

let server: TestServer;
let site: TestSite;
const home = mkdtempSync(join(tmpdir(), 'hf-sweep-'));
beforeAll(async () => {
	server = await TestServer.start();
	site = await TestSite.seeded(server, home);
	await site.firstBackup();
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const collect: SweepCollect = (found) => site.world.collector.collectOnce({ ...found, largeFiles: 'now' });

describe('sweep', () => {
	test('nothing changed: equal, and nothing is collected', async () => {
		const before = site.world.appender.head;
		const result = await sweep(site.sweepParts, collect);
		expect(result).toMatchObject({ equal: true, differing: [] });
		expect(result.compared.rows).toBeGreaterThan(300);
		expect(result.compared.files).toBeGreaterThan(15);
		expect(site.world.appender.head).toEqual(before);
	});

	test('damage that no intent announced is found, named and collected; afterwards all is equal', async () => {
		const point = site.world.appender.head.seq;
		await site.world.sql(`
			UPDATE wp_posts SET post_title = 'other' WHERE ID = 5; DELETE FROM wp_posts WHERE ID = 6; INSERT INTO wp_posts (post_title, post_content) VALUES ('new', '');
			DELETE FROM wp_keyless WHERE a = 1 LIMIT 1; UPDATE wp_myisam SET t = 'x' WHERE id = 1; DROP TABLE wp_binary; CREATE TABLE wp_new (id int PRIMARY KEY); INSERT INTO wp_new VALUES (7);
			ALTER TABLE wp_composite ADD COLUMN d int; DROP VIEW wp_view; DROP TRIGGER wp_trigger; UPDATE wp_composite SET c = 'x' WHERE b = 3;
		`);
		unlinkSync(join(site.root, 'wp-content/uploads/2026/11/photo.jpg'));
		appendFileSync(join(site.root, 'wp-content/themes/twenty/style.css'), 'x');
		site.put('wp-content/uploads/neu.txt');
		const found = await sweep(site.sweepParts, collect);
		expect(found.equal).toBe(false);
		expect(found.differing).toEqual(expect.arrayContaining([
			{ what: 'wp_posts ID=5', why: 'other on the site' }, { what: 'wp_posts ID=6', why: 'only in the backup' }, { what: 'wp_posts ID=512', why: 'only on the site' },
			{ what: 'wp_keyless a row', why: 'other on the site' }, { what: 'wp_myisam id=1', why: 'other on the site' }, { what: 'table wp_binary', why: 'only in the backup' },
			{ what: 'table wp_new', why: 'only on the site' }, { what: 'table wp_composite', why: 'another schema' }, { what: 'view wp_view', why: 'only in the backup' },
			{ what: 'trigger wp_trigger on wp_comments', why: 'only in the backup' }, { what: 'uploads/2026/11/photo.jpg', why: 'only in the backup' },
			{ what: 'themes/twenty/style.css', why: 'other on the site' }, { what: 'uploads/neu.txt', why: 'only on the site' },
		]));
		expect(found.differing.length).toBe(13);
		expect(await sweep(site.sweepParts, collect)).toMatchObject({ equal: true });
		expect(await verify(site.sweepParts, null)).toMatchObject({ equal: true });
		const then = await verify(site.sweepParts, point);
		expect(then.differing.length).toBe(13);
	});

	test('what is out of scope is not looked at: the neighbour with a longer prefix, caches', async () => {
		await site.world.sql('INSERT INTO wp_2_options VALUES (2)');
		site.put('wp-content/cache/other.html');
		expect(await verify(site.sweepParts, null)).toMatchObject({ equal: true });
	});

	test('what an intent has announced is on its way: collected, and not called missed', async () => {
		const request = site.world.request(1);
		request.intent('wp_posts', { k: [[7]] });
		request.intent('wp_posts', { g: [20, 22] });
		request.intent('wp_keyless', { t: 1 });
		request.file(join(site.root, 'wp-content/uploads/told.txt'));
		request.file(join(site.root, 'wp-content/uploads/tree'), 'tree');
		await site.world.sql("UPDATE wp_posts SET post_title = 'told' WHERE ID IN (7, 21); DELETE FROM wp_keyless LIMIT 1");
		site.put('wp-content/uploads/told.txt');
		site.put('wp-content/uploads/tree/leaf.txt');
		expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
		await site.world.sql("UPDATE wp_posts SET post_title = 'not told' WHERE ID = 23");
		site.put('wp-content/uploads/tree2.txt');
		expect((await sweep(site.sweepParts, collect)).differing).toEqual([{ what: 'wp_posts ID=23', why: 'other on the site' }, expect.objectContaining({ what: 'uploads/tree2.txt' })]);
		request.close().end();
		expect(await verify({ ...site.sweepParts, announced: undefined as never }, null)).toMatchObject({ equal: true });
	});

	test('so is what a collect has forgotten while the comparison ran', async () => {
		const watch = site.sweepParts.announced!();
		const request = site.world.request(1);
		request.intent('wp_posts', { k: [[8]] });
		await site.world.sql("UPDATE wp_posts SET post_title = 'gone by' WHERE ID = 8");
		request.close().end();
		await site.world.collector.collectOnce();
		expect(site.world.ledger.waiting().changes).toBe(0);
		const announced = await watch.look();
		const tuple = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
		expect([8, 9].map((id) => announced.explainsRow('wp_posts', tuple(String(id))))).toEqual([true, false]);
		watch.end();
	});

	test('quiet rows are collected, make no point and were not missed; but a person who asks is told of them', async () => {
		const rules = new QuietRules({
			options: { option_name: ['_transient_*', 'cro[nm]', 'doing_?ron'] }, usermeta: { meta_key: ['session_tokens'] }, 'key*': true, posts: { only: ['post_author', 'post_status'] }, comments: ['broken'],
		}, 'wp_');
		const parts = { ...site.sweepParts, quietRules: async () => rules };
		await site.world.sql(`INSERT INTO wp_options (option_name, option_value) VALUES ('_transient_a', '1'), ('cron', '2'), ('doing_cron', REPEAT('x', 5000000));
			UPDATE wp_usermeta SET meta_value = 'x' WHERE meta_key = 'session_tokens'; INSERT INTO wp_keyless VALUES (9, 'q'); UPDATE wp_posts SET post_author = 8, post_status = 'draft' WHERE ID = 40;`);
		expect((await verify(parts, null)).differing.length).toBeGreaterThan(4);
		const point = site.world.appender.head.seq;
		expect(await sweep(parts, collect)).toMatchObject({ equal: true, differing: [] });
		expect(site.world.appender.head.seq).toBe(point + 1);
		expect(splitCommit(site.world.endpoint.commitsStored.at(-1)!.commit).header.flags & commitFlags.quiet).toBe(commitFlags.quiet);
		expect(await verify(parts, null)).toMatchObject({ equal: true });

		await site.world.sql(`UPDATE wp_options SET option_name = 'plain' WHERE option_name = '_transient_a'; DELETE FROM wp_options WHERE option_name = 'cron'; UPDATE wp_posts SET post_author = 9, post_title = 'loud' WHERE ID = 40;
			UPDATE wp_comments SET comment_content = 'loud' WHERE comment_ID = 1`);
		expect((await sweep(parts, collect)).differing.map(({ what }) => what).sort()).toEqual([expect.stringContaining('wp_comments'), expect.stringContaining('wp_options'), 'wp_posts ID=40']);
		expect(splitCommit(site.world.endpoint.commitsStored.at(-1)!.commit).header.flags & commitFlags.quiet).toBe(0);
		expect(await verify(parts, null)).toMatchObject({ equal: true });
	});

	test('a sweep can be cancelled', async () => {
		await expect(sweep(site.sweepParts, collect, () => {}, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
	});
});
