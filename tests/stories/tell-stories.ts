import { expect, test } from '@jest/globals';
import type { RecordedSite } from './recorded-site.ts';
import type { Story } from './story.ts';

/** One test for each: the log is looked at from before the action to behind it, so a line too many fails as one too few. */
export function tellStories(site: () => RecordedSite, stories: readonly Story[]): void {
	test.each(stories)('%s: %s', async (_door, _what, act, told) => {
		await site().lines();
		await act(site());
		expect(await site().told()).toEqual(told);
	});
}

/** The last tests of a suite. @param share how many of the changes are to be named exactly, of at least how many */
export function expectAllRecorded(site: () => RecordedSite, share: number, changesMin = 300): void {
	test('every row that changed in all of this was named beforehand', async () => {
		await site().lines();
		const { changes, exactly, byRange, byTable, missed } = site().oracle.tally;
		process.stdout.write(`  rows changed: ${changes}, named exactly ${exactly}, by range ${byRange}, by table ${byTable}, missed ${missed.length}\n`);
		expect(missed).toEqual([]);
		expect(changes).toBeGreaterThan(changesMin);
		expect(exactly / changes).toBeGreaterThanOrEqual(share);
	});

	test('the backup, brought up elsewhere, equals the site, and no comparison had to find anything', async () => {
		expect(await site().compareWithBackup()).toMatchObject({ differences: [], equal: true });
	}, 240_000);
}
