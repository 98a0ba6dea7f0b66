import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRecordedSite, type RecordedSite } from './recorded-site.ts';
import { expectAllRecorded } from './tell-stories.ts';
import { makeRandomTables, whileLooking, writeAtOnce } from './writers.ts';

/* The short form of what `npm run bench -- capture` does at length. */

let site: RecordedSite;
beforeAll(async () => {
	site = await makeRecordedSite({ prepare: makeRandomTables });
}, 240_000);
afterAll(async () => {
	await site?.destroy();
});

test('processes write to the same rows at once, in transactions that end either way, and some are killed', async () => {
	const seed = Number(process.env.HOLDFAST_SEED ?? 7);
	expect(await whileLooking(site.lines, writeAtOnce(site, { ending: 2, killed: 2, statements: 400, seed }))).toBe(2);
});

// Half of the statements cannot be named by their keys: LIMIT without a unique order, keyless tables, random expressions.
expectAllRecorded(() => site, 0.3, 100);
