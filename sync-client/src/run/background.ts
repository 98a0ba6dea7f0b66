import type { Logger } from 'pino';
import { commitFlags, decodeKey, type SweepResult } from '@holdfast/protocol';
import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import { asHoldfastError, HoldfastError } from '../errors.ts';
import type { SiteRoots } from '../files/roots.ts';
import { FolderWatch, gatherMs } from '../files/watch.ts';
import { Named } from '../intents/named.ts';
import type { Clock } from '../ports/clock.ts';
import { sweep, type SweepProgress } from '../sweep/sweep.ts';
import { captureFailed, type Engine } from './engine.ts';
import { Failures } from './failures.ts';
import { scanFiles } from './file-scan.ts';
import { LongTables } from './long-tables.ts';
import type { LoopTimes } from './loop-times.ts';
import { PostponedFiles } from './postponed-files.ts';

export type LastSweep = { at: number; result: SweepResult };

/** Differences that the status remembers of the last sweep. */
const rememberedMax = 20;
/** Owed again and again (a log that cannot be written), sweeps leave this many times their length between them. */
const owedSweepShare = 4;

/**
 * What takes long, beside the loop and one at a time, so that live changes never wait for it:
 *
 *     sweep owed ──> sweep               long tables ──> compared          large files ──> uploaded ahead
 *     files hinted, or long not scanned ──> scan                           a day gone by ──> sweep
 *
 * Each only finds out where to look: `collect` has it read in the loop's turn. What fails is tried again after a pause.
 */
export class Background {
	readonly #engine: Engine;
	readonly #clock: Clock;
	readonly #log: Logger;
	readonly #times: LoopTimes;
	readonly #collect: (request: CollectRequest) => Promise<CollectResult>;
	readonly #watch: FolderWatch;
	#current: Promise<void> | null = null;
	#tail: Promise<unknown> = Promise.resolve();
	#sweeping: AbortController | null = null;
	#hinted = true;
	#scannedUs = -Infinity;
	#scanTookMs = 0;
	#scanning = false;
	/** When the last scan began that went through: what was there before is known. */
	#filesUntil: number | null = null;
	readonly #postponed: PostponedFiles;
	readonly #longTables: LongTables;
	#retryUs = -Infinity;
	readonly failures: Failures;
	lastSweep: LastSweep | null;

	constructor(engine: Engine, edges: { clock: Clock; log: Logger; times: LoopTimes }, collect: (request: CollectRequest) => Promise<CollectResult>) {
		this.#engine = engine;
		this.#clock = edges.clock;
		this.#log = edges.log;
		this.#times = edges.times;
		this.#collect = collect;
		this.#postponed = new PostponedFiles(edges.clock);
		this.#longTables = new LongTables(engine, edges.clock, collect);
		this.#watch = new FolderWatch(engine.site.files, () => { this.#hinted = true; });
		this.failures = new Failures(edges);
		this.lastSweep = (engine.index.note('sweep') as LastSweep | undefined) ?? null;
	}

	/** The first one follows the first backup. */
	get nextSweepAt(): number {
		const now = this.#clock.wallMs();
		// One that has not been yet is of a clock that was set back since.
		return this.lastSweep === null || this.lastSweep.at > now ? now : this.lastSweep.at + this.#times.sweepMsMax;
	}

	/**
	 * Of files no more is promised than was looked at: a hint comes up to `gatherMs` late, and waits for its scan. Where not every folder
	 * is watched the last scan counts. Null before the first one.
	 */
	get filesKnownUntil(): number | null {
		return this.#hinted || this.#scanning || this.#watch.unwatched > 0 ? this.#filesUntil : this.#clock.wallMs() - 2 * gatherMs;
	}

	/** Folders in which changes give no hint, once the first scan has tried; and how often scans look there instead. */
	get unwatched(): { folders: number; everyMs: number } {
		return { folders: this.#filesUntil === null ? 0 : this.#watch.unwatched, everyMs: this.#unhintedMs };
	}

	/** Files that a collect has left for later, or that were being written. */
	postpone({ postponed, unstable, wantsScan }: Pick<CollectResult, 'postponed' | 'unstable' | 'wantsScan'>): void {
		this.#postponed.add(postponed);
		this.#postponed.again(unstable);
		this.#hinted ||= wantsScan;
	}

	/** Files may have changed without a hint. */
	lookAtFiles(): void { this.#hinted = true; }

	/** Begins what is due, where nothing is under way; returns at once. */
	begin(signal: AbortSignal): void {
		const work = this.#current === null && this.#clock.monotonicUs() >= this.#retryUs ? this.#due() : null;
		if (work === null) {
			return;
		}
		this.#current = this.#inTurn(() => work(signal)).then(() => { this.failures.none(); }, (error: unknown) => {
			// A restore has interrupted it, or the agent ends: it is due again by itself.
			this.#retryUs = this.#clock.monotonicUs() + 1000 * (signal.aborted || isInterruption(error) ? 0 : this.failures.one(error));
		}).finally(() => { this.#current = null; });
	}

	/** A full sweep; what it finds is recorded. @throws SWEEP_INTERRUPTED when a restore begins */
	sweepNow(progress: SweepProgress, signal: AbortSignal): Promise<SweepResult> {
		return this.#inTurn(() => this.#sweep(progress, signal));
	}

	/** A restore is about to switch the site: what a sweep would see is half of each. */
	interruptSweep(): void {
		this.#sweeping?.abort(new HoldfastError('SWEEP_INTERRUPTED', 'The comparison was given up, because a restore began.'));
	}

	async close(): Promise<void> {
		await this.#tail;
		await this.#watch.close();
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#tail.then(work, work);
		this.#tail = turn.catch(() => {});
		return turn;
	}

	#due(): ((signal: AbortSignal) => Promise<unknown>) | null {
		const { hasImage, seen } = this.#engine;
		if (hasImage && seen.sweepOwed !== null && !isSweptOften(this.lastSweep, this.#clock.wallMs())) {
			return (signal) => this.#owedSweep(signal);
		}
		if (hasImage && this.#longTables.due.length > 0) {
			return (signal) => this.#longTables.compare(this.#longTables.due, signal);
		}
		if (this.#postponed.isDue) {
			return () => this.#largeFiles();
		}
		if (hasImage && this.#isScanDue()) {
			return (signal) => this.#scan(signal);
		}
		return hasImage && this.#clock.wallMs() >= this.nextSweepAt ? (signal) => this.#sweep(() => {}, signal) : null;
	}

	async #owedSweep(signal: AbortSignal): Promise<void> {
		const owed = this.#engine.seen.sweepOwed!;
		this.#log.info({ why: owed.why }, 'a sweep is owed');
		await this.#collect({ flags: commitFlags.afterGap, manifest: { gap: { from: owed.since, to: this.#clock.wallMs(), why: owed.why } }, always: 'quiet' });
		await this.#sweep(() => {}, signal);
	}

	async #sweep(progress: SweepProgress, signal: AbortSignal): Promise<SweepResult> {
		const { collector, index, seen, state, sweepParts } = this.#engine;
		if (!(await state.isOk())) {
			await seen.oweSweep(this.#clock.wallMs(), captureFailed);
		}
		this.#sweeping = new AbortController();
		seen.sweepBegins();
		let through = false;
		try {
			// First: what is missed from here on is a reason of its own.
			await state.markOk();
			const result = await sweep(sweepParts, async ({ extra, quiet }, isLast) => {
				// Where points were incomplete, there has to be one that is not.
				const settles = isLast && collector.pending.wantsSweep;
				if (!extra.isEmpty || !quiet.isEmpty || settles) {
					await this.#collect({ extra, quiet, flags: commitFlags.afterSweep, largeFiles: 'now', sweepsAll: isLast, ...(settles ? { always: 'point' } : {}) });
				}
			}, progress, AbortSignal.any([signal, this.#sweeping.signal]));
			through = true;
			this.lastSweep = { at: this.#clock.wallMs(), result: { ...result, differing: result.differing.slice(0, rememberedMax) } };
			index.setNote('sweep', this.lastSweep);
			return result;
		} finally {
			this.#sweeping = null;
			await seen.sweepEnds(through);
		}
	}

	#isScanDue(): boolean {
		const sinceMs = (this.#clock.monotonicUs() - this.#scannedUs) / 1000;
		return sinceMs > (this.#watch.unwatched > 0 ? this.#unhintedMs : this.#times.scanMsMax) || (this.#hinted && sinceMs > Math.max(this.#times.scanMsMin, 10 * this.#scanTookMs));
	}

	/** Where not every folder is watched a scan comes this often, and takes no more than a tenth of the time. */
	get #unhintedMs(): number {
		return Math.min(this.#times.scanMsMax, Math.max(this.#times.scanUnwatchedMs, 10 * this.#scanTookMs));
	}

	async #scan(signal: AbortSignal): Promise<void> {
		const from = this.#clock.wallMs();
		this.#hinted = false;
		this.#scanning = true;
		try {
			const { pending } = this.#engine.collector;
			pending.scanBegins();
			const { folders, moreFolders, walkMs } = await scanFiles(this.#engine, async (extra, isLast) => {
				if (!extra.isEmpty || (isLast && pending.anyFile)) { await this.#collect({ extra, scanned: isLast }); }
			}, signal);
			// What changed between the scan's look and the watch of a folder gave no hint: once more.
			this.#hinted = (await this.#watch.watch(folders, moreFolders)) || this.#hinted;
			this.#filesUntil = from;
			this.#scanTookMs = walkMs;
		} catch (error) {
			this.#hinted = true;
			throw error;
		} finally {
			this.#scanning = false;
		}
		this.#scannedUs = this.#clock.monotonicUs();
	}

	/** Content above 1 MiB goes ahead; then a commit names it. */
	async #largeFiles(): Promise<void> {
		const { tree, site } = this.#engine;
		const keys = await this.#postponed.take(site.files, (key) => placeOfKey(tree.scope.roots, key));
		if (keys.length === 0) {
			return;
		}
		const extra = new Named();
		keys.forEach((key) => extra.addFileKey(key));
		try {
			await this.#engine.uploadAhead(keys, 'now');
			await this.#collect({ extra, largeFiles: 'now' });
			this.#postponed.read(keys);
		} catch (error) {
			this.#postponed.failed(keys);
			throw error;
		} finally {
			this.#engine.forgetAhead();
		}
	}
}

/** Whether an owed sweep has to leave a pause behind the last one; the first one never. A clock that was set back does not put it off. */
export function isSweptOften(last: LastSweep | null, nowMs: number): boolean {
	return last !== null && nowMs >= last.at && nowMs - last.at < owedSweepShare * last.result.durationMs;
}

function placeOfKey(roots: SiteRoots, bytes: Uint8Array): Uint8Array | null {
	const key = decodeKey(bytes);
	return key.kind === 'file' ? roots.absolute(key.root, key.path) : null;
}

const isInterruption = (error: unknown): boolean => asHoldfastError(error).code === 'SWEEP_INTERRUPTED';
