/** After the switch: the site read once more and compared with what the plan was to make of it. */
import { asBuffer, incarnationOf, keyKinds, rowPrefixBytes, type Plan, type RestoreResult } from '@holdfast/protocol';
import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import type { WrittenSince, WrittenWatch } from '../intents/written-since.ts';
import type { Progress } from '../jobs/jobs.ts';
import { Differ, tableOf } from '../plan/differ.ts';
import { chosenParts } from '../plan/parts.ts';
import type { PlanInput, PlannerParts } from '../plan/planner.ts';
import { asSettings } from '../plan/settings.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { TableLayout } from '../ports/database.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { tupleOfKey } from '../rows/live-table.ts';
import type { RestoreRecord } from './journal.ts';
import { showComparison } from './progress-steps.ts';
import { differences, differingMax, nameOfKey } from './result.ts';
import type { Problem } from './switch-files.ts';
import { selectedBy } from './window.ts';

/** Keys written since the switch that are looked through at most. */
const writtenSinceMax = 20_000;

export type VerifyParts = PlannerParts & {
	index: IndexStore;
	collect: (request: CollectRequest) => Promise<CollectResult>;
	store: PlanStore;
	record: RestoreRecord;
	problems: readonly Problem[];
	/** The commit that recorded the restored site. */
	since: number;
	/** Who has written since the switch. */
	watch: WrittenWatch;
	answers: RestoreResult['answers'];
	erased: NonNullable<RestoreResult['erased']>;
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
			progress: showComparison(progress, 'verify'),
		});
		await differ.fill(scratch);
		progress.begin('verifyFiles');
		progress.moved(differ.comparison.compared.files, differ.comparison.compared.files);
		const left = differences(scratch);
		const written = left.length === 0 ? new Set<string>() : await writtenSince(parts);
		const who = parts.watch.look();
		const tables = new Map(scratch.tables().filter((table) => table.incarnation !== null).map((table) => [table.incarnation!, table.name]));
		const why = new Map(parts.problems.map((problem) => [hexOf(problem.key), problem.why]));
		const differing = left.map(({ key }) => {
			const { writers, isCertain } = whoWrote(who, scratch, key);
			const isWritten = isCertain || written.has(nameUnder(key, tables));
			const names = writers.length === 0 ? 'the site' : writers.join('; ');
			const hint = writers.length === 0 ? '' : ` ${names[0]!.toUpperCase()}${names.slice(1)} has written to this table since.`;
			return { what: nameOfKey(scratch, key), isWritten, why: isWritten ? `Written since the restore by ${names}.` : why.get(hexOf(key)) ?? `Is not what the point has.${hint}` };
		});
		return {
			id: record.id, plan: record.plan, parts: record.parts, point: record.point, undoPoint: record.undo?.seq ?? null, equal: differing.every((one) => one.isWritten), compared: differ.comparison.compared,
			differing: differing.slice(0, differingMax).map(({ what, why: because }) => ({ what, why: because })), kept: merged((store.fact('plan') as Plan).kept, differ.kept), folded: record.folded, answers: parts.answers, erased: parts.erased,
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

/** Whose intents name a row that differs: none for anything else than a row. */
function whoWrote(who: WrittenSince, scratch: PlanStore, key: Uint8Array): ReturnType<WrittenSince['whoWrote']> {
	const table = key[0] === keyKinds.row ? scratch.tables().find((one) => one.incarnation === incarnationOf(key)) : undefined;
	const layout = tableOf(table?.target ?? null)?.layout;
	if (table === undefined || layout === undefined) { return { writers: [], isCertain: false }; }
	return who.whoWrote(table.name, layout.key.kind === 'row' ? null : tupleOfKey({ key: layout.key } as TableLayout, key));
}

/** What the plan named and what the proof did, each once. */
const merged = (...lists: RestoreResult['kept'][]): RestoreResult['kept'] => [...new Map(lists.flat().map((one) => [one.what, one])).values()];

const hexOf = (key: Uint8Array): string => asBuffer(key).toString('hex');

/** A row by its table's name and key, because it may lie under several lives of the table; anything else by its key. */
function nameUnder(key: Uint8Array, tables: ReadonlyMap<number, string>): string {
	return key[0] === keyKinds.row ? `${tables.get(incarnationOf(key)) ?? '?'} ${asBuffer(key).toString('hex', rowPrefixBytes)}` : hexOf(key);
}
