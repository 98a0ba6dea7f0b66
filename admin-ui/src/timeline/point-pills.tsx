import { __ } from '@wordpress/i18n';
import { Pill } from '../components/pill.tsx';
import type { Point } from '../wire.ts';
import { pillsOf } from '../words/counts.ts';

export function PointPills({ point }: { point: Point }) {
	const counts = pillsOf(point.counts);
	return (
		<span className="holdfast-point__pills">
			{point.status === 'incomplete' && (
				<Pill kind="warning" title={point.missing.join('\n')}>
					{__('Incomplete', 'holdfast')}
				</Pill>
			)}
			{point.duringUpdate && <Pill kind="warning">{__('during an update', 'holdfast')}</Pill>}
			{point.pinned && <Pill kind="kept">{__('kept', 'holdfast')}</Pill>}
			{counts.length === 0 && point.activities.length > 0 && <Pill>{__('activity only', 'holdfast')}</Pill>}
			{counts.map((pill) => (
				<Pill key={pill}>{pill}</Pill>
			))}
		</span>
	);
}
