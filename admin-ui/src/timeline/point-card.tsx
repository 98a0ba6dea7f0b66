import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { closeSmall } from '@wordpress/icons';
import { Heading } from '../components/heading.tsx';
import { Moment } from '../components/moment.tsx';
import { Panel } from '../components/panel.tsx';
import type { Point } from '../wire.ts';
import { activitySentence, actorName, pointActors, pointSentences } from '../words/activities.ts';
import type { Single } from '../words/single-parts.ts';
import { PointEntries } from './point-entries.tsx';
import { PointPills } from './point-pills.tsx';
import { PointSingles } from './point-singles.tsx';

interface PointCardProps {
	point: Point;
	/** The next older point, where it is loaded. */
	before: Point | null;
	canUndo: boolean;
	onRestore: (point: Point, single: Single | null) => void;
	onUndo: () => void;
	onClose: () => void;
}

/** One point: what happened, what changed, and the way back to it. */
export function PointCard({ point, before, canUndo, onRestore, onUndo, onClose }: PointCardProps) {
	return (
		<Panel className="holdfast-card">
			<div className="holdfast-card__top">
				<Heading focused>{pointSentences(point)[0]}</Heading>
				<Button icon={closeSmall} label={__('Close', 'holdfast')} onClick={onClose} />
			</div>
			<p className="holdfast-soft">
				<Moment at={point.at} />
				{pointActors(point).map((actor) => ` · ${actor}`)}
			</p>
			<PointPills point={point} />
			{point.status === 'incomplete' && (
				<>
					<h3>{__('Incomplete: not yet exact at this moment', 'holdfast')}</h3>
					<ul className="holdfast-list">
						{point.missing.map((missing) => (
							<li key={missing}>{missing}</li>
						))}
					</ul>
				</>
			)}
			<div className="holdfast-buttons">
				{canUndo ? (
					<Button variant="primary" onClick={onUndo} __next40pxDefaultSize>
						{__('Undo this restore', 'holdfast')}
					</Button>
				) : (
					<Button variant="primary" onClick={() => onRestore(point, null)} __next40pxDefaultSize>
						{__('Restore to this moment', 'holdfast')}
					</Button>
				)}
				{before && !canUndo && (
					<Button variant="secondary" onClick={() => onRestore(before, null)} __next40pxDefaultSize>
						{__('Restore to before this', 'holdfast')}
					</Button>
				)}
			</div>
			{point.activities.length > 1 && (
				<>
					<h3>{__('What was done', 'holdfast')}</h3>
					<ul className="holdfast-list">
						{point.activities.map((activity, index) => (
							<li key={index}>
								{activitySentence(activity)} <span className="holdfast-soft">· {actorName(activity.actor)}</span>
							</li>
						))}
					</ul>
				</>
			)}
			{!canUndo && <PointSingles point={point} before={before} onRestore={onRestore} />}
			<PointEntries seq={point.seq} />
		</Panel>
	);
}
