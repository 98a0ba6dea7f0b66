/**
 * Restores a plan, in place:
 *
 *     stage ──> window: maintenance, drain, collect (the present is a point), fold in ──> decided ──> switch
 *       │          │                                                                        │
 *       └──────────┴── any error, cancel, kill: nothing done, undone at the next start      └── from here only forward, also at the next start
 *
 *     ──> epoch, page caches, maintenance off ──> a commit that makes state(now) the site ──> verify, answers ──> result
 *
 * Staging and verifying go on beside the live changes; from the window to that commit nothing else is collected.
 */
import type { Actor, Plan, RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { PlanInput } from '../plan/planner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { askPages } from './answers.ts';
import { Forward } from './forward.ts';
import type { RestoreRecord } from './journal.ts';
import { Maintenance } from './maintenance.ts';
import { showComparison, stepsOf, stepsOfUndo } from './progress-steps.ts';
import { mustBeReady, mustLogIn, mustTakeRows } from './ready.ts';
import { Recovery } from './recovery.ts';
import type { Hold, RestorerParts } from './restorer-parts.ts';
import { stage } from './stage.ts';
import { noStep, type OnStep } from './steps.ts';
import { UndoRecords } from './undo.ts';
import { collectPresent, drain, erasuresAt, foldSince } from './window.ts';

export class Restorer {
	readonly #parts: RestorerParts;
	readonly #maintenance: Maintenance;
	readonly undoRecords: UndoRecords;
	readonly #forward: Forward;
	readonly #recovery: Recovery;
	readonly #step: OnStep;
	readonly #hold: Hold;
	#running = false;

	constructor(parts: RestorerParts) {
		this.#parts = parts;
		this.#step = parts.onStep ?? noStep;
		this.#hold = parts.hold ?? ((work) => work());
		this.#maintenance = new Maintenance(parts.site.tree, parts.rescue);
		this.#forward = new Forward(parts, this.#maintenance, this.#step);
		this.#recovery = new Recovery(parts, this.#maintenance, this.#forward, this.#hold);
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
					v: 1, id: Buffer.from(this.#parts.random.bytes(8)).toString('hex'), ...(progress.job !== undefined && { job: progress.job }), plan, phase: 'staging', point: input.point, parts: input.parts, by,
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
		progress.ahead(stepsOfUndo());
		const plan: Plan = await this.#parts.planner.plan({ point: undoable.point, parts: undoable.parts, keep: undoable.keep, selected: undoable.selected, by }, showComparison(progress, 'compare'), progress.signal);
		return this.restore(plan.id, by, progress, undoable.restore);
	}

	/** After a start, before the endpoint is asked: see Recovery. */
	recoverSite(progress: Progress): Promise<void> {
		return this.#exclusively(() => this.#recovery.recoverSite(progress));
	}

	/** After a start: what a crash left. @returns the result of what was finished, null where nothing was */
	resume(progress: Progress): Promise<RestoreResult | null> {
		return this.#exclusively(() => this.#recovery.resume(progress));
	}

	async #run(store: PlanStore, input: PlanInput, record: RestoreRecord, progress: Progress): Promise<RestoreResult> {
		const plan = store.fact('plan') as Plan;
		await this.#parts.journal.checkFree();
		await mustBeReady(this.#parts.site, store);
		await this.#orBack(store, async () => {
			await this.#parts.journal.save(record);
			await this.#step('begun');
			progress.ahead(stepsOf(plan));
			progress.begin('fetch');
			await this.#stage(store, record, progress, (done) => progress.moved(done));
			await this.#step('staged');
			await mustTakeRows(this.#parts.site, store);
			if (record.undoes === null) { await mustLogIn(this.#parts.site, store, record.parts, this.#parts.tryConfig); }
			store.setFact('answers', await askPages(this.#parts.home(), this.#parts.ask));
		});
		const restored = await this.#hold(async () => {
			await this.#orBack(store, async () => {
				await this.#window(store, input, record, progress);
				progress.signal.throwIfAborted();
				// Said first: a cancel that is answered with yes is obeyed.
				progress.decided();
				await this.#decide(record);
			});
			await this.#step('decided');
			return this.#forward.switchAndRecord(store, record, progress);
		});
		return this.#forward.prove(store, record, restored, progress);
	}

	/** What fails before the decision is taken back. */
	async #orBack(store: PlanStore, work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			await this.#recovery.takeBack(store);
			throw error;
		}
	}

	/** @throws where it is certain that nothing is decided */
	async #decide(record: RestoreRecord): Promise<void> {
		const { journal } = this.#parts;
		record.phase = 'decided';
		try {
			await journal.save(record);
		} catch (error) {
			// What lies on the disk counts, not whether writing it seemed to work.
			if ((await journal.load())?.phase !== 'decided') { throw error; }
		}
	}

	#stage(store: PlanStore, record: RestoreRecord, { signal }: Progress, onBytes?: (done: number) => void): Promise<void> {
		return stage({ store, tree: this.#parts.site.tree, chunks: this.#parts.chunks, id: record.id, signal, ...(onBytes && { onBytes }) });
	}

	async #window(store: PlanStore, input: PlanInput, record: RestoreRecord, progress: Progress): Promise<void> {
		const { clock, journal } = this.#parts;
		progress.begin('window');
		record.phase = 'window';
		record.windowFrom = clock.wallMs();
		await journal.save(record);
		await this.#maintenance.on(record.id, clock.wallMs());
		await this.#step('maintenance');
		await drain(this.#parts, progress.signal);
		await this.#step('drained');
		progress.moved(1);
		record.undo = (await collectPresent(this.#parts, store, input, record, progress.signal)).position;
		store.setFact('erasures', await erasuresAt(this.#parts, input));
		await this.#step('collected');
		progress.moved(2);
		record.folded = await foldSince(this.#parts, store, input, record, progress.signal);
		await this.#stage(store, record, progress);
		await this.#step('folded');
		progress.moved(3);
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
