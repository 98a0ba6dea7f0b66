import { afterAll, beforeAll } from '@jest/globals';
import { contentStories, makeContentSite } from './content-stories.ts';
import type { RecordedSite } from './recorded-site.ts';
import { expectAllRecorded, tellStories } from './tell-stories.ts';

let site: RecordedSite;
beforeAll(async () => {
	site = await makeContentSite();
}, 240_000);
afterAll(async () => {
	await site?.destroy();
});

tellStories(() => site, contentStories);
expectAllRecorded(() => site, 0.95);
