/** For tests: a restorer around a test site, and independent portraits of database and folders. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqlitePlans } from '../../adapters/sqlite-plans.ts';
import type { TestServer } from '../../adapters/mysql/testing/server.ts';
import { systemClock, systemRandom } from '../../adapters/system-clock.ts';
import { portrait } from '../../files/testing/random-tree.ts';
import type { Progress } from '../../jobs/jobs.ts';
import { keepRules } from '../../plan/keep-rules.ts';
import { Planner } from '../../plan/planner.ts';
import { siteRules } from '../../plan/settings.ts';
import type { TestSite } from '../../sweep/testing/test-site.ts';
import { ErasuresFile } from '../../state-folder/erasures.ts';
import { RestoreJournal } from '../journal.ts';
import type { RestorerParts } from '../restorer-parts.ts';
import { Restorer } from '../restorer.ts';

export const anna = { type: 'user' as const, id: 1, login: 'anna', name: 'Anna' };
export const shell = { type: 'cli' as const };

export function silent(): Progress & { steps: string[]; isDecided: boolean; abort: AbortController } {
	const abort = new AbortController();
	const seen = { steps: [] as string[], isDecided: false, abort, signal: abort.signal, step: (id: string) => { seen.steps.push(id); }, ahead: () => {}, begin: (id: string) => { seen.steps.push(id); }, moved: () => {}, trouble: () => {}, decided: () => { seen.isDecided = true; } };
	return seen;
}

export function restorerOf(site: TestSite, home: string, more: Partial<RestorerParts> = {}): { restorer: Restorer; planner: Planner; parts: RestorerParts } {
	const plans = sqlitePlans(join(home, 'state', 'plans'));
	const common = { site: site.live, states: site.world.states, plans, rules: siteRules('wp_', keepRules(null).rules), clock: systemClock, random: systemRandom };
	const planner = new Planner(common);
	const { stateFolder, chunks, index, collector } = site.world;
	const parts: RestorerParts = {
		...common, planner, chunks, index, journal: new RestoreJournal(join(stateFolder.path, 'journal.php')), collect: (request) => collector.collectOnce(request),
		isBusy: async () => false, epoch: { raise: async () => stateFolder.setEpoch((await stateFolder.epoch()) + 1), purged: async () => [] }, home: () => null, ask: async () => null, tryConfig: async () => {},
		written: { since: (fromWallMs) => site.world.ledger.written.since(fromWallMs), forget: () => stateFolder.forgetOrigins() }, erasures: new ErasuresFile(join(stateFolder.path, 'erasures.php')), ...more,
	};
	return { restorer: new Restorer(parts), planner, parts };
}

/** Schema and rows by the server's own client, rows sorted; counters apart. */
export async function databasePortrait(server: TestServer, database: string, options: { counters?: boolean } = {}): Promise<string[]> {
	const args = ['--no-defaults', `--socket=${server.socketPath}`, `--user=${server.user}`, '--skip-comments', '--skip-dump-date', '--hex-blob', '--skip-extended-insert', '--order-by-primary', '--triggers', '--default-character-set=binary', '--skip-tz-utc', database];
	if (server.password !== '') { args.splice(1, 0, `--password=${server.password}`); }
	const dump = execFileSync('mariadb-dump', args, { maxBuffer: 1 << 30, encoding: 'latin1' });
	const lines = options.counters === true ? dump : dump.replace(/ AUTO_INCREMENT=\d+/g, '');
	return lines.split('\n').filter((line) => line !== '').sort();
}

export const filesPortrait = (root: string): string[] => portrait(root).filter((line) => !/ cache|\/cache/.test(line));

/** What a restore must not leave in a site's folder: names that wait for a switch, and the maintenance page. */
export const leftoversOf = (root: string): string[] => (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.includes('.holdfast-') || name === '.maintenance');
