import { Button, TextControl } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction } from '../components/use-action.ts';
import { routes } from '../requests/routes.ts';
import { store } from '../store/index.ts';
import type { ConnectTest } from '../wire.ts';
import { ConnectionChecks } from './connection-checks.tsx';
import { NoEndpoint } from './no-endpoint.tsx';
import { ScopeCard } from './scope-card.tsx';

/** Not connected: one code, a test with plain results, what will be backed up and what not. */
export function ConnectScreen() {
	const [code, setCode] = useState('');
	const [tested, setTested] = useState<{ code: string; result: ConnectTest } | null>(null);
	const { connect } = useDispatch(store);
	const pasted = code.replace(/\s+/g, '');
	const test = useAction(async () => setTested({ code: pasted, result: await routes.testConnection(pasted) }));
	const join = useAction(() => connect(pasted));
	const busy = test.busy || join.busy;
	const paste = (text: string) => {
		setCode(text);
		test.forget();
		join.forget();
	};
	// A test or failure of another code says nothing about this one.
	const result = tested?.code === pasted ? tested.result : null;
	return (
		<>
			<Panel>
				<Heading>{__('Connect this site to your endpoint', 'holdfast')}</Heading>
				<p className="holdfast-soft">
					{__(
						'The endpoint keeps your backups. It gives you one code, which carries its address and the right to store this site.',
						'holdfast',
					)}
				</p>
				<form
					onSubmit={(event) => {
						event.preventDefault();
						if (pasted) {
							void join.run();
						}
					}}
				>
					<TextControl
						className="holdfast-code"
						label={__('Pairing code', 'holdfast')}
						help={__('Paste it whole. It can be used once.', 'holdfast')}
						value={code}
						onChange={paste}
						autoComplete="off"
						spellCheck={false}
						__next40pxDefaultSize
					/>
					<div className="holdfast-buttons">
						<Button type="submit" variant="primary" disabled={!pasted || busy} isBusy={join.busy} __next40pxDefaultSize>
							{join.busy ? __('Connecting…', 'holdfast') : __('Connect', 'holdfast')}
						</Button>
						<Button
							variant="secondary"
							disabled={!pasted || busy}
							isBusy={test.busy}
							onClick={() => void test.run()}
							__next40pxDefaultSize
						>
							{test.busy ? __('Testing…', 'holdfast') : __('Test the connection', 'holdfast')}
						</Button>
					</div>
				</form>
				{test.failure && <FailureNotice failure={test.failure} />}
				{join.failure && <FailureNotice failure={join.failure} />}
				{result && !join.failure && <ConnectionChecks result={result} />}
				<NoEndpoint />
			</Panel>
			<ScopeCard scope={result?.scope ?? null} />
		</>
	);
}
