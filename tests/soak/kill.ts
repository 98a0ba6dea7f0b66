import { makeProtectedSite, startSharedStack } from '../harness/index.ts';
import { compareWithCopy, draw, killUnderLoad, pointsFound, processes, sweepReasons, untilSettled } from '../path/load/kill.ts';
import { installLoad } from '../path/load/load.ts';

/** Compared after each round, so that a difference is found near the kill that made it. */
const killsPerRound = 20;

/** The long form of tests/path/kill.test.ts: 200 times kill -9, or as many as the first argument says. Every fourth round the database is among them. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const kills = Number(args[0] ?? 200);
	const stopStack = await startSharedStack();
	const site = await makeProtectedSite({ services: 'own' });
	try {
		await installLoad(site);
		await untilSettled(site);
		let rows = 0;
		for (let done = 0, round = 1; done < kills; round++) {
			const n = Math.min(killsPerRound, kills - done);
			const withDatabase = round % 4 === 0 || done + n >= kills;
			const before = await sweepReasons(site);
			const { seq } = (await site.status()).head!;
			await killUnderLoad(site, draw(withDatabase ? [...processes, 'database'] : processes, n), (line) => console.log(`  round ${round}: ${line}`));
			await untilSettled(site);
			const comparison = await compareWithCopy(site);
			const swept = (await sweepReasons(site)).slice(before.length);
			const found = withDatabase ? [] : (await pointsFound(site)).filter((point) => point.seq > seq);
			console.log(`  round ${round}: ${comparison.rowsCompared} rows and ${comparison.filesCompared} files compared, ${comparison.differenceCount} differ`);
			if (!comparison.equal || (!withDatabase && swept.length + found.length > 0)) {
				throw new Error(['The backup is not what the site is, or only by a sweep.', ...comparison.differences.slice(0, 50), ...swept, ...found.map((point) => JSON.stringify(point))].join('\n'));
			}
			rows += comparison.rowsCompared;
			done += n;
		}
		return { kills, rowsCompared: rows };
	} finally {
		await site.destroy();
		await stopStack();
	}
}
