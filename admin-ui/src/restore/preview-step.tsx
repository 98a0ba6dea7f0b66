import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useEffect, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction } from '../components/use-action.ts';
import { store } from '../store/index.ts';
import type { KeepChoice, Part, Point } from '../wire.ts';
import { PlanJob } from './plan-job.tsx';

interface PreviewStepProps {
	point: Point;
	parts: Part[];
	keep: KeepChoice;
	onBack: () => void;
}

/** Has the plan made, then shows it. */
export function PreviewStep({ point, parts, keep, onBack }: PreviewStepProps) {
	const [job, setJob] = useState<string | null>(null);
	const { startPlan } = useDispatch(store);
	const start = useAction(async () => {
		setJob(null);
		setJob((await startPlan(point.seq, parts, keep)).id);
	});
	const { run } = start;
	useEffect(() => {
		void run();
	}, [run]);
	if (job !== null) {
		return <PlanJob key={job} job={job} onBack={onBack} onAgain={() => void run()} />;
	}
	return (
		<Panel>
			<Heading focused>{__('Comparing your site with that moment', 'holdfast')}</Heading>
			{start.failure && (
				<FailureNotice failure={start.failure} actions={[{ label: __('Try again', 'holdfast'), onClick: () => void run() }]} />
			)}
			<div className="holdfast-buttons is-end">
				<Button variant="tertiary" onClick={onBack} __next40pxDefaultSize>
					{__('Back', 'holdfast')}
				</Button>
			</div>
		</Panel>
	);
}
