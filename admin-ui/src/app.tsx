import { Spinner } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useEffect } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { AgentAwayScreen } from './agent-away/agent-away-screen.tsx';
import { ConnectScreen } from './connect/connect-screen.tsx';
import { RecoveryKeyScreen } from './connect/recovery-key-screen.tsx';
import { CopiedScreen } from './copied/copied-screen.tsx';
import { FirstBackupScreen } from './first-backup/first-backup-screen.tsx';
import { OverviewScreen } from './overview/overview-screen.tsx';
import { PageHeader } from './page-header.tsx';
import { idlePollMs, statusPollMs } from './polling/pace.ts';
import { usePolling } from './polling/use-polling.ts';
import { RunScreen } from './restore/run-screen.tsx';
import { screenOf, type Screen } from './screen-of.ts';
import { store } from './store/index.ts';

/** Asks for the status while the page is seen, and shows the one screen that fits it. */
export function App() {
	const { plugin, watchedJob, keyToKeep, running } = useSelect((select) => {
		const known = select(store);
		return {
			plugin: known.getPlugin(),
			watchedJob: known.getWatchedJob(),
			keyToKeep: known.getKeyToKeep(),
			running: known.getRunningRestore()?.id ?? null,
		};
	}, []);
	const { refreshPlugin, watchJob } = useDispatch(store);
	const screen = screenOf({ plugin, watchedJob, keyToKeep });
	usePolling(refreshPlugin, { everyMs: isIdle(screen) ? idlePollMs : statusPollMs });
	useEffect(() => {
		if (running !== null) {
			void watchJob(running);
		}
	}, [running, watchJob]);
	return (
		<div className="holdfast" data-screen={screen}>
			{screen !== 'overview' && screen !== 'restoring' && <PageHeader />}
			<ScreenBody screen={screen} />
		</div>
	);
}

function isIdle(screen: Screen): boolean {
	return screen === 'connect' || screen === 'copied';
}

function ScreenBody({ screen }: { screen: Screen }) {
	const { plugin, watchedJob, keyToKeep } = useSelect((select) => {
		const known = select(store);
		return { plugin: known.getPlugin(), watchedJob: known.getWatchedJob(), keyToKeep: known.getKeyToKeep() };
	}, []);
	const status = plugin.value?.status ?? null;
	switch (screen) {
		case 'loading':
			return (
				<p>
					<Spinner /> {__('Asking the agent…', 'holdfast')}
				</p>
			);
		case 'unreachable':
			return null;
		case 'recoveryKey':
			return <RecoveryKeyScreen recoveryKey={keyToKeep ?? ''} />;
		case 'restoring':
			return <RunScreen key={watchedJob} job={watchedJob ?? ''} />;
		case 'agentAway':
			return plugin.value && <AgentAwayScreen plugin={plugin.value} />;
		case 'connect':
			return <ConnectScreen />;
		case 'copied':
			return <CopiedScreen copied={status?.copied ?? null} />;
		case 'firstBackup':
			return status && <FirstBackupScreen status={status} />;
		case 'overview':
			return status && <OverviewScreen reading={plugin} status={status} />;
	}
}
