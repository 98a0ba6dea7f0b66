import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { booksAt, spread } from './load/invariant.ts';
import { compareWithCopy, sweepReasons, untilSettled } from './load/kill.ts';
import { installLoad, startLoad } from './load/load.ts';

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ seed: 'normal', connect: false });
	await installLoad(site);
});
afterAll(async () => {
	await site?.destroy();
});

test('taken while the site is written to, the first backup is exact, and so is every point after it', async () => {
	const load = startLoad(site);
	try {
		await sleep(1_000);
		const answeredBefore = load.answered;
		await site.ask('connect', await site.endpoint.pairingCode());
		for (let state = 'firstBackup'; state === 'firstBackup'; await sleep(100)) {
			({ state } = await site.status());
		}
		expect(load.answered - answeredBefore).toBeGreaterThan(3);
		await sleep(2_000);
	} finally {
		await load.stop();
	}
	await untilSettled(site);
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	// Requests that began before capture did were waited for: nothing had to be compared to be exact.
	expect(await sweepReasons(site)).toEqual([]);
	expect((await site.status()).proof).toMatchObject({ equal: true });

	const points = (await site.points()).reverse();
	const first = points.find((point) => point.kind === 'first')!;
	const after = points.filter((point) => point.seq >= first.seq);
	expect(after.length).toBeGreaterThan(3);
	expect(after.filter((point) => point.status !== 'complete')).toEqual([]);
	for (const point of spread(after, 6)) {
		await booksAt(site, point.seq);
	}
}, 180_000);
