import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { splitCommit } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { liveLimits } from '../collect/rows-step.ts';
import { sweepTables, verify, type SweepCollect } from './sweep.ts';
import { TestSite } from './testing/test-site.ts';

let server: TestServer;
let site: TestSite;
const home = mkdtempSync(join(tmpdir(), 'hf-long-'));
beforeAll(async () => {
	server = await TestServer.start();
	// Every table with a page of its own counts as long.
	site = await TestSite.seeded(server, home, { limits: { ...liveLimits, inlineTableBytesMax: 0 } });
	await site.firstBackup();
}, 120_000);
afterAll(async () => {
	await site?.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

const pending = () => splitCommit(site.world.endpoint.commitsStored.at(-1)!.commit).header.pending.length;

/** What the agent does beside its loop. @param meanwhile happens after the table was compared, before the last collect */
async function compare(table: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
	const { collector } = site.world;
	collector.pending.comparisonBegins([table]);
	const collect: SweepCollect = async (found, isLast) => {
		if (isLast) { await meanwhile(); }
		await collector.collectOnce({ ...found, largeFiles: 'later', compared: isLast ? [table] : [] });
	};
	await sweepTables(site.sweepParts, new Set([table]), collect);
}

/** A statement that only its table is known of. */
async function wholeTable(table: string, sql: string): Promise<void> {
	const request = site.world.request(1);
	request.intent(table, { t: 1 });
	await site.world.sql(sql);
	request.close().end();
}

test('a long table that is named as a whole is pending until it was compared; other changes do not wait for it', async () => {
	const { collector } = site.world;
	await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = CONCAT('x', ID) WHERE ID % 3 = 0; DELETE FROM wp_posts WHERE ID = 4");
	const request = site.world.request(2);
	request.intent('wp_options', { k: [[1]] });
	await site.world.sql("UPDATE wp_options SET option_value = 'soon' WHERE option_id = 1");
	request.close().end();
	const { counts } = await collector.collectOnce();
	expect(counts).toMatchObject({ rows: 1, deletedRows: 0 });
	expect([collector.pending.laterTables, pending()]).toEqual([['wp_posts'], 1]);
	expect(collector.pending.list()).toMatchObject([{ why: 'The table wp_posts is being compared.' }]);
	expect(site.world.ledger.waiting().changes).toBe(0);

	await compare('wp_posts');
	expect([collector.pending.laterTables, pending()]).toEqual([[], 0]);
	expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
});

test('named as a whole again while it is compared, it is compared once more', async () => {
	const { collector } = site.world;
	await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'first' WHERE ID = 7");
	await collector.collectOnce();
	await compare('wp_posts', () => wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'behind its back' WHERE ID = 1"));
	expect([collector.pending.laterTables, pending()]).toEqual([['wp_posts'], 1]);
	await compare('wp_posts');
	expect([collector.pending.laterTables, pending()]).toEqual([[], 0]);
	expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
});

test('so it is where another collect saw that, though it had nothing to commit', async () => {
	const { collector } = site.world;
	await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'second' WHERE ID = 7");
	await collector.collectOnce();
	const { seq } = site.world.appender.head;
	await compare('wp_posts', async () => {
		await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'once more' WHERE ID = 1");
		expect(await collector.collectOnce()).toMatchObject({ committed: false });
		expect(site.world.appender.head.seq).toBeGreaterThanOrEqual(seq);
	});
	expect(collector.pending.laterTables).toEqual(['wp_posts']);
	await compare('wp_posts');
	expect([collector.pending.laterTables, pending()]).toEqual([[], 0]);
	expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
});

test('a point that a person asks for does not wait for it: the table is compared at once', async () => {
	const { collector } = site.world;
	await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'now' WHERE ID = 8");
	await collector.collectOnce();
	expect(pending()).toBe(1);
	await collector.collectOnce({ always: 'point', tablesNow: true });
	expect([collector.pending.laterTables, pending()]).toEqual([[], 0]);
	expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
});

test('a later life of the agent knows what it owes', async () => {
	const { collector } = site.world;
	await wholeTable('wp_options', "UPDATE wp_options SET option_value = 'late' WHERE option_id = 2");
	await collector.collectOnce();
	collector.pending.reload();
	expect(collector.pending.laterTables).toEqual(['wp_options']);
	// One that lost its index has only what the commits list.
	site.world.index.setNote('pendingTables', null);
	collector.pending.reload();
	expect([collector.pending.laterTables, collector.pending.brokenTables]).toEqual([['wp_options'], []]);
	await compare('wp_options');
	expect(pending()).toBe(0);
});

test('tables without a key, altered, emptied and dropped ones come out right', async () => {
	const { collector } = site.world;
	await wholeTable('wp_keyless', 'DELETE FROM wp_keyless LIMIT 1; INSERT INTO wp_keyless SELECT * FROM wp_keyless LIMIT 2');
	await collector.collectOnce();
	expect(collector.pending.laterTables).toEqual(['wp_keyless']);
	await compare('wp_keyless');
	await wholeTable('wp_composite', 'DELETE FROM wp_composite');
	await collector.collectOnce(); // Seen with one look, so at once.
	expect(collector.pending.laterTables).toEqual([]);
	await wholeTable('wp_posts', "UPDATE wp_posts SET post_title = 'x' WHERE ID = 9");
	await collector.collectOnce();
	await site.world.sql('ALTER TABLE wp_posts ADD COLUMN more int');
	await compare('wp_posts');
	await wholeTable('wp_options', "UPDATE wp_options SET option_value = 'x' WHERE option_id = 1");
	await collector.collectOnce();
	await site.world.sql('DROP TABLE wp_options');
	await compare('wp_options');
	expect([collector.pending.list(), pending()]).toEqual([[], 0]);
	expect(await verify(site.sweepParts, null)).toMatchObject({ differing: [], equal: true });
});
