import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { Progress } from '../components/progress.tsx';
import { Steps } from '../components/steps.tsx';
import { hasEnded, useJob } from '../components/use-job.ts';
import { store } from '../store/index.ts';
import type { Plan } from '../wire.ts';
import { PlanView } from './plan-view.tsx';

interface PlanJobProps {
	job: string;
	onBack: () => void;
	onAgain: () => void;
}

/** The plan while it is being made. */
export function PlanJob({ job: id, onBack, onAgain }: PlanJobProps) {
	const reading = useJob(id);
	const { cancelJob } = useDispatch(store);
	const job = reading.value;
	const ended = hasEnded(reading);
	const plan = job?.state === 'done' ? (job.result as Plan | undefined) : undefined;
	if (plan) {
		return <PlanView plan={plan} onBack={onBack} onAgain={onAgain} />;
	}
	const again = [{ label: __('Try again', 'holdfast'), onClick: onAgain }];
	const back = () => {
		if (!ended && job?.cancellable) {
			cancelJob(id).catch(() => undefined); // A plan changes nothing: left alone it ends by itself.
		}
		onBack();
	};
	return (
		<Panel>
			<Heading focused>{__('Comparing your site with that moment', 'holdfast')}</Heading>
			<p className="holdfast-soft">{__('Nothing has been changed yet.', 'holdfast')}</p>
			{!ended && <Progress share={job?.progress ?? null} label={__('Comparison', 'holdfast')} />}
			{job && <Steps steps={job.steps} broken={ended} />}
			{job?.error && <FailureNotice failure={job.error} actions={again} />}
			{job?.state === 'cancelled' && <p>{__('The comparison was cancelled.', 'holdfast')}</p>}
			{reading.failure && (
				<FailureNotice failure={reading.failure} status={ended ? 'error' : 'warning'} actions={ended ? again : []} />
			)}
			<div className="holdfast-buttons is-end">
				<Button variant="tertiary" onClick={back} __next40pxDefaultSize>
					{__('Back', 'holdfast')}
				</Button>
			</div>
		</Panel>
	);
}
