import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { Steps } from '../components/steps.tsx';
import type { Job, Status } from '../wire.ts';
import { UndoDialog } from './undo-dialog.tsx';

interface RunEndedProps {
	job: Job | null;
	/** The agent does not know this job: it has restarted since. */
	unknown: boolean;
	undo: Status['undo'];
	onLeave: () => void;
}

/** A restore without a result: failed, cancelled, or not known. Never drawn as success. */
export function RunEnded({ job, unknown, undo, onLeave }: RunEndedProps) {
	const [undoing, setUndoing] = useState(false);
	// Only an undo that came with this very restore.
	const offered = undo && job && undo.at >= job.startedAt ? undo : null;
	return (
		<Panel>
			<Heading focused>{titleOf(job, unknown)}</Heading>
			<p>{explanationOf(job, unknown)}</p>
			{job?.error && job.state !== 'cancelled' && <FailureNotice failure={job.error} />}
			{job && <Steps steps={job.steps} broken />}
			<div className="holdfast-buttons">
				{offered && (
					<Button variant="primary" onClick={() => setUndoing(true)} __next40pxDefaultSize>
						{__('Undo this restore', 'holdfast')}
					</Button>
				)}
				<Button variant={offered ? 'secondary' : 'primary'} onClick={onLeave} __next40pxDefaultSize>
					{__('Back to the timeline', 'holdfast')}
				</Button>
			</div>
			{undoing && offered && <UndoDialog restore={offered.restore} at={offered.at} onClose={() => setUndoing(false)} />}
		</Panel>
	);
}

function titleOf(job: Job | null, unknown: boolean): string {
	if (job?.state === 'cancelled') {
		return __('The restore was cancelled', 'holdfast');
	}
	return unknown && job?.state !== 'failed'
		? __('What came of the restore is not known', 'holdfast')
		: __('The restore did not finish', 'holdfast');
}

function explanationOf(job: Job | null, unknown: boolean): string {
	if (job?.state === 'cancelled') {
		return __('It was cancelled before the switch. Nothing on the site was changed.', 'holdfast');
	}
	return unknown && job?.state !== 'failed'
		? __(
				'The agent has been restarted and no longer knows this restore. The timeline shows whether the site was restored.',
				'holdfast',
			)
		: '';
}
