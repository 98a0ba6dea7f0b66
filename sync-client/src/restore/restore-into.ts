/** Onto an empty database and empty folders: exact, with the counters that the point had. WordPress's own files are not part of it. */
import type { Part, RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import { Differ } from '../plan/differ.ts';
import { chosenParts } from '../plan/parts.ts';
import { summarise } from '../plan/summary.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Clock } from '../ports/clock.ts';
import type { Plans } from '../ports/plan-store.ts';
import type { SiteStates } from '../ports/site-state.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { differences, differingMax, nameOfKey } from './result.ts';
import { stage, unstage } from './stage.ts';
import { DatabaseSwitch } from './switch-database.ts';
import { FileSwitch, type Problem } from './switch-files.ts';

/** @property target its tree's roots need not be there; `index` is not asked. @property plans for the operations; removed at the end. */
export type IntoParts = {
	target: LiveSite;
	states: SiteStates;
	chunks: ChunkSource;
	plans: Plans;
	clock: Clock;
	/** 16 hex digits. */
	id: string;
};

/**
 * Makes the target equal to a point. Interrupted, it is started again on an empty target.
 * @throws RESTORE_TARGET_NOT_EMPTY before anything is done
 */
export async function restoreInto(parts: IntoParts, point: RestoreResult['point'], chosenList: Part[], progress: Progress): Promise<RestoreResult> {
	const target: LiveSite = { ...parts.target, index: null };
	const chosen = chosenParts(chosenList);
	await mustBeEmpty(target, chosen.anyDatabase, chosen.anyFiles);
	const from = parts.clock.wallMs();
	const state = await parts.states.at(point.seq);
	const store = parts.plans.create(parts.id);
	try {
		progress.step('compare', 'Reading the point', 'tables');
		const differ = new Differ({ site: target, state, now: null, chosen, rules: null, signal: progress.signal, progress: (_step, done, total) => progress.moved(done, total) });
		await differ.fill(store);
		const summary = summarise(store, target.scope.prefix);
		progress.step('fetch', 'Fetching', 'bytes', summary.fetchBytes);
		await stage({ store, tree: target.tree, chunks: parts.chunks, id: parts.id, signal: progress.signal, onBytes: (done) => progress.moved(done, Math.max(done, summary.fetchBytes)) });
		progress.step('switch', 'Filling the database', 'rows', summary.rowOperations);
		const database = new DatabaseSwitch(store, target.database, target.scope);
		await database.run((done) => progress.moved(done));
		progress.step('files', 'Placing the files', 'files', summary.files.write);
		const files = new FileSwitch(store, target.tree, parts.id);
		await files.run((done) => progress.moved(done, Math.max(done, summary.files.write)));
		progress.step('verify', 'Comparing with the point', 'rows');
		const left = await stillDiffering(parts, target, state, chosen, [...database.problems, ...files.problems], progress.signal);
		return {
			id: parts.id, plan: parts.id, point, undoPoint: null, equal: left.differing.length === 0, compared: left.compared, differing: left.differing, kept: [], folded: 0, answers: [],
			windowMs: parts.clock.wallMs() - from, finishedAt: parts.clock.wallMs(),
		};
	} finally {
		await unstage(store, target.tree).catch(() => {});
		store.close();
		parts.plans.remove(parts.id);
		await state.close();
	}
}

async function stillDiffering(parts: IntoParts, site: LiveSite, state: Awaited<ReturnType<SiteStates['at']>>, chosen: ReturnType<typeof chosenParts>, problems: readonly Problem[], signal: AbortSignal) {
	const scratch = parts.plans.scratch();
	try {
		const differ = new Differ({ site, state, now: null, chosen, rules: null, signal });
		await differ.fill(scratch);
		const why = new Map(problems.map((problem) => [Buffer.from(problem.key).toString('hex'), problem.why]));
		const differing = differences(scratch).slice(0, differingMax).map(({ key }) => ({ what: nameOfKey(scratch, key), why: why.get(Buffer.from(key).toString('hex')) ?? 'Is not what the point has.' }));
		return { differing, compared: differ.comparison.compared };
	} finally {
		scratch.close();
	}
}

async function mustBeEmpty({ database, scope, tree }: LiveSite, anyDatabase: boolean, anyFiles: boolean): Promise<void> {
	if (anyDatabase) {
		const { tables } = await database.listTables(scope);
		if (tables.length > 0) { throw new HoldfastError('RESTORE_TARGET_NOT_EMPTY', `The database has ${tables.length} tables that begin with ${scope.prefix}.`); }
	}
	if (!anyFiles) { return; }
	for await (const batch of tree.scan().run()) {
		const file = batch.find((seen) => seen.stat.type !== 'folder');
		if (file !== undefined) { throw new HoldfastError('RESTORE_TARGET_NOT_EMPTY', `There are files in ${file.root} already.`); }
	}
}
