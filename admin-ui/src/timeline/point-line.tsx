import { memo } from '@wordpress/element';
import type { Point } from '../wire.ts';
import { exactly, time } from '../words/moments.ts';
import { PointIcon } from './point-icon.tsx';
import { PointPills } from './point-pills.tsx';
import { PointWords } from './point-words.tsx';

interface PointLineProps {
	point: Point;
	selected: boolean;
	onSelect: (seq: number) => void;
}

export const PointLine = memo(function PointLine({ point, selected, onSelect }: PointLineProps) {
	return (
		<li>
			<button
				type="button"
				className="holdfast-point"
				aria-pressed={selected}
				data-seq={point.seq}
				onClick={() => onSelect(point.seq)}
			>
				<time className="holdfast-point__time" dateTime={new Date(point.at).toISOString()} title={exactly(point.at)}>
					{time(point.at)}
				</time>
				<PointIcon point={point} />
				<PointWords point={point} />
				<PointPills point={point} />
			</button>
		</li>
	);
});
