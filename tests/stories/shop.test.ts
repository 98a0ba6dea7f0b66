import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { RecordedSite } from './recorded-site.ts';
import { makeShop, shopStories, woocommerce } from './shop-stories.ts';
import { expectAllRecorded, tellStories } from './tell-stories.ts';

if (woocommerce === '') {
	test.skip('skipped: HOLDFAST_WOOCOMMERCE does not name a folder of the plugin WooCommerce', () => {});
}

describe('a shop', () => {
	if (woocommerce === '') {
		return;
	}
	let site: RecordedSite;
	beforeAll(async () => {
		site = await makeShop();
	}, 240_000);
	afterAll(async () => {
		await site?.destroy();
	});
	tellStories(() => site, shopStories());
	expectAllRecorded(() => site, 0.9);
});
