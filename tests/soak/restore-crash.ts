import { isBeforeDecided } from '../../sync-client/src/restore/steps.ts';
import { makeProtectedSite, startSharedStack } from '../harness/index.ts';
import { untilSettled } from '../path/load/kill.ts';
import { crashAt, crashesAt, prepare } from '../path/load/restore-crash.ts';

/** The long form of tests/path/restore-crash.test.ts: kill -9 of the agent at every step of a restore's journal. */
export async function run(): Promise<Record<string, number>> {
	const stopStack = await startSharedStack();
	const site = await makeProtectedSite();
	try {
		await untilSettled(site);
		const prepared = await prepare(site);
		for (const step of crashesAt.all) {
			await crashAt(site, prepared, step);
			console.log(`  killed at ${step}: the site is ${isBeforeDecided(step) ? 'the old' : 'the new'} one`);
		}
		return { steps: crashesAt.all.length };
	} finally {
		await site.destroy();
		await stopStack();
	}
}
