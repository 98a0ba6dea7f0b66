import { Button, Notice } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Heading } from '../components/heading.tsx';
import { LiveDot } from '../components/live-dot.tsx';
import { Panel } from '../components/panel.tsx';
import { Reasons } from '../components/reasons.tsx';
import { useSpoken } from '../components/use-spoken.ts';
import { useNow } from '../polling/use-now.ts';
import type { RestoreResult } from '../wire.ts';
import { changes } from '../words/counts.ts';
import { answerWords, cacheWords, erasureWords, isGood, resultNumbers, resultTitle } from '../words/result.ts';
import { UndoDialog } from './undo-dialog.tsx';

interface ResultViewProps {
	result: RestoreResult;
	kind: 'restore' | 'undo';
	onLeave: () => void;
}

/** What came of it, in numbers. Where it is not equal, Undo comes first. */
export function ResultView({ result, kind, onLeave }: ResultViewProps) {
	const [undoing, setUndoing] = useState(false);
	const now = useNow();
	const good = isGood(result);
	const title = resultTitle(result, now);
	useSpoken(title, good ? 'polite' : 'assertive');
	const undo = result.undoPoint !== null && (
		<Button variant={good ? 'secondary' : 'primary'} onClick={() => setUndoing(true)} __next40pxDefaultSize>
			{kind === 'undo' ? __('Take back this undo', 'holdfast') : __('Undo this restore', 'holdfast')}
		</Button>
	);
	return (
		<Panel className="holdfast-result">
			<div className="holdfast-result__title">
				<LiveDot tone={good ? 'live' : 'failing'} />
				<Heading focused>{title}</Heading>
			</div>
			<Notice status={good ? 'success' : 'error'} isDismissible={false} className="holdfast-notice">
				{resultNumbers(result)} {answerWords(result.answers).join(' ')}
			</Notice>
			{!good && <div className="holdfast-buttons">{undo}</div>}
			{result.differing.length > 0 && (
				<>
					<h3>{__('What differs', 'holdfast')}</h3>
					<Reasons reasons={result.differing} />
				</>
			)}
			{result.folded > 0 && (
				<p className="holdfast-soft">
					{
						/* translators: %s: "3 changes". */
						sprintf(
							__(
								'%s came between the preview and the switch and went back as well. They are in the point right before the restore.',
								'holdfast',
							),
							changes(result.folded),
						)
					}
				</p>
			)}
			{result.erased && result.erased.length > 0 && (
				<>
					<h3>{__('Personal data that were erased since', 'holdfast')}</h3>
					<Reasons reasons={result.erased.map(erasureWords)} />
				</>
			)}
			{result.caches && cacheWords(result.caches).map((words) => <p key={words}>{words}</p>)}
			{result.kept.length > 0 && (
				<>
					<h3>{__('Kept as it was before the restore', 'holdfast')}</h3>
					<Reasons reasons={result.kept} />
				</>
			)}
			<div className="holdfast-buttons">
				<Button variant={good ? 'primary' : 'secondary'} onClick={onLeave} __next40pxDefaultSize>
					{__('Back to the timeline', 'holdfast')}
				</Button>
				{good && undo}
			</div>
			{undoing && <UndoDialog restore={result.id} at={result.finishedAt} onClose={() => setUndoing(false)} />}
		</Panel>
	);
}
