import { join } from 'node:path';
import type { RestoreResult } from '@holdfast/protocol';
import type { Progress } from '../jobs/jobs.ts';
import { keepRules } from '../plan/keep-rules.ts';
import { Planner } from '../plan/planner.ts';
import { siteRules } from '../plan/settings.ts';
import { RestoreJournal } from '../restore/journal.ts';
import { Restorer } from '../restore/restorer.ts';
import { untilFinished } from '../restore/until-finished.ts';
import { ErasuresFile } from '../state-folder/erasures.ts';
import type { Engine } from './engine.ts';
import type { Loop } from './loop.ts';
import type { Restores } from './restores.ts';
import { tryLogin } from './site.ts';

/** Plan and restore, put together for one engine. The window of a restore holds the loop: nothing is collected beside it. */
export function openRestores(engine: Engine, loop: Loop, ended: AbortSignal): Restores {
	const { site, state, states, chunks, index, collector, ledger, adapters } = engine;
	const newGeneration = (): string => Buffer.from(adapters.random.bytes(8)).toString('hex');
	const common = {
		site: engine.live, states, plans: adapters.openPlans(join(state.path, 'plans')), clock: adapters.clock, random: adapters.random, phpNow: () => site.told?.php.version ?? null,
		rules: siteRules(site.settings.prefix, keepRules(site.told?.keep).rules, { users: site.settings.customUserTable, usermeta: site.settings.customUserMetaTable }),
	};
	const planner = new Planner(common);
	const journal = new RestoreJournal(join(state.path, 'journal.php'));
	const restorer = new Restorer({
		...common, planner, chunks, index,
		journal,
		collect: (request) => collector.collectOnce(request),
		hold: (work) => loop.hold(work),
		isBusy: async () => {
			await engine.log.read();
			return ledger.waiting().open;
		},
		epoch: {
			raise: async () => {
				await state.askOrigins();
				await state.setEpoch((await state.epoch()) + 1);
				await state.voidSchemas(newGeneration());
			},
			purged: () => state.purged(),
		},
		written: { since: (fromWallMs) => ledger.written.since(fromWallMs), forget: () => state.forgetOrigins() },
		erasures: new ErasuresFile(join(state.path, 'erasures.php')),
		home: () => (site.home === '' ? null : site.home),
		ask: adapters.ask,
		rescue: {
			plugin: join(site.settings.dirs.plugins, 'holdfast'), state: state.path,
			command: [process.execPath, process.argv[1] ?? 'holdfast.cjs', 'run', '--state', state.path].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '),
		},
		tryConfig: (source) => tryLogin(source, site.settings.dirs.abspath, adapters),
		...(adapters.onRestoreStep && { onStep: adapters.onRestoreStep }),
	});
	const silent = { ahead: () => {}, begin: () => {}, step: () => {}, moved: () => {}, trouble: () => {}, decided: () => {}, signal: new AbortController().signal };

	const afterEarlier = async (progress: Progress, restore: () => Promise<RestoreResult>): Promise<RestoreResult> => {
		// One that was decided and failed comes to its end first.
		await restorer.resume(silent);
		return untilFinished({ restorer, journal, clock: adapters.clock, ended }, progress, restore);
	};

	return {
		async plan(seq, parts, keep, by, progress) {
			const { at, title } = await engine.timeline.point(seq);
			let current = '';
			return planner.plan({ point: { seq, at, title }, parts: [...parts], keep, by }, (step, done, total) => {
				if (step !== current) {
					current = step;
					progress.step(step, step === 'files' ? 'Comparing files' : 'Comparing tables', step === 'files' ? 'files' : 'tables', total);
				}
				progress.moved(done, total);
			}, progress.signal);
		},
		planById: async (id) => planner.planById(id),
		restore: (plan, by, progress) => afterEarlier(progress, () => restorer.restore(plan, by, progress)),
		undo: (restore, by, progress) => afterEarlier(progress, () => restorer.undo(restore, by, progress)),
		async undoable(restore) {
			const found = restorer.undoRecords.list().find((one) => restore === null || one.restore === restore);
			return found === undefined ? null : { restore: found.restore, point: found.point.seq, at: found.at, parts: found.parts };
		},
		interrupted: () => journal.interrupted(),
		recoverSite: (progress = silent) => restorer.recoverSite(progress),
		finishInterrupted: (progress = silent) => restorer.resume(progress),
	};
}
