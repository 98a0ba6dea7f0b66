/** After the switch: the site read once more and compared with what the plan was to make of it; and whether it answers. */
import { asBuffer, incarnationOf, keyKinds, rowPrefixBytes, type Plan, type RestoreResult } from '@holdfast/protocol';
import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import type { Progress } from '../jobs/jobs.ts';
import { Differ } from '../plan/differ.ts';
import { chosenParts } from '../plan/parts.ts';
import type { PlanInput, PlannerParts } from '../plan/planner.ts';
import { asSettings } from '../plan/settings.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { RestoreRecord } from './journal.ts';
import { answersOf, differences, differingMax, nameOfKey, type Ask } from './result.ts';
import type { Problem } from './switch-files.ts';
import { selectedBy } from './window.ts';

/** Keys written since the switch that are looked through at most. */
const writtenSinceMax = 20_000;

export type VerifyParts = PlannerParts & {
	index: IndexStore;
	collect: (request: CollectRequest) => Promise<CollectResult>;
	home: () => string | null;
	ask: Ask;
	store: PlanStore;
	record: RestoreRecord;
	problems: readonly Problem[];
	/** The commit that recorded the restored site. */
	since: number;
	progress: Progress;
};

export async function verifyRestored(parts: VerifyParts): Promise<RestoreResult> {
	const { site, states, store, record, rules, plans, clock, progress } = parts;
	const chosen = chosenParts(record.parts);
	const state = await states.at(record.point.seq);
	const now = await states.now();
	const scratch = plans.scratch();
	try {
		const differ = new Differ({
			site, state, now, chosen, rules: asSettings(rules, record.by, (store.fact('input') as PlanInput).keep ?? {}, true), selected: selectedBy(store),
			progress: (step, done, total) => { if (step === 'files') { progress.moved(done, total); } },
		});
		await differ.fill(scratch);
		const left = differences(scratch);
		const written = left.length === 0 ? new Set<string>() : await writtenSince(parts);
		const tables = new Map(scratch.tables().filter((table) => table.incarnation !== null).map((table) => [table.incarnation!, table.name]));
		const why = new Map(parts.problems.map((problem) => [hexOf(problem.key), problem.why]));
		const differing = left.map(({ key }) => ({
			what: nameOfKey(scratch, key), isWritten: written.has(nameUnder(key, tables)),
			why: written.has(nameUnder(key, tables)) ? 'Written by the site since the restore.' : why.get(hexOf(key)) ?? 'Is not what the point has.',
		}));
		const answers = await answersOf(parts.home(), parts.ask);
		return {
			id: record.id, plan: record.plan, parts: record.parts, point: record.point, undoPoint: record.undo?.seq ?? null, equal: differing.every((one) => one.isWritten), compared: differ.comparison.compared,
			differing: differing.slice(0, differingMax).map(({ what, why: because }) => ({ what, why: because })), kept: merged((store.fact('plan') as Plan).kept, differ.kept), folded: record.folded, answers,
			windowMs: Math.max(0, record.windowTo - record.windowFrom), finishedAt: clock.wallMs(),
		};
	} finally {
		scratch.close();
		await now.close();
		await state.close();
	}
}

/** Keys that the site itself has written since: their intents, or what a scan found, made a later commit. */
async function writtenSince({ collect, index, states, since }: VerifyParts): Promise<Set<string>> {
	const written = new Set<string>();
	await collect({}).catch(() => {});
	const now = await states.now();
	try {
		const tables = new Map([...(await now.tables())].map(([name, table]) => [Number(table.incarnation), name]));
		for (const { keys } of index.overlayChangedAfter(since, 1000)) {
			for (const key of keys) { written.add(nameUnder(key, tables)); }
			if (written.size > writtenSinceMax) { break; }
		}
	} finally {
		await now.close();
	}
	return written;
}

/** What the plan named and what the proof did, each once. */
const merged = (...lists: RestoreResult['kept'][]): RestoreResult['kept'] => [...new Map(lists.flat().map((one) => [one.what, one])).values()];

const hexOf = (key: Uint8Array): string => asBuffer(key).toString('hex');

/** A row by its table's name and key, because it may lie under several lives of the table; anything else by its key. */
function nameUnder(key: Uint8Array, tables: ReadonlyMap<number, string>): string {
	return key[0] === keyKinds.row ? `${tables.get(incarnationOf(key)) ?? '?'} ${asBuffer(key).toString('hex', rowPrefixBytes)}` : hexOf(key);
}
