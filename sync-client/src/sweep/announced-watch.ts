import type { Announced } from '../intents/announced.ts';
import type { Ledger } from '../intents/ledger.ts';
import type { LogFolder } from '../intents/log-folder.ts';

/** What intents announce while a comparison runs: `look` reads the log. */
export type AnnouncedWatch = { look(): Promise<Announced>; end(): void };

/** From now on, until `end`. */
export function watchAnnounced(ledger: Ledger, log: LogFolder): AnnouncedWatch {
	const { look, end } = ledger.announcedSince();
	return { look: async () => { await log.read(); return look(); }, end };
}
