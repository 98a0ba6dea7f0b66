/**
 * A restore from `decided` on: every step may be run again, none goes back.
 *
 *     switch of database and files ──> epoch ──> page caches ──> maintenance off ──> a commit says so ──> verify ──> result
 */
import { flagsOf, type Plan, type Position, type RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { PlanInput } from '../plan/planner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { askPages, compareAnswers, type Marked } from './answers.ts';
import type { RestoreRecord } from './journal.ts';
import type { Maintenance } from './maintenance.ts';
import { namedByPlan } from './named-keys.ts';
import { emptyPageCaches } from './page-caches.ts';
import type { RestorerParts } from './restorer.ts';
import { unstage } from './stage.ts';
import type { OnStep } from './steps.ts';
import { DatabaseSwitch } from './switch-database.ts';
import { FileSwitch, type Problem } from './switch-files.ts';
import { verifyRestored } from './verify-restored.ts';
import { pointOf } from './window.ts';

export class Forward {
	readonly #parts: RestorerParts;
	readonly #maintenance: Maintenance;
	readonly #step: OnStep;

	constructor(parts: RestorerParts, maintenance: Maintenance, step: OnStep) {
		this.#parts = parts;
		this.#maintenance = maintenance;
		this.#step = step;
	}

	/** Makes the site the plan's target. @returns what could not be done, for the result. @throws with the switch unfinished: the next start goes on */
	async switch(store: PlanStore, record: RestoreRecord, progress: Progress): Promise<Problem[]> {
		const { site, journal, epoch, clock } = this.#parts;
		try {
			await this.#maintenance.keep(record.id);
			const plan = store.fact('plan') as Plan;
			const database = new DatabaseSwitch(store, site.database, site.scope, this.#step);
			progress.step('switch', 'Switching the database', 'rows');
			await database.run((done) => progress.moved(done));
			await this.#step('database');
			const files = new FileSwitch(store, site.tree, record.id, this.#step);
			progress.step('files', 'Switching the files', 'files', plan.files.write + plan.files.attributes);
			await files.run((done) => progress.moved(done, Math.max(done, plan.files.write + plan.files.attributes)));
			await this.#step('files');
			await epoch.raise();
			await this.#step('epoch');
			await emptyPageCaches(site.tree);
			await this.#step('caches');
			await this.#maintenance.off();
			await this.#step('open');
			record.windowTo = clock.wallMs();
			record.phase = 'switched';
			await journal.save(record);
			await this.#step('switched');
			return [...database.problems, ...files.problems];
		} catch (error) {
			const changed = 'The switch was decided and is not finished; visitors see the maintenance page. The next start of the agent finishes it.';
			throw error instanceof HoldfastError ? new HoldfastError(error.code, error.message, { cause: error, hint: error.hint, retry: 'later', changed }) : error;
		}
	}

	/** The site is the point now: a commit says so, then it is proven. */
	async finish(store: PlanStore, record: RestoreRecord, problems: Problem[], progress: Progress): Promise<RestoreResult> {
		const { site, journal, written } = this.#parts;
		const watch = written.since(record.windowFrom);
		try {
			// Beside the collect: what the pages make the site write is looked at, too.
			const [since, answers] = await Promise.all([this.#record(store, record, progress), this.#answers(store)]);
			await this.#step('recorded');
			progress.step('verify', 'Comparing with the point', 'rows');
			const result = await verifyRestored({ ...this.#parts, store, record, problems, since, watch, answers, progress });
			store.setFact('restore', result);
			await this.#step('proven');
			await unstage(store, site.tree);
			await this.#step('unstaged');
			await written.forget();
			await journal.clear();
			return result;
		} finally {
			watch.end();
		}
	}

	/** @returns the sequence of the commit that says what the site is now */
	async #record(store: PlanStore, record: RestoreRecord, progress: Progress): Promise<number> {
		const input = store.fact('input') as PlanInput;
		progress.step('record', 'Recording the restored site', 'steps', 1);
		const { position } = await this.#parts.collect({
			extra: namedByPlan(store), flags: flagsOf('restored'), always: 'point', largeFiles: 'now',
			manifest: {
				name: `${record.undoes === null ? 'Restored to' : 'Undone:'} ${input.point.title}`, by: record.by,
				restore: { point: pointOf(input), parts: [...record.parts], plan: record.plan, ...(record.undo !== null && { undo: record.undo as Position }) },
			},
		});
		return position.seq;
	}

	async #answers(store: PlanStore): Promise<RestoreResult['answers']> {
		const { home, ask } = this.#parts;
		return compareAnswers((store.fact('answers') ?? []) as Marked[], await askPages(home(), ask));
	}
}
