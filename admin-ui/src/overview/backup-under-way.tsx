import { Button, Spinner } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useEffect } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { hasEnded, useJob } from '../components/use-job.ts';
import { useSpoken } from '../components/use-spoken.ts';
import { store } from '../store/index.ts';
import type { Point } from '../wire.ts';
import { time } from '../words/moments.ts';

interface BackupUnderWayProps {
	job: string;
	onClose: () => void;
}

/** Waits for the endpoint; says "recorded" only then. */
export function BackupUnderWay({ job: id, onClose }: BackupUnderWayProps) {
	const reading = useJob(id);
	const { refreshPlugin } = useDispatch(store);
	const job = reading.value;
	const ended = hasEnded(reading);
	useEffect(() => {
		if (ended) {
			void refreshPlugin();
		}
	}, [ended, refreshPlugin]);
	const point = job?.state === 'done' ? (job.result as Point | undefined) : undefined;
	/* translators: %s: time of day. */
	const recorded = point ? sprintf(__('Recorded: your site as of %s is at the endpoint.', 'holdfast'), time(point.at)) : '';
	useSpoken(recorded);
	return (
		<>
			{recorded && <Heading focused>{recorded}</Heading>}
			{job?.state === 'done' && !point && <p>{__('Done. The endpoint had everything already.', 'holdfast')}</p>}
			{job?.error && <FailureNotice failure={job.error} />}
			{job?.state === 'cancelled' && <p>{__('It was cancelled.', 'holdfast')}</p>}
			{!ended && (
				<p>
					<Spinner /> {__('Sending what is new to the endpoint…', 'holdfast')}
				</p>
			)}
			{reading.failure && <FailureNotice failure={reading.failure} status={ended ? 'error' : 'warning'} />}
			<div className="holdfast-buttons is-end">
				<Button variant={ended ? 'primary' : 'tertiary'} onClick={onClose} __next40pxDefaultSize>
					{ended ? __('Close', 'holdfast') : __('Go on without waiting', 'holdfast')}
				</Button>
			</div>
		</>
	);
}
