import type { Logger } from 'pino';
import { commitFlags, type SweepResult } from '@holdfast/protocol';
import { asHoldfastError, type HoldfastError } from '../errors.ts';
import { FolderWatch, gatherMs } from '../files/watch.ts';
import { Named } from '../intents/named.ts';
import type { CollectResult } from '../collect/collector.ts';
import type { Clock } from '../ports/clock.ts';
import { sweep } from '../sweep/sweep.ts';
import { captureFailed, type Engine } from './engine.ts';
import { isCollectDue } from './collect-due.ts';
import { loopTimes, type LoopTimes } from './loop-times.ts';
import { scanFiles } from './file-scan.ts';

/**
 * The agent's life on one paired site:
 *
 *        ┌───────────────────────────────────────────────────────────────────────────────┐
 *        ▼                                                                               │
 *     log, restarts, `ok` ──> sweep owed? ──> loud, or quiet for long? ──> collect       │
 *        │                       │ yes                                       │           │
 *        │                       ▼                                           ▼           │
 *        │                     sweep                            large files uploaded     │
 *        └──> files hinted or long not scanned? ──> scan ──> collect what changed  ──────┘
 *
 * One thing at a time; an error waits and tries again, and nothing is forgotten meanwhile.
 */
export class Loop {
	readonly #engine: Engine;
	readonly #clock: Clock;
	readonly #log: Logger;
	readonly #times: LoopTimes;
	readonly #bootId: string;
	readonly #watch: FolderWatch;
	#hinted = true;
	#scannedAt = 0;
	#scanTookMs = 0;
	#scanning = false;
	/** When the last scan began that went through: what was there before is known. */
	#filesUntil: number | null = null;
	#collectedUs = 0;
	#lookedUs = -Infinity;
	#newLines = false;
	#retryMs = 0;
	#paused: Promise<void> | null = null;
	#current: Promise<void> = Promise.resolve();
	#postponed: Uint8Array[] = [];

	/** Everything committed on the site before this (ms, the database's clock) is at the endpoint. */
	protectedUntil: number | null = null;
	failure: { error: HoldfastError; times: number; since: number } | null = null;
	lastSweep: { at: number; result: SweepResult } | null = null;

	constructor(engine: Engine, edges: { clock: Clock; log: Logger; times?: Partial<LoopTimes>; bootId: string }) {
		this.#engine = engine;
		this.#clock = edges.clock;
		this.#log = edges.log;
		this.#times = { ...loopTimes, ...edges.times };
		this.#bootId = edges.bootId;
		this.#watch = new FolderWatch(engine.site.files, () => { this.#hinted = true; });
		this.lastSweep = (engine.index.note('sweep') as Loop['lastSweep'] | undefined) ?? null;
	}

	/** The first one follows the first backup. */
	get nextSweepAt(): number { return this.lastSweep === null ? this.#clock.wallMs() : this.lastSweep.at + this.#times.sweepMsMax; }

	/** Runs until the signal. */
	async run(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			let pauseMs = this.#times.logPollMs;
			try {
				await this.#paused;
				this.#current = this.#turn(signal);
				await this.#current;
				this.failure = null;
				this.#retryMs = 0;
			} catch (error) {
				pauseMs = signal.aborted ? 0 : this.#failed(error);
			}
			await this.#clock.sleep(pauseMs, signal).catch(() => undefined);
		}
		await this.#watch.close();
	}

	/** Holds the loop for as long as `work` takes: a restore's window, so that nothing is collected beside it. */
	async hold<T>(work: () => Promise<T>): Promise<T> {
		const before = this.#paused;
		let release = (): void => {};
		this.#paused = new Promise((resolve) => { release = resolve; });
		try {
			await before;
			await this.#current.catch(() => undefined);
			return await work();
		} finally {
			release();
			this.#paused = null;
			this.#hinted = true;
		}
	}

	/** A full sweep now; what it finds is recorded. */
	async sweepNow(progress: Parameters<typeof sweep>[2], signal?: AbortSignal): Promise<SweepResult> {
		const { collector, seen, state } = this.#engine;
		if (!(await state.isOk())) {
			await seen.oweSweep(this.#clock.wallMs(), captureFailed);
		}
		seen.sweepBegins();
		let through = false;
		let result: SweepResult;
		try {
			// First: what is missed from here on is a reason of its own.
			await state.markOk();
			result = await sweep(this.#engine.sweepParts, (extra, isLast) => {
				// Where points were incomplete, there has to be one that is not.
				const settles = isLast && collector.pending.wantsSweep;
				if (extra.isEmpty && !settles) {
					return Promise.resolve();
				}
				const always = settles ? { always: 'point' as const } : {};
				return collector.collectOnce({ extra, flags: commitFlags.afterSweep, largeFiles: 'now', sweepsAll: isLast, ...always });
			}, progress, signal);
			through = true;
		} finally {
			await seen.sweepEnds(through);
		}
		this.lastSweep = { at: this.#clock.wallMs(), result: { ...result, differing: result.differing.slice(0, 20) } };
		this.#engine.index.setNote('sweep', this.lastSweep);
		return result;
	}

	async #turn(signal: AbortSignal): Promise<void> {
		const engine = this.#engine;
		await this.#lookForRestarts();
		// Taken before the log is read: what is written after this moment is not promised.
		const lookedAt = this.#clock.wallMs();
		this.#newLines = (await engine.log.read()) || this.#newLines;
		const wanted = engine.ledger.takeSweepWanted();
		if (wanted !== null) {
			await engine.seen.oweSweep(this.#clock.wallMs(), wanted);
		}
		if (engine.hasImage && engine.seen.sweepOwed !== null) {
			await this.#owedSweep(signal);
		}
		if (this.#isCollectDue()) {
			await this.#collect();
		}
		if (engine.hasImage && this.#isScanDue()) {
			await this.#scan(signal);
		}
		if (this.#postponed.length > 0) {
			await this.#largeFiles();
		}
		if (engine.hasImage && this.#clock.wallMs() >= this.nextSweepAt) {
			await this.sweepNow(() => {}, signal);
		}
		if (engine.ledger.waiting().changes === 0 && engine.seen.sweepOwed === null) {
			this.#promise(lookedAt);
		}
	}

	/** Of files no more is promised than was looked at: a hint comes up to `gatherMs` late, and waits for its scan. */
	#promise(until: number): void {
		const files = this.#hinted || this.#scanning ? this.#filesUntil : this.#clock.wallMs() - 2 * gatherMs;
		if (files !== null && this.#engine.seen.sweepOwed === null) {
			this.protectedUntil = Math.max(this.protectedUntil ?? 0, Math.min(until, files));
		}
	}

	/** A new boot, a restart of the database or a missing `ok` may have swallowed intents. */
	async #lookForRestarts(): Promise<void> {
		const { seen, state, site, ledger } = this.#engine;
		const now = this.#clock.monotonicUs();
		if (now - this.#lookedUs < 1_000_000) { return; }
		const database = await site.database.identity();
		if (await seen.look(this.#bootId, database, now, this.#clock.wallMs())) {
			ledger.floors.clear(); // counters may give lower numbers than before
		}
		ledger.databaseBegan({ us: seen.databaseSinceUs, wallMs: database.startedAtMs });
		if (!(await state.isOk())) {
			await seen.oweSweep(this.#clock.wallMs(), captureFailed);
		}
		this.#lookedUs = now;
	}

	async #owedSweep(signal: AbortSignal): Promise<void> {
		const owed = this.#engine.seen.sweepOwed!;
		this.#log.info({ why: owed.why }, 'a sweep is owed');
		await this.#collect({ flags: commitFlags.afterGap, manifest: { gap: { from: owed.since, to: this.#clock.wallMs(), why: owed.why } }, always: 'quiet' });
		await this.sweepNow(() => {}, signal);
	}

	#isCollectDue(): boolean {
		const nowUs = this.#clock.monotonicUs();
		const { ledger, collector } = this.#engine;
		const sinceMs = (nowUs - this.#collectedUs) / 1000;
		return isCollectDue({ waiting: ledger.waiting(), newLines: this.#newLines, broken: collector.pending.tables.length > 0, sinceMs, nowUs }, this.#times);
	}

	async #collect(request: Parameters<Engine['collector']['collectOnce']>[0] = {}): Promise<CollectResult> {
		this.#newLines = false;
		const result = await this.#engine.collector.collectOnce(request);
		this.#collectedUs = this.#clock.monotonicUs();
		this.#promise(result.snapshotAt);
		this.#postponed.push(...result.postponed);
		return result;
	}

	#isScanDue(): boolean {
		const sinceMs = this.#clock.wallMs() - this.#scannedAt;
		// A clock that was set back must not put the next scan off.
		return sinceMs < 0 || sinceMs > this.#times.scanMsMax
			|| (this.#hinted && sinceMs > Math.max(this.#times.scanMsMin, 10 * this.#scanTookMs));
	}

	async #scan(signal: AbortSignal): Promise<void> {
		const began = this.#clock.monotonicUs();
		const from = this.#clock.wallMs();
		this.#hinted = false;
		this.#scanning = true;
		try {
			const { folders } = await scanFiles(this.#engine, (extra) => this.#collect({ extra }), signal);
			// What changed between the scan's look and the watch of a folder gave no hint: once more.
			this.#hinted = (await this.#watch.watch(folders, [Buffer.from(this.#engine.state.path)])) || this.#hinted;
			this.#filesUntil = from;
		} catch (error) {
			this.#hinted = true;
			throw error;
		} finally {
			this.#scanning = false;
		}
		this.#scannedAt = this.#clock.wallMs();
		this.#scanTookMs = (this.#clock.monotonicUs() - began) / 1000;
	}

	/** Content above 1 MiB goes ahead; then a commit names it. */
	async #largeFiles(): Promise<void> {
		const keys = this.#postponed.splice(0);
		const extra = new Named();
		keys.forEach((key) => extra.addFileKey(key));
		try {
			await this.#engine.uploadAhead(keys);
			await this.#collect({ extra, largeFiles: 'now' });
		} catch (error) {
			this.#postponed.push(...keys);
			throw error;
		} finally {
			this.#engine.forgetAhead();
		}
	}

	#failed(error: unknown): number {
		const failure = asHoldfastError(error);
		this.failure = { error: failure, times: (this.failure?.times ?? 0) + 1, since: this.failure?.since ?? this.#clock.wallMs() };
		this.#log.warn({ err: error, times: this.failure.times }, failure.message);
		this.#retryMs = Math.min(this.#times.retryMsMax, Math.max(this.#times.retryMsMin, this.#retryMs * 2));
		return this.#retryMs;
	}
}
