import { Button, Spinner } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { useSpoken } from '../components/use-spoken.ts';
import { useNow } from '../polling/use-now.ts';
import { store } from '../store/index.ts';
import { pointSentences } from '../words/activities.ts';
import { dayName } from '../words/moments.ts';
import { daysOf } from './days.ts';
import { PointLine } from './point-line.tsx';

interface PointListProps {
	selected: number | null;
	onSelect: (seq: number) => void;
}

/** All points that are loaded, newest first, grouped by day. New ones appear by themselves. */
export function PointList({ selected, onSelect }: PointListProps) {
	const timeline = useSelect((select) => select(store).getTimeline(), []);
	const { refreshTimeline, loadOlder } = useDispatch(store);
	const now = useNow();
	const newest = timeline.points[0];
	/* translators: %s: what happened. */
	useSpoken(newest ? sprintf(__('New in the timeline: %s', 'holdfast'), pointSentences(newest).join('. ')) : '');
	return (
		<>
			{timeline.failure && (
				<FailureNotice
					failure={timeline.failure}
					status="warning"
					actions={[{ label: __('Ask again', 'holdfast'), onClick: () => void refreshTimeline() }]}
				/>
			)}
			{!timeline.loaded && !timeline.failure && (
				<p>
					<Spinner /> {__('Reading the timeline…', 'holdfast')}
				</p>
			)}
			{timeline.loaded && timeline.points.length === 0 && <p>{__('No moment is recorded yet.', 'holdfast')}</p>}
			{daysOf(timeline.points).map((day) => (
				<section key={`${day.key}:${day.points[0]?.seq}`} aria-label={dayName(day.at, now)}>
					<h3 className="holdfast-day">{dayName(day.at, now)}</h3>
					<ul className="holdfast-points">
						{day.points.map((point) => (
							<PointLine key={point.seq} point={point} selected={point.seq === selected} onSelect={onSelect} />
						))}
					</ul>
				</section>
			))}
			{timeline.more && (
				<Button
					className="holdfast-older"
					variant="secondary"
					isBusy={timeline.loadingOlder}
					disabled={timeline.loadingOlder}
					onClick={() => void loadOlder()}
					__next40pxDefaultSize
				>
					{__('Load older', 'holdfast')}
				</Button>
			)}
		</>
	);
}
