/** Onto an empty database and empty folders: exact, with the counters that the point had. WordPress's own files are not part of it. */
import { asBuffer, decodeFile, kindRange, type Part, type RestoreResult } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { parentOf } from '../files/paths.ts';
import type { SiteTree } from '../files/site-tree.ts';
import type { Progress } from '../jobs/jobs.ts';
import { Differ } from '../plan/differ.ts';
import { chosenParts, type Chosen } from '../plan/parts.ts';
import { summarise, type Summary } from '../plan/summary.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Clock } from '../ports/clock.ts';
import type { Plans, PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteState, SiteStates } from '../ports/site-state.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { madeByUs } from './definers.ts';
import { differences, differingMax, nameOfKey } from './result.ts';
import { stage, unstage } from './stage.ts';
import { DatabaseSwitch } from './switch-database.ts';
import { FileSwitch, type Problem } from './switch-files.ts';

/**
 * @property target its tree's roots need not be there; `index` is not asked.
 * @property plans for the operations.
 * @property resumable the plan stays when the call fails, and one that is there is gone on with: then the database is empty again, the
 * folder as it was left, and nothing else asks whether they are empty. The caller removes the plan. Otherwise it is removed here.
 */
export type IntoParts = {
	target: LiveSite;
	states: SiteStates;
	chunks: ChunkSource;
	plans: Plans;
	clock: Clock;
	/** 16 hex digits. */
	id: string;
	resumable?: boolean;
};

/**
 * Makes the target equal to a point, and compares it with the point.
 * @throws RESTORE_TARGET_NOT_EMPTY, RESTORE_NO_ROOM, DB_ROW_TOO_BIG before anything is done
 */
export async function restoreInto(parts: IntoParts, point: RestoreResult['point'], chosenList: Part[], progress: Progress): Promise<RestoreResult> {
	const target: LiveSite = { ...parts.target, index: null };
	const chosen = chosenParts(chosenList);
	const earlier = parts.resumable === true ? parts.plans.open(parts.id) : null;
	if (parts.resumable !== true) { await mustBeEmpty(target, chosen); }
	const from = parts.clock.wallMs();
	const state = await parts.states.at(point.seq);
	const store = earlier ?? parts.plans.create(parts.id);
	try {
		const summary = await filled(store, { parts, target, state, chosen, progress });
		await fetched(store, { parts, target, summary, progress });
		progress.step('switch', 'Filling the database', 'rows', summary.rowOperations);
		const database = new DatabaseSwitch(store, target.database, target.scope);
		await database.run((done) => progress.moved(done));
		const ours = await madeByUs(target.database, store, database.problems);
		progress.step('files', 'Placing the files', 'files', summary.files.write);
		const files = new FileSwitch(store, target.tree, parts.id);
		await files.run((done) => progress.moved(done, Math.max(done, summary.files.write)));
		progress.step('verify', 'Comparing with the point', 'rows');
		const left = await stillDiffering(parts, target, state, chosen, [...ours.problems, ...files.problems], progress.signal);
		const isOurs = (what: string): boolean => ours.made.some((one) => one.what === what);
		const differing = left.differing.filter((one) => !isOurs(one.what));
		await unstage(store, target.tree);
		return {
			id: parts.id, plan: parts.id, parts: chosenList, point, undoPoint: null, equal: differing.length === 0, compared: left.compared, differing, kept: ours.made, folded: 0, answers: [],
			windowMs: parts.clock.wallMs() - from, finishedAt: parts.clock.wallMs(),
		};
	} finally {
		if (parts.resumable !== true) { await unstage(store, target.tree).catch(() => {}); }
		store.close();
		if (parts.resumable !== true) { parts.plans.remove(parts.id); }
		await state.close();
	}
}

/** The operations: read from the point, or those of a run that was cut off later than that. */
async function filled(store: PlanStore, { parts, target, state, chosen, progress }: { parts: IntoParts; target: LiveSite; state: SiteState; chosen: Chosen; progress: Progress }): Promise<Summary> {
	if (store.fact('filled') === true) { return summarise(store, target.scope.prefix); }
	for (const batch of store.keys(Buffer.alloc(0), null)) { store.remove(batch); }
	progress.step('compare', 'Reading the point', 'tables');
	const differ = new Differ({ site: target, state, now: null, chosen, rules: null, signal: progress.signal, progress: (_step, done, total) => progress.moved(done, total) });
	await differ.fill(store);
	const summary = summarise(store, target.scope.prefix);
	await mustFit(target, summary, chosen);
	if (parts.resumable === true) {
		store.setFact('filled', true);
		store.sync();
	}
	return summary;
}

async function fetched(store: PlanStore, { parts, target, summary, progress }: { parts: IntoParts; target: LiveSite; summary: Summary; progress: Progress }): Promise<void> {
	if (store.fact('fetched') === true) { return; }
	await dropHalfWritten(store, target.tree);
	progress.step('fetch', 'Fetching', 'bytes', summary.fetchBytes);
	await stage({ store, tree: target.tree, chunks: parts.chunks, id: parts.id, signal: progress.signal, onBytes: (done) => progress.moved(done, Math.max(done, summary.fetchBytes)) });
	store.setFact('fetched', true);
	store.sync();
}

/** What a run that was killed has left half written is fetched again. */
async function dropHalfWritten(store: PlanStore, tree: SiteTree): Promise<void> {
	const { low, high } = kindRange('file');
	for (const operations of store.range(low, high)) {
		const half: PlanOperation[] = [];
		for (const operation of operations) {
			const value = operation.target === null ? null : decodeFile(operation.target);
			if (operation.staged === null || value?.type !== 'file') { continue; }
			const [stat] = await tree.files.stat([operation.staged]);
			if (stat?.size === value.size) { continue; }
			await tree.files.remove(operation.staged);
			half.push(operation);
		}
		if (half.length > 0) { store.put(half); }
	}
}

/** @throws RESTORE_NO_ROOM, DB_ROW_TOO_BIG */
async function mustFit({ database, tree }: LiveSite, summary: Summary, chosen: Chosen): Promise<void> {
	const place = tree.scope.roots.place('root');
	if (chosen.anyFiles && place !== null) {
		const free = await freeBytesAt(tree, place.real);
		if (free !== null && free < summary.fetchBytes) { throw new HoldfastError('RESTORE_NO_ROOM', `The files need ${summary.fetchBytes} bytes; ${free} are free.`); }
	}
	const { maxAllowedPacketBytes } = await database.identity();
	if (summary.longestRowBytes > maxAllowedPacketBytes) {
		throw new HoldfastError('DB_ROW_TOO_BIG', `A row has ${summary.longestRowBytes} bytes; the server takes ${maxAllowedPacketBytes} (max_allowed_packet).`);
	}
}

/** Of the nearest folder that is there. */
async function freeBytesAt({ files }: SiteTree, path: Uint8Array): Promise<number | null> {
	for (let at = asBuffer(path); at.length > 0; at = parentOf(at)) {
		const [stat] = await files.stat([at]);
		if (stat?.type === 'folder') { return files.freeBytes(at); }
	}
	return null;
}

async function stillDiffering(parts: IntoParts, site: LiveSite, state: SiteState, chosen: Chosen, problems: readonly Problem[], signal: AbortSignal) {
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

async function mustBeEmpty({ database, scope, tree }: LiveSite, { anyDatabase, anyFiles }: Chosen): Promise<void> {
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
