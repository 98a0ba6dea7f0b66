/** What a restore would do, computed and kept before anything is done. */
import type { Actor, KeepChoice, Part, Plan } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { asSettings, type SiteRules } from './settings.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Plans, PlanStore } from '../ports/plan-store.ts';
import type { SiteStates } from '../ports/site-state.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { erasuresAsKept, erasuresSince } from './erasures.ts';
import { Differ, type DifferParts } from './differ.ts';
import { chosenParts } from './parts.ts';
import type { SelectedIds } from './selected/selection.ts';
import { warningsOf } from './fit/warnings.ts';
import { disksOf, tightest } from './room.ts';
import { choiceMade } from './row-rules.ts';
import { withNames } from './stock.ts';
import { summarise } from './summary.ts';

/** Older plans are removed. */
export const plansKeptMax = 20;

export type PlanPoint = { seq: number; at: number; title: string };
/** What is remembered of a plan beside its operations. */
export type PlanInput = { point: PlanPoint; parts: Part[]; keep?: KeepChoice; by: Actor; /** Sequence of state(now) when the site was compared. */ nowSeq: number; /** Hash of the point's header. */ pointHash: string; /** Rows and files of single things, as an earlier plan found them. */ selected?: SelectedIds | null };

export type PlannerParts = { site: LiveSite; states: SiteStates; plans: Plans; rules: SiteRules; clock: Clock; random: Random; /** PHP's version on the site, where WordPress told it. */ phpNow?: () => string | null };
export type PlanProgress = NonNullable<DifferParts['progress']>;

export class Planner {
	readonly #parts: PlannerParts;

	constructor(parts: PlannerParts) {
		this.#parts = parts;
	}

	/** @throws RESTORE_NOTHING_CHOSEN, RESTORE_PART_UNKNOWN, RESTORE_PART_SHAPE, RESTORE_PATH_OUTSIDE, POINT_UNKNOWN, POINT_NOT_RESTORABLE */
	async plan(input: { point: PlanPoint; parts: Part[]; keep?: KeepChoice; by: Actor; selected?: SelectedIds | null }, progress?: PlanProgress, signal?: AbortSignal): Promise<Plan> {
		const chosen = chosenParts(input.parts);
		const { site, states, plans, rules, random, clock } = this.#parts;
		const state = await states.at(input.point.seq);
		const now = await states.now();
		const id = Buffer.from(random.bytes(8)).toString('hex');
		const store = plans.create(id);
		try {
			const remembered: PlanInput = { ...input, nowSeq: now.position.seq, pointHash: state.position.hash };
			store.setFact('input', remembered);
			const differ = new Differ({ site, state, now, chosen, rules: asSettings(rules, input.by, input.keep ?? {}), selected: input.selected ?? null, ...(progress && { progress }), ...(signal && { signal }) });
			await differ.fill(store);
			store.setFact('selected', differ.selected);
			const summary = summarise(store, site.scope.prefix);
			store.setFact('needs', summary.needs);
			const disks = await disksOf(site, summary.needs);
			const { needBytes, freeBytes } = tightest(disks);
			const plan: Plan = {
				id, point: input.point, parts: input.parts, createdAt: clock.wallMs(), compared: differ.comparison.compared, empty: summary.empty,
				kinds: summary.kinds, tables: summary.tables, files: summary.files, dependencies: [...differ.dependencies], kept: [...differ.kept, ...erasuresAsKept(chosen.anyDatabase ? await erasuresSince(site.database, site.scope.prefix, input.point.at) : [])],
				keep: { ...choiceMade(input.keep ?? {}, differ.keepsOrders), newer: differ.newer }, stock: await withNames(differ.stock, site.database, site.scope.prefix),
				warnings: await warningsOf({ site, state, store, chosen, differ, summary, disks, phpNow: this.#parts.phpNow?.() ?? null }), fetchBytes: summary.fetchBytes, needBytes, freeBytes, windowMs: summary.windowMs,
			};
			store.setFact('plan', plan);
			store.close();
			this.#forgetOldest(id);
			return plan;
		} catch (error) {
			store.close();
			plans.remove(id);
			throw error;
		} finally {
			await now.close();
			await state.close();
		}
	}

	/** @throws PLAN_UNKNOWN */
	planById(id: string): Plan {
		const store = this.open(id);
		try {
			return store.fact('plan') as Plan;
		} finally {
			store.close();
		}
	}

	/** @throws PLAN_UNKNOWN */
	open(id: string): PlanStore {
		const store = this.#parts.plans.open(id);
		if (store !== null && store.fact('plan') !== null) { return store; }
		store?.close();
		throw new HoldfastError('PLAN_UNKNOWN', `There is no plan ${id}.`);
	}

	#forgetOldest(newest: string): void {
		const { plans } = this.#parts;
		const ages = plans.list().filter((id) => id !== newest).map((id) => {
			const store = plans.open(id);
			const at = (store?.fact('plan') as Plan | null)?.createdAt ?? 0;
			// A plan that is being carried out, or can be undone by its record, stays.
			const isUsed = store?.fact('restore') !== null && store?.fact('restore') !== undefined;
			store?.close();
			return { id, at: isUsed ? Number.MAX_SAFE_INTEGER : at };
		});
		for (const { id, at } of ages.sort((a, b) => b.at - a.at).slice(plansKeptMax)) {
			if (at !== Number.MAX_SAFE_INTEGER) { plans.remove(id); }
		}
	}
}
