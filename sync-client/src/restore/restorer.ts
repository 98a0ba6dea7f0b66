/**
 * Restores a plan, in place:
 *
 *     stage ──> window: maintenance, drain, collect (the present is a point), fold in ──> decided ──> switch
 *       │          │                                                                        │
 *       └──────────┴── any error, cancel, kill: nothing done, undone at the next start      └── from here only forward, also at the next start
 *
 *     ──> epoch, page caches, maintenance off ──> a commit that makes state(now) the site ──> verify, answers ──> result
 */
import { flagsOf, type Actor, type Plan, type Position, type RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { PlanInput } from '../plan/planner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { DatabaseSwitch } from './switch-database.ts';
import { FileSwitch, type Problem } from './switch-files.ts';
import type { RestoreRecord } from './journal.ts';
import { Maintenance } from './maintenance.ts';
import { namedByPlan } from './named-keys.ts';
import { emptyPageCaches } from './page-caches.ts';
import { mustBeReady, mustLogIn } from './ready.ts';
import type { RestorerParts } from './restorer-parts.ts';
import { stage, unstage } from './stage.ts';
import { noStep, type OnStep } from './steps.ts';
import { UndoRecords } from './undo.ts';
import { verifyRestored } from './verify-restored.ts';
import { collectPresent, drain, foldSince, pointOf } from './window.ts';

export class Restorer {
	readonly #parts: RestorerParts;
	readonly #maintenance: Maintenance;
	readonly undoRecords: UndoRecords;
	readonly #step: OnStep;
	#running = false;

	constructor(parts: RestorerParts) {
		this.#parts = parts;
		this.#step = parts.onStep ?? noStep;
		this.#maintenance = new Maintenance(parts.site.tree, parts.rescue);
		this.undoRecords = new UndoRecords(parts.plans);
	}

	get isRunning(): boolean { return this.#running; }

	/** Refuses at once, before a job begins. @throws RESTORE_RUNNING, PLAN_UNKNOWN */
	check(plan: string): void {
		this.#parts.planner.open(plan).close();
		if (this.#running) { throw new HoldfastError('RESTORE_RUNNING', 'A restore is running on this site.'); }
	}

	/** Carries out a plan. @throws RESTORE_RUNNING, PLAN_UNKNOWN, what stage and window reject with: then nothing was changed */
	restore(plan: string, by: Actor, progress: Progress, undoes: string | null = null): Promise<RestoreResult> {
		this.check(plan);
		return this.#exclusively(async () => {
			const store = this.#parts.planner.open(plan);
			try {
				const input = store.fact('input') as PlanInput;
				const record: RestoreRecord = {
					v: 1, id: Buffer.from(this.#parts.random.bytes(8)).toString('hex'), plan, phase: 'staging', point: input.point, parts: input.parts, by,
					undo: null, undoes, folded: 0, startedAt: this.#parts.clock.wallMs(), windowFrom: 0, windowTo: 0,
				};
				return await this.#run(store, input, record, progress);
			} finally {
				store.close();
			}
		});
	}

	/** Plans and restores the point before a restore (null = the last that was not undone), with the same parts. @throws RESTORE_NOTHING_TO_UNDO */
	async undo(restore: string | null, by: Actor, progress: Progress): Promise<RestoreResult> {
		const undoable = this.undoRecords.find(restore);
		progress.step('compare', 'Comparing the site', 'rows');
		const plan: Plan = await this.#parts.planner.plan({ point: undoable.point, parts: undoable.parts, keep: undoable.keep, selected: undoable.selected, by }, undefined, progress.signal);
		const result = await this.restore(plan.id, by, progress, undoable.restore);
		this.undoRecords.markUndone(undoable.restore);
		return result;
	}

	/**
	 * After a start, before the endpoint is asked: the site is brought out of the window. Before `decided` it is taken back, after it
	 * the switch is finished; `resume` does the rest.
	 */
	recoverSite(progress: Progress): Promise<void> {
		return this.#exclusively(async () => {
			const record = await this.#parts.journal.load();
			const store = record === null ? null : this.#parts.plans.open(record.plan);
			try {
				if (record === null) { await this.#maintenance.off(); } else if (record.phase === 'staging' || record.phase === 'window') { await this.#takeBack(store); }
				else if (record.phase === 'decided' && store !== null) { await this.#switch(store, record, progress); }
			} finally {
				store?.close();
			}
		});
	}

	/**
	 * After a start: what a crash left. Before `decided` it is taken back, after it finished.
	 * @returns the result of what was finished, null where nothing was
	 */
	resume(progress: Progress): Promise<RestoreResult | null> {
		return this.#exclusively(async () => {
			const record = await this.#parts.journal.load();
			if (record === null) { await this.#maintenance.off(); return null; }
			const store = this.#parts.plans.open(record.plan);
			try {
				if (record.phase === 'staging' || record.phase === 'window') { await this.#takeBack(store); return null; }
				if (store === null) { throw new HoldfastError('PLAN_UNKNOWN', `The plan ${record.plan} of the restore that was decided is gone.`, { changed: 'The site is in between; restore the point once more.' }); }
				const problems = record.phase === 'decided' ? await this.#switch(store, record, progress) : [];
				return await this.#finish(store, record, problems, progress);
			} finally {
				store?.close();
			}
		});
	}

	async #run(store: PlanStore, input: PlanInput, record: RestoreRecord, progress: Progress): Promise<RestoreResult> {
		const plan = store.fact('plan') as Plan;
		await this.#parts.journal.checkFree();
		await mustBeReady(this.#parts.site, store);
		try {
			await this.#parts.journal.save(record);
			await this.#step('begun');
			progress.step('fetch', 'Fetching and staging', 'bytes', plan.fetchBytes);
			await this.#stage(store, record, progress, (done) => progress.moved(done, Math.max(done, plan.fetchBytes)));
			await this.#step('staged');
			if (record.undoes === null) { await mustLogIn(this.#parts.site, store, record.parts, this.#parts.tryConfig); }
			await this.#window(store, input, record, progress);
			progress.signal.throwIfAborted();
		} catch (error) {
			await this.#takeBack(store);
			throw error;
		}
		record.phase = 'decided';
		await this.#parts.journal.save(record);
		progress.decided();
		await this.#step('decided');
		const problems = await this.#switch(store, record, progress);
		return this.#finish(store, record, problems, progress);
	}

	#stage(store: PlanStore, record: RestoreRecord, { signal }: Progress, onBytes?: (done: number) => void): Promise<void> {
		return stage({ store, tree: this.#parts.site.tree, chunks: this.#parts.chunks, id: record.id, signal, ...(onBytes && { onBytes }) });
	}

	async #window(store: PlanStore, input: PlanInput, record: RestoreRecord, progress: Progress): Promise<void> {
		const { clock, journal } = this.#parts;
		progress.step('window', 'Recording the present', 'steps', 3);
		record.phase = 'window';
		record.windowFrom = clock.wallMs();
		await journal.save(record);
		await this.#maintenance.on(record.id, clock.wallMs());
		await this.#step('maintenance');
		await drain(this.#parts, progress.signal);
		await this.#step('drained');
		progress.moved(1);
		record.undo = (await collectPresent(this.#parts, store, input, record)).position;
		await this.#step('collected');
		progress.moved(2);
		record.folded = await foldSince(this.#parts, store, input, record);
		await this.#stage(store, record, progress);
		await this.#step('folded');
		progress.moved(3);
	}

	async #switch(store: PlanStore, record: RestoreRecord, progress: Progress): Promise<Problem[]> {
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
	async #finish(store: PlanStore, record: RestoreRecord, problems: Problem[], progress: Progress): Promise<RestoreResult> {
		const input = store.fact('input') as PlanInput;
		progress.step('record', 'Recording the restored site', 'steps', 1);
		const { position } = await this.#parts.collect({
			extra: namedByPlan(store), flags: flagsOf('restored'), always: 'point', largeFiles: 'now',
			manifest: {
				name: `${record.undoes === null ? 'Restored to' : 'Undone:'} ${input.point.title}`, by: record.by,
				restore: { point: pointOf(input), parts: [...record.parts], plan: record.plan, ...(record.undo !== null && { undo: record.undo as Position }) },
			},
		});
		await this.#step('recorded');
		progress.step('verify', 'Comparing with the point', 'rows');
		const result = await verifyRestored({ ...this.#parts, store, record, problems, since: position.seq, progress });
		store.setFact('restore', result);
		await this.#step('proven');
		await unstage(store, this.#parts.site.tree);
		await this.#step('unstaged');
		await this.#parts.journal.clear();
		return result;
	}

	async #takeBack(store: PlanStore | null): Promise<void> {
		const { site, journal } = this.#parts;
		await this.#maintenance.off();
		if (store !== null) { await unstage(store, site.tree); }
		await journal.clear();
	}

	async #exclusively<T>(work: () => Promise<T>): Promise<T> {
		if (this.#running) { throw new HoldfastError('RESTORE_RUNNING', 'A restore is running on this site.'); }
		this.#running = true;
		try {
			return await work();
		} finally {
			this.#running = false;
		}
	}
}
