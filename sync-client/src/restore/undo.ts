/** Which restores can be undone: read from the plans that were carried out. */
import type { KeepChoice, Part, Plan, RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { PlanInput, PlanPoint } from '../plan/planner.ts';
import type { SelectedIds } from '../plan/selected/selection.ts';
import type { Plans } from '../ports/plan-store.ts';
import { selectedBy } from './window.ts';

export type Undoable = { restore: string; point: PlanPoint; parts: Part[]; keep: KeepChoice; selected: SelectedIds | null; at: number };

export class UndoRecords {
	readonly #plans: Plans;

	constructor(plans: Plans) {
		this.#plans = plans;
	}

	/** Restores that were carried out and not undone, newest first. */
	list(): Undoable[] {
		const found: Undoable[] = [];
		for (const id of this.#plans.list()) {
			const store = this.#plans.open(id);
			const result = (store?.fact('restore') ?? null) as RestoreResult | null;
			const undone = store?.fact('undone') === true;
			const keep = ((store?.fact('input') ?? null) as PlanInput | null)?.keep ?? {};
			const plan = (store?.fact('plan') ?? null) as Plan | null;
			const selected = store === null ? null : selectedBy(store);
			store?.close();
			if (result === null || plan === null || undone || result.undoPoint === null) { continue; }
			found.push({ restore: result.id, parts: plan.parts, keep, selected, at: result.finishedAt, point: { seq: result.undoPoint, at: result.finishedAt, title: `the moment before the restore to ${plan.point.title}` } });
		}
		return found.sort((a, b) => b.at - a.at);
	}

	/** @param restore its id; null = the last. @throws RESTORE_NOTHING_TO_UNDO */
	find(restore: string | null): Undoable {
		const found = this.list().find((one) => restore === null || one.restore === restore);
		if (found === undefined) { throw new HoldfastError('RESTORE_NOTHING_TO_UNDO', restore === null ? 'There is no restore to undo.' : `There is no restore ${restore} that could be undone.`); }
		return found;
	}

	markUndone(restore: string): void {
		for (const id of this.#plans.list()) {
			const store = this.#plans.open(id);
			const result = (store?.fact('restore') ?? null) as RestoreResult | null;
			if (result?.id === restore) { store?.setFact('undone', true); }
			store?.close();
		}
	}
}
