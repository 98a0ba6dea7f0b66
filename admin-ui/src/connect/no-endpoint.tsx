import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { CopiedText } from '../components/copied-text.tsx';

const serveCommand = 'holdfast-endpoint serve --data DIR';
const pairCommand = 'holdfast-endpoint pair --data DIR';

/** "I have no endpoint yet": the command that starts one, and the one that prints the code. */
export function NoEndpoint() {
	const [open, setOpen] = useState(false);
	return (
		<div className="holdfast-no-endpoint">
			<Button variant="link" aria-expanded={open} onClick={() => setOpen(!open)}>
				{__('I have no endpoint yet', 'holdfast')}
			</Button>
			{open && (
				<div>
					<p>{__('On the machine that shall keep the backups, another one than this server, start the endpoint:', 'holdfast')}</p>
					<CopiedText text={serveCommand} label={__('Copy the command that starts the endpoint', 'holdfast')} />
					<p>{__('Then let it print a pairing code, and paste that above:', 'holdfast')}</p>
					<CopiedText text={pairCommand} label={__('Copy the command that prints a pairing code', 'holdfast')} />
				</div>
			)}
		</div>
	);
}
