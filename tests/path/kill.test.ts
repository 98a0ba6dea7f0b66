import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy, draw, killUnderLoad, pointsFound, processes, sweepReasons, untilSettled } from './load/kill.ts';
import { installLoad } from './load/load.ts';

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ services: 'own' });
	await installLoad(site);
	await untilSettled(site);
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

describe('kill -9 during a write load with open transactions, rollbacks, slow and dying requests', () => {
	test('of agent, endpoint, PHP workers and PHP: the backup equals the site, and no sweep was needed', async () => {
		const from = Date.now();
		await killUnderLoad(site, draw(processes, 7));
		await untilSettled(site);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
		expect(await sweepReasons(site)).toEqual([]);
		expect((await pointsFound(site)).filter((point) => point.at > from)).toEqual([]);
	}, 180_000);

	test('of the database among them: the backup equals the site', async () => {
		await killUnderLoad(site, [...draw(['database', 'agent'], 2), 'database']);
		await untilSettled(site);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	}, 180_000);
});
