import { Notice } from '@wordpress/components';
import { __ } from '@wordpress/i18n';

export function SameMachine() {
	return (
		<Notice status="warning" isDismissible={false} className="holdfast-notice">
			<strong>{__('This endpoint is on the same machine as your site.', 'holdfast')}</strong>{' '}
			{__('That protects from mistakes, not from losing this server.', 'holdfast')}
		</Notice>
	);
}
