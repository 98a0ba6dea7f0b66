/**
 * A restore from `decided` on: every step may be run again, none goes back.
 *
 *     switch of database and files ──> epoch ──> page caches ──> maintenance off ──> a commit says so ──> verify ──> result
 */
import { flagsOf, type Position, type RestoreResult } from '@holdfast/protocol';
import { asHoldfastError, HoldfastError } from '../errors.ts';
import type { WrittenWatch } from '../intents/written-since.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { Erasure } from '../plan/erasures.ts';
import type { PlanInput } from '../plan/planner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { askPages, compareAnswers, type Marked } from './answers.ts';
import { awaitErasures } from './erase-again.ts';
import type { RestoreRecord } from './journal.ts';
import type { Maintenance } from './maintenance.ts';
import { namedByPlan } from './named-keys.ts';
import { emptyPageCaches } from './page-caches.ts';
import type { RestorerParts } from './restorer-parts.ts';
import { unstage } from './stage.ts';
import type { OnStep } from './steps.ts';
import { DatabaseSwitch } from './switch-database.ts';
import { FileSwitch, type Problem } from './switch-files.ts';
import { UndoRecords } from './undo.ts';
import { verifyRestored } from './verify-restored.ts';
import { pointOf } from './window.ts';

/** What could not be done, the commit that recorded the restored site, and who has written since the window. */
export type Recorded = { problems: Problem[]; seq: number; watch: WrittenWatch };

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
			const database = new DatabaseSwitch(store, site.database, site.scope, this.#step);
			progress.begin('switch');
			await database.run((done) => progress.moved(done));
			await this.#step('database');
			const files = new FileSwitch(store, site.tree, record.id, this.#step);
			progress.begin('switchFiles');
			await files.run((done) => progress.moved(done));
			await this.#step('files');
			const erasures = erasuresOf(store);
			if (erasures.length > 0) { await this.#parts.erasures.order(erasures); }
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
			throw unfinished(error, 'The switch was decided and is not finished; visitors see the maintenance page. The next start of the agent finishes it.');
		}
	}

	/** The switch, where it is not through, and the commit that says what the site is now. @throws with the journal still saying so: the next start goes on */
	async switchAndRecord(store: PlanStore, record: RestoreRecord, progress: Progress): Promise<Recorded> {
		const problems = record.phase === 'decided' ? await this.switch(store, record, progress) : [];
		const watch = this.#parts.written.since(record.windowFrom);
		try {
			return { problems, seq: await this.#record(store, record, progress), watch };
		} catch (error) {
			watch.end();
			throw unfinished(error, notProven);
		}
	}

	/** Compares the site with the point. Live changes go on beside it. @throws as above */
	async prove(store: PlanStore, record: RestoreRecord, restored: Recorded, progress: Progress): Promise<RestoreResult> {
		try {
			return await this.#prove(store, record, restored, progress);
		} catch (error) {
			throw unfinished(error, notProven);
		} finally {
			restored.watch.end();
		}
	}

	/** @returns the number of the commit */
	async #record(store: PlanStore, record: RestoreRecord, progress: Progress): Promise<number> {
		const input = store.fact('input') as PlanInput;
		progress.begin('record');
		const { position } = await this.#parts.collect({
			extra: namedByPlan(store), flags: flagsOf('restored'), always: 'point', largeFiles: 'now',
			manifest: {
				name: `${record.undoes === null ? 'Restored to' : 'Undone:'} ${input.point.title}`, by: record.by,
				restore: { point: pointOf(input), parts: [...record.parts], plan: record.plan, ...(record.undo !== null && { undo: record.undo as Position }) },
			},
		});
		await this.#step('recorded');
		progress.moved(1);
		return position.seq;
	}

	async #prove(store: PlanStore, record: RestoreRecord, { problems, seq, watch }: Recorded, progress: Progress): Promise<RestoreResult> {
		const { site, journal, plans, written, epoch } = this.#parts;
		// What the pages make the site write is looked at, too.
		const { after, answers } = await this.#answers((store.fact('answers') ?? []) as Marked[]);
		const isAwake = answers.some((answer) => answer.status > 0);
		const erased = await awaitErasures(erasuresOf(store), { order: this.#parts.erasures, clock: this.#parts.clock, isAwake });
		const result = await verifyRestored({ ...this.#parts, store, record, problems, since: seq, watch, answers, erased, progress });
		result.caches = { purged: await epoch.purged(), cdn: after.find((one) => one.cdn !== null)?.cdn ?? null };
		store.setFact('restore', result);
		if (record.undoes !== null) { new UndoRecords(plans).markUndone(record.undoes); }
		await this.#step('proven');
		await unstage(store, site.tree);
		await this.#step('unstaged');
		await written.forget();
		await journal.clear();
		return result;
	}

	async #answers(before: readonly Marked[]): Promise<{ after: Marked[]; answers: RestoreResult['answers'] }> {
		const { home, ask, clock } = this.#parts;
		const look = async (): Promise<{ after: Marked[]; answers: RestoreResult['answers'] }> => {
			const after = await askPages(home(), ask);
			return { after, answers: compareAnswers(before, after) };
		};
		const first = await look();
		if (first.answers.every(({ ok }) => ok)) { return first; }
		await clock.sleep(secondLookMs);
		return await look();
	}
}

/** PHP looks every other second whether files have changed (opcache.revalidate_freq), and a site that was broken has no plugin that tells it at once. */
const secondLookMs = 3_000;

const erasuresOf = (store: PlanStore): Erasure[] => (store.fact('erasures') ?? []) as Erasure[];

const notProven = 'The site was switched to the point and is open; that was not recorded and compared to its end. The next start of the agent does it.';

function unfinished(error: unknown, changed: string): HoldfastError {
	const { code, message, hint } = asHoldfastError(error);
	return new HoldfastError(code, message, { cause: error, hint, retry: 'later', changed });
}
