import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { CopiedText } from '../components/copied-text.tsx';
import { FailureNotice } from '../components/failure-notice.tsx';
import { Heading } from '../components/heading.tsx';
import { LiveDot } from '../components/live-dot.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction } from '../components/use-action.ts';
import { store } from '../store/index.ts';
import type { PluginStatus } from '../wire.ts';

/** The agent does not run, or does not answer: why, what to do, and a check that turns green by itself. */
export function AgentAwayScreen({ plugin }: { plugin: PluginStatus }) {
	const { startAgent } = useDispatch(store);
	const start = useAction(startAgent);
	const { running, why, code, command, service } = plugin.agent;
	const [reason, ...log] = (why ?? '').split('\n').filter(Boolean);
	return (
		<Panel>
			<Heading>
				{running ? __('Holdfast’s agent does not answer', 'holdfast') : __('Holdfast’s agent is not running', 'holdfast')}
			</Heading>
			<p>
				{__(
					'The agent is the program beside your site that makes the backups. Without it nothing new is backed up. What the endpoint has stays safe.',
					'holdfast',
				)}
			</p>
			<p className="holdfast-why">
				<strong>{reason ?? __('The reason is not known.', 'holdfast')}</strong>{' '}
				{code && <span className="holdfast-soft">{code}</span>}
			</p>
			{log.length > 0 && <pre className="holdfast-service is-log">{log.join('\n')}</pre>}
			<div className="holdfast-buttons">
				<Button
					variant="primary"
					disabled={start.busy}
					isBusy={start.busy}
					onClick={() => void start.run()}
					__next40pxDefaultSize
				>
					{start.busy ? __('Starting…', 'holdfast') : __('Start', 'holdfast')}
				</Button>
			</div>
			{start.failure && <FailureNotice failure={start.failure} />}
			{command && (
				<>
					<p>{__('Or run this on the server:', 'holdfast')}</p>
					<CopiedText text={command} label={__('Copy the command', 'holdfast')} />
				</>
			)}
			{service && (
				<details>
					<summary>{__('Or as a service that starts with the server', 'holdfast')}</summary>
					<pre className="holdfast-service">{service}</pre>
				</details>
			)}
			<p className="holdfast-check-line">
				<LiveDot tone="waiting" />
				{__('Looking every few seconds. This page goes on by itself when the agent answers.', 'holdfast')}
			</p>
		</Panel>
	);
}
