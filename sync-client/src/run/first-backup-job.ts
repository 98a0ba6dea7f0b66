import type { Logger } from 'pino';
import type { Job } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { BackupProgress } from '../image/first-backup.ts';
import { untilUnseenLeave } from '../image/unseen-requests.ts';
import type { Jobs, Progress } from '../jobs/jobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from './engine.ts';
import type { Facts } from './status.ts';

const retryMsMin = 1_000;
const retryMsMax = 30_000;

const labels: Record<BackupProgress['step'], string> = {
	schema: 'Looking at the tables',
	tables: 'Database',
	files: 'Files',
	finish: 'Making it exact',
};

type FirstBackupEdges = { engine: Engine; jobs: Jobs; facts: Facts; clock: Clock; log: Logger; signal: AbortSignal };

/** The first backup as a job; after an error that waiting mends, or a restart, it goes on where it was. */
export function beginFirstBackup({ engine, jobs, facts, clock, log, signal }: FirstBackupEdges): Job {
	return jobs.start('firstBackup', false, async (progress) => {
		for (let delayMs = retryMsMin; ; delayMs = Math.min(retryMsMax, delayMs * 2)) {
			try {
				if (!engine.hasBegunImage) {
					await waitForUnseen(engine, progress, clock, signal);
				}
				const backup = await engine.firstBackup((told) => show(told, progress), signal);
				facts.leftOut = backup.leftOut.slice(0, 100);
				break;
			} catch (error) {
				if (signal.aborted || (error instanceof HoldfastError && error.retry === 'never')) {
					throw error;
				}
				log.warn({ err: error }, 'the first backup goes on after a pause');
				await clock.sleep(delayMs, signal).catch(() => undefined);
			}
		}
		await engine.timeline.refresh();
		facts.storedBytes = (await engine.endpoint.site()).storedBytes;
		return engine.timeline.newest();
	});
}

async function waitForUnseen(engine: Engine, progress: Progress, clock: Clock, signal: AbortSignal): Promise<void> {
	progress.step('schema', labels.schema, 'tables', null);
	const left = await untilUnseenLeave(engine.site.database, clock, signal);
	if (left > 0) {
		await engine.seen.oweSweep(clock.wallMs(), 'requests that began before the first backup may have written unseen');
	}
	await engine.state.markReading();
}

function show(told: BackupProgress, progress: Progress): void {
	progress.step(told.step, labels[told.step], told.unit, told.total);
	progress.moved(told.done, told.total);
}
