import { Notice } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import type { PluginStatus } from '../wire.ts';

/** Agent and plugin of different versions: shown while it lasts, usually the moments after an update. */
export function VersionNotice({ agent }: { agent: PluginStatus['agent'] }) {
	if (!agent.running || agent.version === null || agent.version === agent.expectedVersion) {
		return null;
	}
	return (
		<Notice status="warning" isDismissible={false} className="holdfast-notice">
			{sprintf(
				/* translators: 1: version of the agent, 2: version of the plugin. */
				__(
					'The agent is version %1$s, the plugin %2$s. Backups go on. The agent is replaced at its next start; if this stays, stop the agent and press Start.',
					'holdfast',
				),
				agent.version,
				agent.expectedVersion,
			)}
		</Notice>
	);
}
