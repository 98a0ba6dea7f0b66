import { Button, Modal } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { useAction } from '../components/use-action.ts';
import { useNow } from '../polling/use-now.ts';
import { store } from '../store/index.ts';
import { moment } from '../words/moments.ts';

interface UndoDialogProps {
	/** Id of the restore to take back; null: the last one. */
	restore: string | null;
	/** When it was done. */
	at: number | null;
	onClose: () => void;
}

/** Says what undo does, then does it. */
export function UndoDialog({ restore, at, onClose }: UndoDialogProps) {
	const now = useNow();
	const { startUndo } = useDispatch(store);
	const undo = useAction(async () => {
		await startUndo(restore);
		onClose();
	});
	return (
		<Modal title={__('Undo this restore?', 'holdfast')} onRequestClose={onClose} className="holdfast-modal">
			<p>
				{at === null
					? __('Your site goes back to what it was right before the restore.', 'holdfast')
					: /* translators: %s: "today 14:03:22". */
						sprintf(__('Your site goes back to what it was right before the restore of %s.', 'holdfast'), moment(at, now))}
			</p>
			<p className="holdfast-soft">
				{__(
					'What is there now is recorded first, so this can be taken back as well. The site is in maintenance for some seconds.',
					'holdfast',
				)}
			</p>
			{undo.failure && <FailureNotice failure={undo.failure} />}
			<div className="holdfast-buttons is-end">
				<Button variant="tertiary" onClick={onClose} disabled={undo.busy} __next40pxDefaultSize>
					{__('Leave it as it is', 'holdfast')}
				</Button>
				<Button variant="primary" isBusy={undo.busy} disabled={undo.busy} onClick={() => void undo.run()} __next40pxDefaultSize>
					{__('Undo this restore', 'holdfast')}
				</Button>
			</div>
		</Modal>
	);
}
