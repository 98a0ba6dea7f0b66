import { Icon, check, closeSmall } from '@wordpress/icons';
import { Spinner } from '@wordpress/components';
import type { Step } from '../wire.ts';
import { stepAmount, stepLabel, stepState } from '../words/steps.ts';

interface StepsProps {
	steps: Step[];
	/** The job has ended without its result: what was running has failed. */
	broken?: boolean;
}

/** The steps of a job with real numbers. */
export function Steps({ steps, broken = false }: StepsProps) {
	const shown = broken ? steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed' as const } : step)) : steps;
	return (
		<ol className="holdfast-steps">
			{shown.map((step) => (
				<li key={step.id} className={`is-${step.state}`} data-step={step.id}>
					<span className="holdfast-steps__mark" aria-hidden="true">
						<Mark state={step.state} />
					</span>
					<span className="holdfast-steps__label">
						{stepLabel(step)} <span className="screen-reader-text">{stepState(step.state)}</span>
					</span>
					<span className="holdfast-steps__amount">{stepAmount(step)}</span>
				</li>
			))}
		</ol>
	);
}

function Mark({ state }: { state: Step['state'] }) {
	switch (state) {
		case 'done':
			return <Icon icon={check} size={20} />;
		case 'failed':
			return <Icon icon={closeSmall} size={20} />;
		case 'running':
			return <Spinner />;
		default:
			return <>·</>;
	}
}
