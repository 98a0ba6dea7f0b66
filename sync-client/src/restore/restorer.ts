/**
 * Restores a plan, in place:
 *
 *     stage ──> window: maintenance, drain, collect (the present is a point), fold in ──> decided ──> switch
 *       │          │                                                                        │
 *       └──────────┴── any error, cancel, kill: nothing done, undone at the next start      └── from here only forward, also at the next start
 *
 *     ──> epoch, page caches, maintenance off ──> a commit that makes state(now) the site ──> verify, answers ──> result
 */
import type { Actor, Plan, RestoreResult } from '@holdfast/protocol';
import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import { HoldfastError } from '../errors.ts';
import type { WrittenWatch } from '../intents/written-since.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { PlanInput, Planner, PlannerParts } from '../plan/planner.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { askPages, type Ask } from './answers.ts';
import { Forward } from './forward.ts';
import type { RestoreJournal, RestoreRecord } from './journal.ts';
import { Maintenance, type Rescue } from './maintenance.ts';
import { Recovery } from './recovery.ts';
import { stage } from './stage.ts';
import { noStep, type OnStep } from './steps.ts';
import { UndoRecords } from './undo.ts';
import { collectPresent, drain, foldSince } from './window.ts';

export type RestorerParts = PlannerParts & {
	planner: Planner;
	chunks: ChunkSource;
	index: IndexStore;
	journal: RestoreJournal;
	collect: (request: CollectRequest) => Promise<CollectResult>;
	/** Whether requests of the site are still at work: open intents. */
	isBusy: () => Promise<boolean>;
	epoch: { raise: () => Promise<void> };
	/** Keeps who writes what, from a moment (wall ms) on. The site says whose code writes from the epoch until `forget`. */
	written: { since: (fromWallMs: number) => WrittenWatch; forget: () => Promise<void> };
	/** Home URL as visitors know it; null where it is not known. */
	home: () => string | null;
	ask: Ask;
	rescue?: Rescue;
	/** Called at every step: tests stop or kill here. */
	onStep?: OnStep;
};

export class Restorer {
	readonly #parts: RestorerParts;
	readonly #maintenance: Maintenance;
	readonly undoRecords: UndoRecords;
	readonly #forward: Forward;
	readonly #recovery: Recovery;
	readonly #step: OnStep;
	#running = false;

	constructor(parts: RestorerParts) {
		this.#parts = parts;
		this.#step = parts.onStep ?? noStep;
		this.#maintenance = new Maintenance(parts.site.tree, parts.rescue);
		this.#forward = new Forward(parts, this.#maintenance, this.#step);
		this.#recovery = new Recovery(parts, this.#maintenance, this.#forward);
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
		const plan: Plan = await this.#parts.planner.plan({ point: undoable.point, parts: undoable.parts, keep: undoable.keep, by }, undefined, progress.signal);
		const result = await this.restore(plan.id, by, progress, undoable.restore);
		this.undoRecords.markUndone(undoable.restore);
		return result;
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
		try {
			await this.#parts.journal.save(record);
			await this.#step('begun');
			progress.step('fetch', 'Fetching and staging', 'bytes', plan.fetchBytes);
			await this.#stage(store, record, progress, (done) => progress.moved(done, Math.max(done, plan.fetchBytes)));
			await this.#step('staged');
			store.setFact('answers', await askPages(this.#parts.home(), this.#parts.ask));
			await this.#window(store, input, record, progress);
			progress.signal.throwIfAborted();
		} catch (error) {
			await this.#recovery.takeBack(store);
			throw error;
		}
		record.phase = 'decided';
		await this.#parts.journal.save(record);
		progress.decided();
		await this.#step('decided');
		const problems = await this.#forward.switch(store, record, progress);
		return this.#forward.finish(store, record, problems, progress);
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
