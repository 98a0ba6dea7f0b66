/** What happens while visitors see the maintenance page and nothing is decided yet. */
import { flagsOf, type Position } from '@holdfast/protocol';
import type { CollectResult } from '../collect/collector.ts';
import { HoldfastError } from '../errors.ts';
import { Differ } from '../plan/differ.ts';
import { erasuresSince, type Erasure } from '../plan/erasures.ts';
import { chosenParts } from '../plan/parts.ts';
import type { PlanInput } from '../plan/planner.ts';
import type { SelectedIds } from '../plan/selected/selection.ts';
import { asSettings } from '../plan/settings.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { foldIn } from './fold.ts';
import type { RestoreRecord } from './journal.ts';
import { namedByPlan } from './named-keys.ts';
import type { RestorerParts } from './restorer-parts.ts';

/** Waiting for running requests, and for the collect, at most. */
export const drainMsMax = 10_000;
export const windowCollectMsMax = 120_000;
const drainPauseMs = 100;

/** Open requests end by themselves, or are left: what they write later is not lost, verify and the next collect find it. */
export async function drain({ clock, isBusy }: RestorerParts, signal: AbortSignal): Promise<void> {
	const until = clock.monotonicUs() + drainMsMax * 1000;
	while (clock.monotonicUs() < until && (await isBusy())) {
		signal.throwIfAborted();
		await clock.sleep(drainPauseMs, signal);
	}
}

/** The present becomes a point: what intents name, and every key of the plan, for damage that no intent announced. */
export function collectPresent({ collect }: RestorerParts, store: PlanStore, input: PlanInput, record: RestoreRecord, signal: AbortSignal): Promise<CollectResult> {
	return withinMs(windowCollectMsMax, signal, collect({
		extra: namedByPlan(store), flags: flagsOf('beforeRestore'), always: 'point', largeFiles: 'now', tablesNow: true,
		manifest: { name: `Before restore to ${input.point.title}`, by: record.by, restore: { point: pointOf(input), parts: [...input.parts], plan: record.plan } },
	}));
}

/** What WordPress has erased since the point: read before the switch, which takes its records away. */
export function erasuresAt({ site }: RestorerParts, { parts, point }: PlanInput): Promise<Erasure[]> {
	return chosenParts(parts).anyDatabase ? erasuresSince(site.database, site.scope.prefix, point.at) : Promise.resolve([]);
}

/** @returns how many operations changed since the plan */
export async function foldSince({ site, states, index, rules }: RestorerParts, store: PlanStore, input: PlanInput, record: RestoreRecord, signal: AbortSignal): Promise<number> {
	const chosen = chosenParts(record.parts);
	const state = await states.at(input.point.seq);
	const now = await states.now();
	try {
		const differ = new Differ({ site, state, now, chosen, rules: asSettings(rules, record.by, input.keep ?? {}), selected: selectedBy(store), signal });
		await differ.load();
		await differ.loadScopeNow(now);
		const folded = await foldIn({ store, index, database: site.database, differ, state, now, chosen, nowSeq: input.nowSeq });
		await differ.planStock(store);
		// Comments may have come, of a post that was chosen.
		store.setFact('selected', differ.selected);
		return folded;
	} finally {
		await now.close();
		await state.close();
	}
}

/** Rows and files of the single things that a plan is about. */
export const selectedBy = (store: PlanStore): SelectedIds | null => (store.fact('selected') ?? null) as SelectedIds | null;

export const pointOf = (input: PlanInput): Position => ({ seq: input.point.seq, hash: input.pointHash }) as Position;

/** @throws ENDPOINT_SLOW when it takes longer: the window does not stay open for an endpoint that is away; the signal's reason at once */
async function withinMs<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	let cancelled = (): void => {};
	const late = new Promise<never>((_resolve, reject) => {
		cancelled = () => { reject(signal.reason as Error); };
		signal.addEventListener('abort', cancelled, { once: true });
		if (signal.aborted) { cancelled(); }
		timer = setTimeout(() => reject(new HoldfastError('ENDPOINT_SLOW', 'The present could not be recorded in time; the restore was given up.')), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', cancelled);
	}
}
