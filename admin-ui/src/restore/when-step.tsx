import { Button } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { store } from '../store/index.ts';
import { PointList } from '../timeline/point-list.tsx';
import type { Point } from '../wire.ts';

interface WhenStepProps {
	point: Point | null;
	onChoose: (point: Point | null) => void;
	onNext: () => void;
}

/** A moment of the timeline. None is chosen for the person who asks. */
export function WhenStep({ point, onChoose, onNext }: WhenStepProps) {
	const points = useSelect((select) => select(store).getTimeline().points, []);
	return (
		<Panel>
			<Heading focused>{__('Which moment shall your site go back to?', 'holdfast')}</Heading>
			<p className="holdfast-soft">{__('Choose the last moment at which all was well. Nothing is changed yet.', 'holdfast')}</p>
			<div className="holdfast-when">
				<PointList selected={point?.seq ?? null} onSelect={(seq) => onChoose(points.find((one) => one.seq === seq) ?? null)} />
			</div>
			<div className="holdfast-buttons is-end">
				{!point && <span className="holdfast-soft">{__('No moment is chosen.', 'holdfast')}</span>}
				<Button variant="primary" disabled={!point} onClick={onNext} __next40pxDefaultSize>
					{__('Next', 'holdfast')}
				</Button>
			</div>
		</Panel>
	);
}
