import { __, _n, sprintf } from '@wordpress/i18n';
import type { Point } from '../wire.ts';
import { pointActors, pointSentences } from '../words/activities.ts';
import { count } from '../words/numbers.ts';

const sentencesMax = 3;

/** What happened, who did it, and what is missing. */
export function PointWords({ point }: { point: Point }) {
	const sentences = pointSentences(point);
	const more = sentences.length - sentencesMax;
	return (
		<span className="holdfast-point__words">
			{sentences.slice(0, sentencesMax).map((sentence, index) => (
				<span key={index} className="holdfast-point__sentence">
					{sentence}
					{index === 0 && pointActors(point).length > 0 && (
						<span className="holdfast-soft"> · {pointActors(point).join(', ')}</span>
					)}
				</span>
			))}
			{more > 0 && (
				<span className="holdfast-point__sentence holdfast-soft">
					{
						/* translators: %s: a number. */
						sprintf(_n('and %s more', 'and %s more', more, 'holdfast'), count(more))
					}
				</span>
			)}
			{point.status === 'incomplete' && point.missing.length > 0 && (
				<span className="holdfast-point__sentence holdfast-soft">
					{
						/* translators: %s: what is missing. */
						sprintf(__('Missing: %s', 'holdfast'), point.missing.join(', '))
					}
				</span>
			)}
		</span>
	);
}
