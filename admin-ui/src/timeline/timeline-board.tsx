import { useSelect } from '@wordpress/data';
import { useRef, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { Panel } from '../components/panel.tsx';
import { store } from '../store/index.ts';
import type { Point } from '../wire.ts';
import type { Single } from '../words/single-parts.ts';
import { PointCard } from './point-card.tsx';
import { PointList } from './point-list.tsx';

interface TimelineBoardProps {
	/** The point of the last restore's window: undo goes there. */
	undoPoint: number | null;
	onRestore: (point: Point, single: Single | null) => void;
	onUndo: () => void;
}

/** The list, and beside it the point that was chosen. */
export function TimelineBoard({ undoPoint, onRestore, onUndo }: TimelineBoardProps) {
	const [selected, setSelected] = useState<number | null>(null);
	const points = useSelect((select) => select(store).getTimeline().points, []);
	const place = points.findIndex((point) => point.seq === selected);
	const point = points[place];
	const toggle = (seq: number) => setSelected(seq === selected ? null : seq);
	const board = useRef<HTMLDivElement>(null);
	const closeCard = () => {
		board.current?.querySelector<HTMLElement>(`[data-seq="${selected}"]`)?.focus();
		setSelected(null);
	};
	return (
		<div ref={board} className={`holdfast-board${point ? ' has-card' : ''}`}>
			<Panel className="holdfast-board__list">
				<h2>{__('Timeline', 'holdfast')}</h2>
				<PointList selected={selected} onSelect={toggle} />
			</Panel>
			{point && (
				<PointCard
					key={point.seq}
					point={point}
					before={points[place + 1] ?? null}
					canUndo={point.seq === undoPoint}
					onRestore={onRestore}
					onUndo={onUndo}
					onClose={closeCard}
				/>
			)}
		</div>
	);
}
