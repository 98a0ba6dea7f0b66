import { HoldfastError } from '../errors.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Restores } from './restores.ts';

/**
 * At a start: what a killed agent left of a restore is taken back or finished, and shown as the job that it was, so that a page
 * which asks for that job learns how it ends.
 * @param resume asks the endpoint: after visitors are let in again, before the restored site is recorded
 */
export async function finishInterrupted(restores: Restores, jobs: Jobs, resume: () => Promise<void>): Promise<void> {
	const left = await restores.interrupted();
	const shown = left?.job == null ? null : jobs.takeUp(left.job, left.kind);
	try {
		// Visitors first: the site is brought in order before anybody is asked over the network.
		await restores.recoverSite(shown?.progress);
		if (left?.isDecided === false) {
			shown?.failed(new HoldfastError('RESTORE_INTERRUPTED', 'The agent was ended before the switch of this restore was decided.'));
		}
		await resume();
		const result = await restores.finishInterrupted(shown?.progress);
		shown?.done(result);
	} catch (error) {
		// Everything else is tried again, and the job goes on.
		if (error instanceof HoldfastError && error.retry === 'never') { shown?.failed(error); }
		throw error;
	}
}
