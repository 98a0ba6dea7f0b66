import { useDispatch, useSelect } from '@wordpress/data';
import { jobPollMs } from '../polling/pace.ts';
import { usePolling } from '../polling/use-polling.ts';
import { store } from '../store/index.ts';
import type { Reading } from '../store/state.ts';
import type { Job } from '../wire.ts';

/** A job as the agent last told it, asked for until it has ended. A job that the agent says it does not know has ended too. */
export function useJob(id: string): Reading<Job> {
	const reading = useSelect((select) => select(store).getJob(id), [id]);
	const { refreshJob } = useDispatch(store);
	usePolling(() => refreshJob(id), { everyMs: jobPollMs, settled: hasEnded(reading) });
	return reading;
}

export function hasEnded({ value, failure }: Reading<Job>): boolean {
	return (value !== null && value.state !== 'running') || isUnknownJob(failure);
}

/** The agent was asked and says that there is no such job: PROTOCOL.md section 8. */
export function isUnknownJob(failure: Reading<Job>['failure']): boolean {
	return failure?.kind === 'refused' && /^JOB_(UNKNOWN|NOT_FOUND)$/.test(failure.code);
}
