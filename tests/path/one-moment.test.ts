import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { booksAt, spread } from './load/invariant.ts';
import { compareWithCopy, pointsFound, untilSettled } from './load/kill.ts';
import { installLoad, request, startLoad } from './load/load.ts';

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite();
	await installLoad(site);
	await untilSettled(site);
});
afterAll(async () => {
	await site?.destroy();
});

const pointsMax = 14;
const slowNumber = 4711;

test('a transaction open for 5 s, rolled-back ones and requests that die, while others commit: every point is one moment', async () => {
	const from = Date.now();
	const load = startLoad(site, { visitors: 2, workers: 0, kinds: ['transfer', 'rolled_back', 'dies', 'post'] });
	await sleep(1_000);
	const slow = { from: Date.now(), until: 0 };
	expect(await request(site, 'very_slow', slowNumber)).toBe(true);
	slow.until = Date.now();
	await sleep(1_500);
	await load.stop();
	await untilSettled(site);

	const points = (await site.points()).filter((point) => point.at > from).reverse();
	const whileOpen = points.filter((point) => point.at > slow.from + 500 && point.at < slow.until - 500);
	expect(whileOpen.length).toBeGreaterThan(4);
	const chosen = spread(points, pointsMax);
	let before: readonly string[] = [];
	for (const point of chosen) {
		const { transfers } = await booksAt(site, point.seq);
		// What was committed stays committed.
		expect(before.filter((transfer) => !transfers.includes(transfer))).toEqual([]);
		const hasSlow = transfers.some((transfer) => transfer.split(' ')[2] === `${slowNumber}`);
		if (point.at < slow.from + 4_500) {
			expect({ seq: point.seq, hasSlow }).toEqual({ seq: point.seq, hasSlow: false });
		}
		before = transfers;
	}
	expect(before.some((transfer) => transfer.split(' ')[2] === `${slowNumber}`)).toBe(true);
	expect(before.length).toBeGreaterThan(5);
	expect(await site.sql('SELECT SUM(balance) FROM wp_load_accounts')).toEqual([['20000']]);
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	expect((await pointsFound(site)).filter((point) => point.at > from)).toEqual([]);
}, 180_000);
