import type { RestoreResult } from '@holdfast/protocol';
import { asHoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { RestoreJournal } from './journal.ts';
import type { Restorer } from './restorer.ts';

const pauseMsMin = 500;
const pauseMsMax = 15_000;

export type FinishParts = { restorer: Pick<Restorer, 'resume'>; journal: RestoreJournal; clock: Clock; /** The agent ends: the next start goes on. */ ended: AbortSignal };

/**
 * A restore, and where it fails after `decided` (the database went away, the disk is full), trying again until it is finished: nobody
 * else would, while visitors see the maintenance page. One that failed before `decided` is taken back, and stays so.
 * @throws what the restore failed with
 */
export async function untilFinished(parts: FinishParts, progress: Progress, restore: () => Promise<RestoreResult>): Promise<RestoreResult> {
	const { restorer, journal, clock, ended } = parts;
	let failure: unknown;
	try {
		return await restore();
	} catch (error) {
		failure = error;
	}
	for (let pauseMs = pauseMsMin; (await journal.interrupted().catch(() => null)) !== null && !ended.aborted && asHoldfastError(failure).retry !== 'never'; pauseMs = Math.min(pauseMsMax, pauseMs * 2)) {
		progress.trouble(failure);
		await clock.sleep(pauseMs, ended).catch(() => {});
		if (ended.aborted) { break; }
		try {
			const result = await restorer.resume(progress);
			if (result !== null) { return result; }
		} catch (error) {
			failure = error;
		}
	}
	throw failure;
}
