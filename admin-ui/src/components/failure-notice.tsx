import { Notice } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import type { ErrorView } from '../wire.ts';

interface FailureNoticeProps {
	failure: Pick<ErrorView, 'code' | 'message' | 'changed' | 'hint' | 'reference'>;
	/** `warning` where work goes on all the same. */
	status?: 'error' | 'warning';
	actions?: { label: string; onClick: () => void }[];
	onDismiss?: () => void;
}

/** Every error in the same order: what happened, whether anything changed, what to do now, the code to quote. */
export function FailureNotice({ failure, status = 'error', actions = [], onDismiss }: FailureNoticeProps) {
	const code = failure.reference && failure.reference !== failure.code ? `${failure.code} · ${failure.reference}` : failure.code;
	return (
		<Notice
			className="holdfast-failure"
			status={status}
			isDismissible={Boolean(onDismiss)}
			{...(onDismiss ? { onRemove: onDismiss } : {})}
			spokenMessage={[failure.message, failure.changed, failure.hint].join(' ')}
			actions={actions.map((action) => ({ ...action, variant: 'secondary' as const }))}
		>
			<p>
				<strong>{failure.message}</strong>
			</p>
			{failure.changed && <p>{failure.changed}</p>}
			{failure.hint && <p>{failure.hint}</p>}
			<p className="holdfast-soft">
				{
					/* translators: %s: an error's code. */
					sprintf(__('Reference: %s', 'holdfast'), code)
				}
			</p>
		</Notice>
	);
}
