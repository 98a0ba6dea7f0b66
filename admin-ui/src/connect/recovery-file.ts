import { __ } from '@wordpress/i18n';

interface RecoveryFacts {
	recoveryKey: string;
	home: string;
	endpoint: string | null;
}

export interface TextFile {
	name: string;
	text: string;
}

/** What the downloaded file says: enough to bring the site back with nothing else at hand. */
export function recoveryFile({ recoveryKey, home, endpoint }: RecoveryFacts): TextFile {
	const site = home
		.replace(/^https?:\/\//, '')
		.replace(/[^A-Za-z0-9.-]+/g, '-')
		.replace(/^-+|-+$/g, '');
	const lines = [
		__('Holdfast recovery key', 'holdfast'),
		'',
		`${__('Site:', 'holdfast')} ${home}`,
		...(endpoint ? [`${__('Endpoint:', 'holdfast')} ${endpoint}`] : []),
		`${__('Recovery key:', 'holdfast')} ${recoveryKey}`,
		'',
		__('Whoever has this key can read the backups of this site. Keep it apart from the server.', 'holdfast'),
		'',
	];
	return { name: `holdfast-recovery-key-${site || 'site'}.txt`, text: lines.join('\n') };
}
