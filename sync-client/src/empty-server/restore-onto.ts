/**
 * Onto an empty server: a folder and a database that hold nothing, the endpoint's address, the recovery key.
 *
 *     check ──> restore, compared with the point ──> other address, prefix ──> held plugin ──> wp-config.php ──> core
 *               `restoring`                          `rewriting`               `finishing`
 *
 * Core comes last: before it WordPress cannot run, neither with the old database's settings nor half restored. The marker in the folder
 * says how far a run came: one that was cut off is gone on with, by running the same again. Nothing is appended to the backup.
 */
import { join } from 'node:path';
import type { Point, RestoreResult } from '@holdfast/protocol';
import { errorView, HoldfastError, type ErrorCode } from '../errors.ts';
import { SiteRoots } from '../files/roots.ts';
import { Scope } from '../files/scope.ts';
import { SiteTree } from '../files/site-tree.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { Database } from '../ports/database.ts';
import type { SiteState, SiteStates } from '../ports/site-state.ts';
import { restoreInto } from '../restore/restore-into.ts';
import type { AgentAdapters } from '../run/adapters.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { chosenPoint, openBackup, siteFactOf, type Backup, type BackupPlace, type SiteFact } from './backup.ts';
import { checkCoreFolder, type CoreSource } from './core-release.ts';
import { finish, type Finished } from './finish.ts';
import { addressChange, rewriteSite, type Rewritten } from './rewrite-site.ts';
import { rootsIn } from './roots.ts';
import { emptyDatabase, mustBeEmptyDatabase, mustBeWritable, waysTo, type DatabaseSettings } from './target-database.ts';
import { TargetFolder, type Marker } from './target-folder.ts';

export type OntoRequest = {
	/** Absolute. */
	folder: string;
	database: DatabaseSettings;
	backup: BackupPlace;
	point?: number;
	at?: number;
	/** A plain WordPress folder of the backup's version; null: fetched. */
	core: string | null;
	coreSource: CoreSource;
	/** Another address and another prefix than the backup's. */
	url: string | null;
	prefix: string | null;
};

export type OntoResult = RestoreResult & {
	siteId: string;
	home: string;
	folder: string;
	/** Went on with a run that was cut off. */
	wentOn: boolean;
	rewritten: Rewritten | null;
} & Finished;

/** What `--dry-run` shows. */
export type OntoPlan = { siteId: string; home: string; folder: string; database: string; point: Pick<Point, 'seq' | 'at' | 'title'>; wordpress: { version: string; locale: string }; prefix: string; tables: number; goesOn: boolean };

/** Looks at everything that can be looked at without changing anything. @throws as restoreOnto() */
export async function planOnto(request: OntoRequest, adapters: AgentAdapters): Promise<OntoPlan> {
	const folder = new TargetFolder(request.folder);
	const earlier = await mayBegin(folder, request);
	const database = await adapters.openDatabase(waysTo(request.database));
	try {
		if (earlier === null) { await mustBeEmptyDatabase(database, request.database.name); }
	} finally {
		await database.close();
	}
	const backup = await openBackup(request.backup, null, adapters);
	try {
		const { seq, at, title } = await chosenPoint(backup, wantedPoint(request, earlier));
		const state = await backup.states.at(seq);
		try {
			const fact = await siteFactOf(state);
			if (request.core !== null) { await checkCoreFolder(request.core, fact.wordpress); }
			return {
				siteId: backup.site.siteId, home: fact.home, folder: request.folder, database: request.database.name, point: { seq, at, title }, wordpress: fact.wordpress,
				prefix: request.prefix ?? fact.prefix, tables: (await state.tables()).size, goesOn: earlier !== null,
			};
		} finally {
			await state.close();
		}
	} finally {
		backup.close();
	}
}

/** @throws RESTORE_TARGET_NOT_EMPTY, RESTORE_TARGET_OTHER, RECOVERY_KEY_UNKNOWN, CORE_FOLDER_OTHER, DB_…, ENDPOINT_…: before anything is changed */
export async function restoreOnto(request: OntoRequest, adapters: AgentAdapters, progress: Progress): Promise<OntoResult> {
	progress.step('check', 'Looking at folder, database and backup', 'steps', 3);
	const folder = new TargetFolder(request.folder);
	const earlier = await mayBegin(folder, request);
	const database = await adapters.openDatabase(waysTo(request.database));
	try {
		if (earlier === null) {
			await mustBeEmptyDatabase(database, request.database.name);
			await mustBeWritable(database);
		}
		progress.moved(1);
		return await inFolder(folder, earlier, { request, adapters, progress, database });
	} finally {
		await database.close();
	}
}

type Run = { request: OntoRequest; adapters: AgentAdapters; progress: Progress; database: Database };

async function inFolder(folder: TargetFolder, earlier: Marker | null, run: Run): Promise<OntoResult> {
	const { request, adapters, progress } = run;
	const marker = earlier ?? newMarker(request, adapters);
	await (earlier === null ? folder.begin(marker) : folder.makeWork(marker));
	const lock = adapters.lockFile(join(folder.work(marker), 'lock'));
	if (lock === null) { throw new HoldfastError('RESTORE_RUNNING', `A restore into ${folder.path} is running already.`); }
	let hasBegun = earlier !== null;
	try {
		const backup = await openBackup(request.backup, folder.work(marker), adapters);
		try {
			const point = await chosenPoint(backup, wantedPoint(request, earlier));
			progress.moved(2);
			const state = await backup.states.at(point.seq);
			try {
				const fact = await siteFactOf(state);
				if (request.core !== null) { await checkCoreFolder(request.core, fact.wordpress); }
				progress.moved(3);
				hasBegun = true;
				return await restored(folder, { ...marker, point: point.seq }, { ...run, backup, point, state, fact, wentOn: earlier !== null });
			} finally {
				await state.close();
			}
		} finally {
			backup.close();
		}
	} catch (error) {
		if (!hasBegun) { await folder.end(marker); }
		if (!hasBegun) { throw error; }
		const { code, message, hint, retry } = errorView(error);
		const changed = `A part of the site is in ${folder.path} and in the database ${request.database.name}. Run the same command again: it goes on from there.`;
		throw new HoldfastError(code as ErrorCode, message, { cause: error, hint, retry, changed });
	} finally {
		lock.release();
	}
}

type Opened = Run & { backup: Backup; point: Point; state: SiteState; fact: SiteFact; wentOn: boolean };

async function restored(folder: TargetFolder, marker: Marker, run: Opened): Promise<OntoResult> {
	const { request, adapters, progress, database, backup, point, state, fact } = run;
	const { roots, moved } = rootsIn(folder.path, fact.roots);
	if (marker.phase !== 'finishing') {
		// What a run that was cut off has put there; before it there was nothing.
		if (run.wentOn) { await emptyDatabase(database); }
		await folder.save(marker);
		const target = await targetSite(folder, marker, run, roots);
		const states: SiteStates = { now: () => backup.states.now(), at: async () => keptOpen(state) };
		const plans = adapters.openPlans(join(folder.work(marker), 'plans'));
		const { seq, at, title } = point;
		marker.done['result'] = await restoreInto({ target, states, chunks: backup.chunks, plans, clock: adapters.clock, id: marker.id, resumable: true }, { seq, at, title }, ['everything'], progress);
		marker.phase = 'rewriting';
		await folder.save(marker);
		marker.done['rewritten'] = await rewriteSite({ database, fact, url: request.url, prefix: request.prefix, scope: target.scope, progress });
		marker.phase = 'finishing';
		await folder.save(marker);
	}
	const result = marker.done['result'] as RestoreResult;
	const finished = await finish({
		folder: folder.path, work: folder.work(marker), muPlugins: roots['mu-plugins'], content: roots.content, moved, fact, database: request.database,
		address: addressChange(fact, request.url), prefix: request.prefix, core: request.core, coreSource: request.coreSource, random: adapters.random, progress,
	});
	await folder.end(marker);
	return { ...result, siteId: backup.site.siteId, home: fact.home, folder: folder.path, wentOn: run.wentOn, rewritten: marker.done['rewritten'] as Rewritten | null, ...finished };
}

/** The state was read once, before anything was done; who restores from it does not close it. */
const keptOpen = (state: SiteState): SiteState => ({
	position: state.position, get: (keys) => state.get(keys), range: (from, to) => state.range(from, to), source: (range) => state.source(range),
	segments: (range) => state.segments(range), tables: () => state.tables(), close: async () => {},
});

async function targetSite(folder: TargetFolder, marker: Marker, { adapters, database, backup, state, fact }: Opened, roots: Record<string, string>): Promise<LiveSite> {
	const resolved = await SiteRoots.resolve(adapters.files, { ...roots, root: folder.path });
	const scope = new Scope({ roots: resolved, release: { version: '', locale: '', written: null }, own: folder.own(marker), excluded: [] });
	const shared = [...(await state.tables()).keys()].filter((name) => !name.startsWith(fact.prefix));
	return {
		database, scope: { prefix: fact.prefix, shared }, isExcluded: () => false, tree: new SiteTree(adapters.files, scope, backup.ring), keys: backup.ring, index: null,
		openSorter: adapters.sorters(folder.work(marker)),
	};
}

/** The marker of a run that was cut off and is gone on with; null where folder and database must be empty. */
async function mayBegin(folder: TargetFolder, request: OntoRequest): Promise<Marker | null> {
	const marker = await folder.marker();
	if (marker === null) {
		await folder.mustBeEmpty();
		return null;
	}
	const other = [
		marker.siteId === request.backup.key.siteId ? null : 'another site',
		marker.database.host === request.database.host && marker.database.name === request.database.name ? null : `the database ${marker.database.name} at ${marker.database.host}`,
		request.point === undefined || request.point === marker.point ? null : `point ${marker.point}`,
		marker.url === request.url ? null : marker.url === null ? 'the same address' : `the address ${marker.url}`,
		marker.prefix === request.prefix ? null : marker.prefix === null ? 'the same prefix' : `the prefix ${marker.prefix}`,
	].filter((what) => what !== null);
	if (other.length > 0) {
		throw new HoldfastError('RESTORE_TARGET_OTHER', `In ${folder.path} lies a restore that was cut off, of another kind than this one: for ${other.join(', ')}.`);
	}
	return marker;
}

/** A run that goes on takes the point that it had: a newer one may have come since. */
const wantedPoint = ({ point, at }: OntoRequest, earlier: Marker | null): { point?: number; at?: number } =>
	earlier !== null && earlier.point > 0 ? { point: earlier.point } : { ...(point === undefined ? {} : { point }), ...(at === undefined ? {} : { at }) };

function newMarker(request: OntoRequest, { clock, random }: AgentAdapters): Marker {
	const hex = (): string => Buffer.from(random.bytes(8)).toString('hex');
	return {
		v: 1, siteId: request.backup.key.siteId, endpoint: request.backup.url, point: 0, database: { host: request.database.host, name: request.database.name },
		url: request.url, prefix: request.prefix, work: `.holdfast-${hex()}-restore`, id: hex(), phase: 'restoring', done: {}, startedAt: Math.round(clock.wallMs()),
	};
}
