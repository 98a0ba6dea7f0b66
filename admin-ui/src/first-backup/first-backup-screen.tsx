import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { Progress } from '../components/progress.tsx';
import { LeftOut } from '../components/reasons.tsx';
import { SameMachine } from '../components/same-machine.tsx';
import { Steps } from '../components/steps.tsx';
import { useAction } from '../components/use-action.ts';
import { store } from '../store/index.ts';
import type { Status } from '../wire.ts';
import { progressWords, rateWords } from '../words/steps.ts';

/** Steps with counts, rate and time left. The site can be used meanwhile. */
export function FirstBackupScreen({ status }: { status: Status }) {
	const job = status.jobs.find((one) => one.kind === 'firstBackup') ?? null;
	const { showRecoveryKey } = useDispatch(store);
	const key = useAction(showRecoveryKey);
	const title = job
		? /* translators: %s: "64%, about 40 seconds left". */
			sprintf(__('First backup: %s', 'holdfast'), progressWords(job))
		: __('The first backup is getting ready', 'holdfast');
	return (
		<>
			{status.problems.map((problem) => (
				<FailureNotice key={problem.reference} failure={problem} />
			))}
			<Panel>
				<Heading>{title}</Heading>
				<p className="holdfast-soft">
					{__(
						'Use your site as always. What changes meanwhile is included. If this is interrupted, it goes on where it was.',
						'holdfast',
					)}
				</p>
				<Progress share={job?.progress ?? null} label={__('First backup', 'holdfast')} />
				{job && <Steps steps={job.steps} />}
				{job?.bytesPerSecond ? <p className="holdfast-soft">{rateWords(job.bytesPerSecond)}</p> : null}
				{job?.error && <FailureNotice failure={job.error} />}
				<LeftOut leftOut={status.leftOut} />
			</Panel>
			{status.endpoint?.sameMachine && <SameMachine />}
			<Panel>
				<h2>{__('Keep your recovery key somewhere else', 'holdfast')}</h2>
				<p>{__('If this server is lost, you need the endpoint’s address and this key.', 'holdfast')}</p>
				<Button variant="secondary" disabled={key.busy} onClick={() => void key.run()} __next40pxDefaultSize>
					{__('Show the recovery key', 'holdfast')}
				</Button>
				{key.failure && <FailureNotice failure={key.failure} />}
			</Panel>
		</>
	);
}
