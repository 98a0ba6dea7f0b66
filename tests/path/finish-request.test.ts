import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy, pointsFound, untilSettled } from './load/kill.ts';

/* nginx and php-fpm: a request that answers by fastcgi_finish_request() and goes on writing, until PHP lets it no more. */

const places = ['before', 'behind', 'transaction', 'shutdown_action', 'shutdown_function', 'late_shutdown_function', 'destructor', 'session'];

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ seed: 'none' });
	const folder = join(site.root, 'wp-content/mu-plugins');
	await mkdir(folder, { recursive: true });
	await copyFile(join(import.meta.dirname, 'load/holdfast-finish.php'), join(folder, 'holdfast-finish.php'));
	await untilSettled(site);
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

const written = async (): Promise<string[]> =>
	(await site.sql("SELECT option_name FROM wp_options WHERE option_name LIKE 'finish\\\\_%'")).map(([name]) => name!.slice(7)).sort();

test('what is written behind the answer, behind the shutdown action and in destructors is backed up, and nothing stays open', async () => {
	const swept = (await site.status()).proof!.at;
	for (let round = 0; round < 2; round++) {
		await site.sql("DELETE FROM wp_options WHERE option_name LIKE 'finish\\\\_%'");
		await site.ask('sweep');
		expect((await site.visitor().get('/?holdfast_finish=1')).text).toBe('answered');
		const answered = Date.now() / 1000;
		while ((await written()).length < places.length) {
			await sleep(100);
		}
		expect(await written()).toEqual([...places].sort());
		const [[behind]] = (await site.sql("SELECT option_value FROM wp_options WHERE option_name = 'finish_behind'")) as [[string]];
		expect(Number(behind)).toBeGreaterThan(answered);
		const from = (await site.status()).proof!.at;
		expect(from).toBeGreaterThanOrEqual(swept);
		await site.untilDurable();
		expect((await site.status()).waiting.changes).toBe(0);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
		expect((await site.status()).proof!.at).toBe(from);
	}
	expect((await pointsFound(site)).length).toBeLessThanOrEqual(2); // The deletions between the rounds, by no WordPress.
}, 300_000);
