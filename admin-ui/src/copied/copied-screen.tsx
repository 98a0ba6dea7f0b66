import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction } from '../components/use-action.ts';
import { store } from '../store/index.ts';
import type { Status } from '../wire.ts';

/** Moved, or a copy? Nothing is written before the answer. */
export function CopiedScreen({ copied }: { copied: Status['copied'] }) {
	const { answerCopied } = useDispatch(store);
	const answer = useAction(answerCopied);
	const from = copied?.from ?? __('another site', 'holdfast');
	return (
		<Panel>
			<Heading>
				{
					/* translators: %s: address of a site. */
					sprintf(__('This looks like a copy of %s', 'holdfast'), from)
				}
			</Heading>
			<p>
				{__(
					'Holdfast has stopped here, so that two sites never write into one backup. Nothing has been written, and the backups so far are untouched.',
					'holdfast',
				)}
			</p>
			{copied && copied.changed.length > 0 && (
				<>
					<h3>{__('What is different', 'holdfast')}</h3>
					<ul className="holdfast-list">
						{copied.changed.map((change) => (
							<li key={change}>{change}</li>
						))}
					</ul>
				</>
			)}
			<div className="holdfast-choices">
				<div>
					<h3>{__('The site has moved', 'holdfast')}</h3>
					<p className="holdfast-soft">
						{__('The old place is switched off. This site takes over its backups and everything is compared once.', 'holdfast')}
					</p>
					<Button variant="primary" disabled={answer.busy} onClick={() => void answer.run('moved')} __next40pxDefaultSize>
						{__('It has moved here', 'holdfast')}
					</Button>
				</div>
				<div>
					<h3>{__('This is a copy', 'holdfast')}</h3>
					<p className="holdfast-soft">
						{__(
							'A staging or test site. It lets go of the backups of the original, which stay as they are, and can be connected with a code of its own.',
							'holdfast',
						)}
					</p>
					<Button variant="secondary" disabled={answer.busy} onClick={() => void answer.run('copy')} __next40pxDefaultSize>
						{__('It is a copy', 'holdfast')}
					</Button>
				</div>
			</div>
			{answer.failure && <FailureNotice failure={answer.failure} />}
		</Panel>
	);
}
