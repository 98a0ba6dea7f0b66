/** What a crash left of a restore: before `decided` it is taken back, after it finished. */
import type { Plan, RestoreResult } from '@holdfast/protocol';
import { asHoldfastError, HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { Forward } from './forward.ts';
import type { Maintenance } from './maintenance.ts';
import { stepsOf } from './progress-steps.ts';
import type { Hold, RestorerParts } from './restorer-parts.ts';
import { unstage } from './stage.ts';

export class Recovery {
	readonly #parts: RestorerParts;
	readonly #maintenance: Maintenance;
	readonly #forward: Forward;
	readonly #hold: Hold;

	constructor(parts: RestorerParts, maintenance: Maintenance, forward: Forward, hold: Hold) {
		this.#parts = parts;
		this.#maintenance = maintenance;
		this.#forward = forward;
		this.#hold = hold;
	}

	/**
	 * After a start, before the endpoint is asked: the site is brought out of the window. Before `decided` it is taken back, after it
	 * the switch is finished; `resume` does the rest.
	 */
	async recoverSite(progress: Progress): Promise<void> {
		const record = await this.#parts.journal.load();
		const store = record === null ? null : this.#parts.plans.open(record.plan);
		try {
			if (record === null) { await this.#maintenance.off(); } else if (record.phase === 'staging' || record.phase === 'window') { await this.takeBack(store); }
			else if (record.phase === 'decided' && store !== null) {
				progress.ahead(stepsOf(store.fact('plan') as Plan));
				await this.#forward.switch(store, record, progress);
			}
		} finally {
			store?.close();
		}
	}

	/**
	 * After a start: what a crash left. Before `decided` it is taken back, after it finished.
	 * @returns the result of what was finished, null where nothing was
	 */
	async resume(progress: Progress): Promise<RestoreResult | null> {
		const record = await this.#parts.journal.load();
		if (record === null) { await this.#maintenance.off(); return null; }
		const store = this.#parts.plans.open(record.plan);
		try {
			if (record.phase === 'staging' || record.phase === 'window') { await this.takeBack(store); return null; }
			if (store === null) { throw new HoldfastError('PLAN_UNKNOWN', `The plan ${record.plan} of the restore that was decided is gone.`, { changed: 'The site is in between; restore the point once more.' }); }
			progress.ahead(stepsOf(store.fact('plan') as Plan));
			const restored = await this.#hold(() => this.#forward.switchAndRecord(store, record, progress));
			return await this.#forward.prove(store, record, restored, progress);
		} finally {
			store?.close();
		}
	}

	/** Nothing was decided: what was staged goes, and the site is as it was. */
	async takeBack(store: PlanStore | null): Promise<void> {
		const { site, journal } = this.#parts;
		try {
			await this.#maintenance.off();
			if (store !== null) { await unstage(store, site.tree); }
			await journal.clear();
		} catch (error) {
			const { code, message, hint } = asHoldfastError(error);
			throw new HoldfastError(code, message, { cause: error, hint, retry: 'later', changed: 'Nothing on the site was changed, but what was prepared beside it is not removed yet. The next start or restore does it.' });
		}
	}
}
