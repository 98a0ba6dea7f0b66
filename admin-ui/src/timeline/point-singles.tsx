import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import type { Point } from '../wire.ts';
import { singleOf, type Single } from '../words/single-parts.ts';

interface PointSinglesProps {
	point: Point;
	before: Point | null;
	onRestore: (point: Point, single: Single) => void;
}

/** Things of this point that can go back by themselves: as they were then, or before what was done here. */
export function PointSingles({ point, before, onRestore }: PointSinglesProps) {
	const singles = new Map(point.activities.map(singleOf).flatMap((single) => (single ? [[single.part, single] as const] : [])));
	if (singles.size === 0) {
		return null;
	}
	return (
		<>
			<h3>{__('Restore only this', 'holdfast')}</h3>
			<ul className="holdfast-list">
				{[...singles.values()].map((single) => (
					<li key={single.part}>
						{single.label}
						<span className="holdfast-singles__ways">
							<Button
								variant="link"
								onClick={() => onRestore(point, single)}
								/* translators: %s: `Post “Hello”`. */
								aria-label={sprintf(__('Restore only %s as it was then', 'holdfast'), single.label)}
							>
								{__('As it was then…', 'holdfast')}
							</Button>
							{before && (
								<Button
									variant="link"
									onClick={() => onRestore(before, single)}
									/* translators: %s: `Post “Hello”`. */
									aria-label={sprintf(__('Restore only %s as it was before this', 'holdfast'), single.label)}
								>
									{__('As it was before this…', 'holdfast')}
								</Button>
							)}
						</span>
					</li>
				))}
			</ul>
		</>
	);
}
