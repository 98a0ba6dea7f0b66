import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeContentSite } from './content-stories.ts';
import { importContent, importer } from './import.ts';
import type { RecordedSite } from './recorded-site.ts';
import { useEveryRoute } from './rest-routes.ts';
import { expectAllRecorded } from './tell-stories.ts';

let site: RecordedSite;
beforeAll(async () => {
	site = await makeContentSite();
}, 240_000);
afterAll(async () => {
	await site?.destroy();
});

test('every route of core’s REST interface that writes is used', async () => {
	const { routes, unused } = await useEveryRoute(site);
	expect(unused).toEqual([]);
	expect(routes.length).toBeGreaterThan(70);
});

test(`content is imported by ${importer === '' ? 'what core has for importers; HOLDFAST_IMPORTER names no folder of the plugin WordPress Importer' : 'the plugin WordPress Importer'}`, async () => {
	expect(await importContent(site, 40)).toBe(40);
});

// Of two `$wpdb->insert()` in a row, as imports make them, the first one's row is named by a range: the second has taken its number from $wpdb.
expectAllRecorded(() => site, 0.8);
