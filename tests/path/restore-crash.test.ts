import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { checkoutsWhileRestoring, openShop } from './load/checkouts.ts';
import { crashAt, crashesAt, prepare, type Prepared } from './load/restore-crash.ts';
import { untilSettled } from './load/kill.ts';

let site: ProtectedSite;
let prepared: Prepared;
beforeAll(async () => {
	site = await makeProtectedSite();
	await untilSettled(site);
	prepared = await prepare(site);
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

/** Before the decision, at it and amid the switch; `npm run soak -- restore-crash` does all steps. */
describe('kill -9 in a restore leaves the old site or the new one, never something between', () => {
	test.each(crashesAt.short)('at the step “%s”', async (step) => {
		await crashAt(site, prepared, step);
	}, 120_000);
});

/** `npm run soak -- checkouts` does it with 500 orders and more. */
test('a shop under load: no order that was confirmed to a customer is lost by the restores beside it, and the stock is right', async () => {
	const checkouts = await checkoutsWhileRestoring(site, await openShop(site), { orders: 40, restores: 2 });
	expect(checkouts).toMatchObject({ lost: [], wrong: [] });
	expect(checkouts.duringRestores).toBeGreaterThan(0);
}, 240_000);
