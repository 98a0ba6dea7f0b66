import { useDispatch, useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { hasEnded, isUnknownJob, useJob } from '../components/use-job.ts';
import { PageHeader } from '../page-header.tsx';
import { store } from '../store/index.ts';
import type { RestoreResult } from '../wire.ts';
import { ResultView } from './result-view.tsx';
import { RunEnded } from './run-ended.tsx';
import { RunProgress } from './run-progress.tsx';

/**
 * A restore or undo, from its start to its result. Found again after a reload; goes on asking while WordPress is down for the switch,
 * signed out, or not there at all.
 */
export function RunScreen({ job: id }: { job: string }) {
	const reading = useJob(id);
	const status = useSelect((select) => select(store).getStatus(), []);
	const { watchJob, refreshPlugin } = useDispatch(store);
	// Until the job's own answer comes, what the status says of it.
	const job = reading.value ?? status?.jobs.find((one) => one.id === id) ?? null;
	const leave = () => {
		void watchJob(null);
		void refreshPlugin();
	};
	const result = job?.state === 'done' ? (job.result as RestoreResult | undefined) : undefined;
	return (
		<>
			<PageHeader tellsSilence title={job?.kind === 'undo' ? __('Undo', 'holdfast') : __('Restore', 'holdfast')} />
			{result && <ResultView result={result} kind={job?.kind === 'undo' ? 'undo' : 'restore'} onLeave={leave} />}
			{!result && hasEnded(reading) && (
				<RunEnded job={job} unknown={isUnknownJob(reading.failure)} undo={status?.undo ?? null} onLeave={leave} />
			)}
			{!result && !hasEnded(reading) && <RunProgress id={id} job={job} failure={reading.failure} />}
		</>
	);
}
