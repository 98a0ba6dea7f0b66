import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Point, SweepResult } from '@holdfast/protocol';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';

/* Transients and refused logins by the thousand: they make no point, wait in bounded number, and hold nothing up. */

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ seed: 'none' });
	await site.php('update_option( "blogdescription", "Before" );');
	await site.untilDurable();
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

const waitsMax = 1_000;
const pointOf = async (title: string): Promise<Point | undefined> =>
	(await site.points()).find((point) => point.activities.some(({ object }) => object.title === title));

async function until(what: () => Promise<boolean>): Promise<void> {
	for (const giveUpAt = Date.now() + 60_000; !(await what()); await sleep(200)) {
		if (Date.now() > giveUpAt) {
			throw new Error(`not within a minute: ${JSON.stringify(await site.status())}`);
		}
	}
}

test('quiet changes make no point, and do not pile up until something else happens', async () => {
	const before = (await site.points()).map(({ seq }) => seq);
	await site.php('for ( $i = 0; $i < 1500; $i++ ) { set_transient( "quiet_$i", $i, 3600 ); }');
	await Promise.all([1, 2, 3].map(async () => await site.visitor().login('admin', 'wrong').catch(() => {})));
	await until(async () => (await site.status()).waiting.changes < waitsMax);
	expect((await site.points()).map(({ seq }) => seq)).toEqual(before);
});

test('a change that is not quiet comes through while they are still being written', async () => {
	const stop = join(site.folder, 'stop');
	let over = false;
	const flood = site.php('for ( $i = 0, $until = time() + 90; time() < $until && ! file_exists( $args[0] ); $i++ ) { set_transient( "flood_" . $i % 5000, $i, 3600 ); }', [stop]).finally(() => { over = true; });
	await sleep(1_000);
	await site.php('wp_insert_post( array( "post_title" => "In the flood", "post_status" => "publish" ) );');
	await until(async () => (await pointOf('In the flood')) !== undefined);
	expect(over).toBe(false);
	await writeFile(stop, '');
	await flood;
	await site.php('wp_insert_post( array( "post_title" => "After the flood", "post_status" => "publish" ) );');
	await until(async () => (await pointOf('After the flood')) !== undefined);
	// What was quiet is in the same snapshot as what was not.
	expect((await pointOf('After the flood'))?.status).toBe('complete');
}, 150_000);

test('a refused login is told with the next point', async () => {
	const before = (await site.points())[0]!.seq;
	await site.visitor().login('admin', 'wrong again').catch(() => {});
	await site.php('wp_insert_post( array( "post_title" => "With a refusal", "post_status" => "publish" ) );');
	await until(async () => (await pointOf('With a refusal')) !== undefined);
	// The rows of the post may be a point before its activity is told.
	const since = (await site.points()).filter(({ seq }) => seq > before);
	expect(since.flatMap(({ activities }) => activities.map(({ sentence, quiet }) => [sentence, quiet]))).toContainEqual(['Login as “admin” refused', true]);
	expect(since.map(({ title }) => title).join()).not.toContain('refused');
});

test('a comparison that finds only quiet rows makes no point, and does not say that something was missed', async () => {
	const before = (await site.points()).map(({ seq }) => seq);
	await site.sql("INSERT INTO wp_options (option_name, option_value) VALUES ('_transient_behind_our_back', '1')");
	expect(await site.ask<SweepResult>('sweep')).toMatchObject({ equal: true, differing: [] });
	expect((await site.points()).map(({ seq }) => seq)).toEqual(before);
	expect(await site.ask<SweepResult>('verify')).toMatchObject({ equal: true });
	await site.sql("INSERT INTO wp_options (option_name, option_value) VALUES ('behind_our_back', '1')");
	expect(await site.ask<SweepResult>('sweep')).toMatchObject({ equal: false, differing: [{ why: 'only on the site' }] });
	expect((await site.points())[0]).toMatchObject({ kind: 'found' });
}, 120_000);

test('while .maintenance is there points are marked as made during an update, unless it was left behind', async () => {
	const maintenance = join(site.root, '.maintenance');
	const made = async (title: string): Promise<Point> => {
		await site.php('wp_insert_post( array( "post_title" => $args[0], "post_status" => "publish" ) );', [title]);
		await until(async () => (await pointOf(title)) !== undefined);
		return (await pointOf(title))!;
	};
	await writeFile(maintenance, `<?php $upgrading = ${Math.floor(Date.now() / 1000)}; ?>`);
	// WordPress from the command line does not open while it is there.
	await site.sql("UPDATE wp_posts SET post_title = 'Half an update' WHERE ID = 1");
	await site.ask('sweep');
	expect((await site.points())[0]).toMatchObject({ duringUpdate: true });
	await rm(maintenance);
	expect(await made('After the update')).toMatchObject({ duringUpdate: false });
	await writeFile(maintenance, `<?php $upgrading = ${Math.floor(Date.now() / 1000) - 3600}; ?>`);
	const anHourAgo = new Date(Date.now() - 3_600_000);
	await utimes(maintenance, anHourAgo, anHourAgo);
	expect(await made('Long after a broken update')).toMatchObject({ duringUpdate: false });
}, 120_000);
