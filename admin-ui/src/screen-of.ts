import type { Reading } from './store/state.ts';
import type { PluginStatus } from './wire.ts';

/** What the page shows, of ui.md's states. */
export type Screen =
	'loading' | 'unreachable' | 'recoveryKey' | 'restoring' | 'agentAway' | 'connect' | 'copied' | 'firstBackup' | 'overview';

interface Known {
	plugin: Reading<PluginStatus>;
	watchedJob: string | null;
	keyToKeep: string | null;
}

/**
 * In the order of weight: a key that is not yet kept, a restore that is on screen, then what the plugin says.
 * What was known stays on screen while nobody answers; nothing is guessed from silence.
 */
export function screenOf({ plugin, watchedJob, keyToKeep }: Known): Screen {
	if (keyToKeep !== null) {
		return 'recoveryKey';
	}
	if (watchedJob !== null) {
		return 'restoring';
	}
	if (plugin.value === null) {
		return plugin.failure ? 'unreachable' : 'loading';
	}
	if (plugin.value.status === null) {
		return 'agentAway';
	}
	switch (plugin.value.status.state) {
		case 'notConnected':
			return 'connect';
		case 'copied':
			return 'copied';
		case 'firstBackup':
			return 'firstBackup';
		default:
			return 'overview';
	}
}
