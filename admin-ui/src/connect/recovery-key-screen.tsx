import { Button, CheckboxControl } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { CopiedText } from '../components/copied-text.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { SameMachine } from '../components/same-machine.tsx';
import { store } from '../store/index.ts';
import { saveTextFile } from './save-text-file.ts';
import { recoveryFile } from './recovery-file.ts';

/** The recovery key, shown after pairing and whenever it is asked for. It goes on only when its owner says that it is kept. */
export function RecoveryKeyScreen({ recoveryKey }: { recoveryKey: string }) {
	const [kept, setKept] = useState(false);
	const { keptRecoveryKey } = useDispatch(store);
	const status = useSelect((select) => select(store).getStatus(), []);
	const file = recoveryFile({
		recoveryKey,
		home: status?.site?.home ?? window.location.host,
		endpoint: status?.endpoint?.url ?? null,
	});
	return (
		<Panel>
			<Heading focused>{__('Keep your recovery key somewhere else', 'holdfast')}</Heading>
			<p>
				{__(
					'If this server is lost, you need the endpoint’s address and this key to bring the site back. Keep it where you keep passwords, not on this server.',
					'holdfast',
				)}
			</p>
			<CopiedText text={recoveryKey} label={__('Copy the recovery key', 'holdfast')} />
			<div className="holdfast-buttons">
				<Button variant="secondary" onClick={() => saveTextFile(file)} __next40pxDefaultSize>
					{__('Download as a text file', 'holdfast')}
				</Button>
			</div>
			{status?.endpoint?.sameMachine && <SameMachine />}
			<CheckboxControl label={__('I have kept it', 'holdfast')} checked={kept} onChange={setKept} />
			<div className="holdfast-buttons">
				<Button variant="primary" disabled={!kept} onClick={() => void keptRecoveryKey()} __next40pxDefaultSize>
					{__('Go on', 'holdfast')}
				</Button>
			</div>
			<p className="holdfast-soft">{__('The backup has already begun. It does not wait for you.', 'holdfast')}</p>
		</Panel>
	);
}
