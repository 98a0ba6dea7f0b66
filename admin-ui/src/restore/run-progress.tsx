import { Button, ExternalLink, Notice } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { Progress } from '../components/progress.tsx';
import { Steps } from '../components/steps.tsx';
import { useAction } from '../components/use-action.ts';
import { useSpoken } from '../components/use-spoken.ts';
import type { Failure } from '../requests/failure.ts';
import { store } from '../store/index.ts';
import type { Job } from '../wire.ts';
import { progressWords, rateWords, stepLabel } from '../words/steps.ts';

interface RunProgressProps {
	id: string;
	/** As last known; null before the first answer. */
	job: Job | null;
	failure: Failure | null;
}

export function RunProgress({ id, job, failure }: RunProgressProps) {
	const { cancelJob } = useDispatch(store);
	const cancel = useAction(() => cancelJob(id));
	const running = job?.steps.find((step) => step.state === 'running');
	useSpoken(running ? stepLabel(running) : '');
	return (
		<Panel>
			<Heading focused>{titleOf(job)}</Heading>
			<Progress share={job?.progress ?? null} label={__('Progress', 'holdfast')} />
			{job && <Steps steps={job.steps} />}
			{job?.bytesPerSecond ? <p className="holdfast-soft">{rateWords(job.bytesPerSecond)}</p> : null}
			{job?.error && <FailureNotice failure={job.error} status="warning" />}
			{failure && <Silence failure={failure} />}
			{cancel.failure && <FailureNotice failure={cancel.failure} status="warning" />}
			<div className="holdfast-confirm">
				<p className="holdfast-soft">
					{job && !job.cancellable
						? __('The switch is decided: from here it runs to its end, also when this page is closed.', 'holdfast')
						: __('You can close this page. What runs goes on, and is shown here again.', 'holdfast')}
				</p>
				{job?.cancellable && (
					<Button
						variant="secondary"
						isBusy={cancel.busy}
						disabled={cancel.busy}
						onClick={() => void cancel.run()}
						__next40pxDefaultSize
					>
						{__('Cancel the restore', 'holdfast')}
					</Button>
				)}
			</div>
		</Panel>
	);
}

function titleOf(job: Job | null): string {
	if (!job) {
		return __('Asking how the restore is going…', 'holdfast');
	}
	/* translators: %s: "64%, about 40 seconds left". */
	const template = job.kind === 'undo' ? __('Undoing the restore: %s', 'holdfast') : __('Restoring: %s', 'holdfast');
	return sprintf(template, progressWords(job));
}

/** No answer during a restore is expected for some seconds; it is said, and asking goes on. */
function Silence({ failure }: { failure: Failure }) {
	if (failure.kind === 'refused') {
		return <FailureNotice failure={failure} status="warning" />;
	}
	if (failure.kind === 'signedOut') {
		return (
			<Notice status="warning" isDismissible={false} className="holdfast-notice">
				{failure.message} {__('The restore goes on.', 'holdfast')}{' '}
				<ExternalLink href={signInAddress()}>{__('Sign in in another tab', 'holdfast')}</ExternalLink>
			</Notice>
		);
	}
	return (
		<Notice status="info" isDismissible={false} className="holdfast-notice">
			{__(
				'The site is in maintenance for the switch, or does not answer for another reason. The restore goes on without this page, which keeps asking.',
				'holdfast',
			)}{' '}
			<span className="holdfast-soft">{failure.reference}</span>
		</Notice>
	);
}

/** WordPress sends whoever is not signed in from here to its login page and back. */
function signInAddress(): string {
	return window.location.href.replace(/#.*$/, '');
}
