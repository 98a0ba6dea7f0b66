import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProtectedSite, startSharedStack, type ProtectedSite } from '../harness/index.ts';
import { agentMemoryMb, burst, lagBar, lagsBeside, linkAndBack, manyFolders, newFolders, saidMeanwhile, storedBytes, untilFilesSettled, withUploads, writtenFor } from '../path/load/files.ts';
import { compareWithCopy, untilSettled } from '../path/load/kill.ts';

const agentMbMax = 300;

/** The long form of tests/path/files.test.ts: 20,000 files at once, 40,000 folders, files that are written for 30 seconds; twice, or as often as the first argument says. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const rounds = Number(args[0] ?? 2);
	const stopStack = await startSharedStack();
	const site = await makeProtectedSite();
	try {
		await withUploads(site);
		await untilSettled(site);
		const swept = (await site.status()).proof!.at;
		const figures = { rounds, filesCompared: 0, lagP95Ms: 0, lagMaxMs: 0, renamedMb: 0, agentMb: 0 };
		const settled = async (what: string): Promise<void> => {
			const began = Date.now();
			await untilFilesSettled(site);
			const settledMs = Date.now() - began;
			const comparison = await compareWithCopy(site);
			figures.agentMb = Math.round(await agentMemoryMb(site));
			console.log(`  ${what}: settled after ${settledMs} ms, ${comparison.filesCompared} files compared, ${comparison.differenceCount} differ, agent ${figures.agentMb} MB`);
			refuse(!comparison.equal, ['The backup is not what the site is.', ...comparison.differences.slice(0, 50)].join('\n'));
			refuse((await site.status()).proof!.at !== swept, 'There was a comparison of the whole site.');
			refuse(figures.agentMb >= agentMbMax, 'The agent takes too much memory.');
			figures.filesCompared += comparison.filesCompared;
		};
		for (let round = 1; round <= rounds; round++) {
			await oneRound(site, round, figures, settled);
		}
		return figures;
	} finally {
		await site.destroy();
		await stopStack();
	}
}

async function oneRound(site: ProtectedSite, round: number, figures: { lagP95Ms: number; lagMaxMs: number; renamedMb: number }, settled: (what: string) => Promise<void>): Promise<void> {
	const place = (name: string): string => join(site.root, 'wp-content/uploads', `${name}-${round}`);
	const alone = await lagsBeside(site, async () => {}, 2 * round);
	const lags = await lagsBeside(site, async () => {
		await burst(site, `burst-${round}`, 20_000);
		await untilFilesSettled(site);
	}, 2 * round + 1);
	figures.lagP95Ms = Math.max(figures.lagP95Ms, lags.p95);
	figures.lagMaxMs = Math.max(figures.lagMaxMs, lags.max);
	console.log(`  round ${round}: lag in ms alone ${JSON.stringify(alone)}, beside the burst ${JSON.stringify(lags)}`);
	refuse(lags.lost > 0 || lags.p95 > lagBar(alone), 'Live changes waited for files, or were lost.');
	await settled('20,000 files at once');

	const before = await storedBytes(site);
	await rename(join(place('burst'), 'part-3'), join(place('burst'), 'renamed'));
	await rename(place('burst'), place('elsewhere'));
	await untilFilesSettled(site);
	figures.renamedMb = Math.max(figures.renamedMb, Math.round((await storedBytes(site)) - before) / 1e6);
	await settled(`20,000 files in another folder: ${figures.renamedMb} MB stored`);

	const said = await saidMeanwhile(site, Promise.all([writtenFor(site, 'grows.bin', 'grows', 30_000), writtenFor(site, 'over.bin', 'over', 30_000)]));
	refuse(![...said].some((why) => /A file is being written|A large file is being uploaded/.test(why)), 'A file that is being written was not pending.');
	await settled('two files written for 30 s');

	await newFolders(site, 200);
	await settled('200 new folders with their first files');

	await linkAndBack(site, () => settled('a folder, a link, a folder'));

	if (round === 1) {
		const told = await saidMeanwhile(site, manyFolders(site, 40_000).then(() => untilFilesSettled(site)));
		refuse(!told.has('FOLDERS_NOT_WATCHED'), 'The status did not say that folders are not watched.');
		await settled('40,000 folders');
	}
}

function refuse(when: boolean, why: string): void {
	if (when) {
		throw new Error(why);
	}
}
