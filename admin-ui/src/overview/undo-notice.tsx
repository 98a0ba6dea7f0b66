import { Notice } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { useNow } from '../polling/use-now.ts';
import type { Status } from '../wire.ts';
import { moment } from '../words/moments.ts';

interface UndoNoticeProps {
	undo: NonNullable<Status['undo']>;
	onUndo: () => void;
}

/** The last restore can be taken back. */
export function UndoNotice({ undo, onUndo }: UndoNoticeProps) {
	const now = useNow();
	return (
		<Notice
			status="info"
			isDismissible={false}
			className="holdfast-notice"
			actions={[{ label: __('Undo this restore', 'holdfast'), onClick: onUndo, variant: 'secondary' }]}
		>
			{
				/* translators: %s: "today 14:03:22". */
				sprintf(__('The site was restored %s. What was there right before is recorded.', 'holdfast'), moment(undo.at, now))
			}
		</Notice>
	);
}
