import type { Logger } from 'pino';
import type { SweepResult } from '@holdfast/protocol';
import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import { HoldfastError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { SweepProgress } from '../sweep/sweep.ts';
import { Background, type LastSweep } from './background.ts';
import { captureFailed, type Engine } from './engine.ts';
import { Failures, type Failure } from './failures.ts';
import { isCollectDue } from './collect-due.ts';
import { loopTimes, type LoopTimes } from './loop-times.ts';

/** A collect that something beside the loop asked for. */
type Asked = { request: CollectRequest; resolve: (result: CollectResult) => void; reject: (error: unknown) => void };

/**
 * The agent's life on one paired site:
 *
 *        ┌──────────────────────────────────────────────────────────────────────────────────┐
 *        ▼                                                                                  │
 *     restarts, log, `ok` ──> asked for by sweep, scan, uploads? ──> collect, one each ─────┤
 *                             else loud, or quiet for long?       ──> collect ──────────────┘
 *                                        ▲
 *     sweep, scan, uploads (background) ─┘  where to look
 *
 * One collect at a time; an error waits and tries again, and nothing is forgotten meanwhile.
 */
export class Loop {
	readonly #engine: Engine;
	readonly #clock: Clock;
	readonly #times: LoopTimes;
	readonly #bootId: string;
	readonly #background: Background;
	readonly #failures: Failures;
	readonly #asked: Asked[] = [];
	#wake: () => void = () => {};
	#collectedUs = 0;
	#lookedUs = -Infinity;
	#newLines = false;
	#paused: Promise<void> | null = null;
	#current: Promise<void> = Promise.resolve();
	#ended: AbortSignal = new AbortController().signal;

	/** Everything committed on the site before this (ms, the database's clock) is at the endpoint. */
	protectedUntil: number | null = null;

	constructor(engine: Engine, edges: { clock: Clock; log: Logger; times?: Partial<LoopTimes>; bootId: string }) {
		const times = { ...loopTimes, ...edges.times };
		this.#engine = engine;
		this.#clock = edges.clock;
		this.#times = times;
		this.#bootId = edges.bootId;
		this.#failures = new Failures({ ...edges, times });
		this.#background = new Background(engine, { ...edges, times }, (request) => this.#ask(request));
	}

	get failure(): Failure | null { return this.#failures.last ?? this.#background.failures.last; }
	get lastSweep(): LastSweep | null { return this.#background.lastSweep; }
	get unwatched(): { folders: number; everyMs: number } { return this.#background.unwatched; }
	get nextSweepAt(): number { return this.#background.nextSweepAt; }

	/** Runs until the signal. */
	async run(signal: AbortSignal): Promise<void> {
		this.#ended = signal;
		signal.addEventListener('abort', () => { this.#wake(); }, { once: true });
		while (!signal.aborted) {
			let pauseMs = this.#times.logPollMs;
			try {
				await this.#paused;
				this.#current = this.#turn(signal);
				await this.#current;
				this.#failures.none();
			} catch (error) {
				pauseMs = signal.aborted ? 0 : this.#failures.one(error);
			}
			await this.#pause(pauseMs, signal);
		}
		this.#refuseAsked();
		await this.#background.close();
	}

	/** Holds the loop for as long as `work` takes: a restore's window, so that nothing is collected beside it. */
	async hold<T>(work: () => Promise<T>): Promise<T> {
		const before = this.#paused;
		let release = (): void => {};
		this.#paused = new Promise((resolve) => { release = resolve; });
		this.#background.interruptSweep();
		try {
			await before;
			await this.#current.catch(() => undefined);
			return await work();
		} finally {
			release();
			this.#paused = null;
			this.#background.lookAtFiles();
		}
	}

	/** A full sweep now; what it finds is recorded. */
	async sweepNow(progress: SweepProgress, signal: AbortSignal): Promise<SweepResult> {
		await this.#paused;
		return this.#background.sweepNow(progress, AbortSignal.any([signal, this.#ended]));
	}

	async #turn(signal: AbortSignal): Promise<void> {
		const { log, ledger, seen } = this.#engine;
		await this.#lookForRestarts();
		// Taken before the log is read: what is written after this moment is not promised.
		const lookedAt = this.#clock.wallMs();
		this.#newLines = (await log.read()) || this.#newLines;
		const wanted = ledger.takeSweepWanted();
		if (wanted !== null) {
			await seen.oweSweep(this.#clock.wallMs(), wanted);
		}
		if (this.#asked.length > 0) {
			await this.#collectAsked();
		} else if (this.#isCollectDue()) {
			await this.#collect();
		}
		this.#background.begin(signal);
		if (ledger.waiting().changes === 0) {
			this.#promise(lookedAt);
		}
	}

	#promise(until: number): void {
		const files = this.#background.filesKnownUntil;
		if (files !== null && this.#engine.seen.sweepOwed === null) {
			// What was promised by a clock that was set back since would hold for a time that has not come.
			const before = this.protectedUntil !== null && this.protectedUntil <= this.#clock.wallMs() ? this.protectedUntil : 0;
			this.protectedUntil = Math.max(before, Math.min(until, files));
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

	#isCollectDue(): boolean {
		const nowUs = this.#clock.monotonicUs();
		const { ledger, collector } = this.#engine;
		const sinceMs = (nowUs - this.#collectedUs) / 1000;
		return isCollectDue({ waiting: ledger.waiting(), newLines: this.#newLines, broken: collector.pending.brokenTables.length > 0, sinceMs, nowUs }, this.#times);
	}

	async #collect(request: CollectRequest = {}): Promise<CollectResult> {
		this.#newLines = false;
		const result = await this.#engine.collector.collectOnce(request);
		this.#collectedUs = this.#clock.monotonicUs();
		this.#promise(result.snapshotAt);
		this.#background.postpone(result);
		return result;
	}

	/** What those beside the loop asked for, one after the other; who asked learns what failed, and asks again. */
	async #collectAsked(): Promise<void> {
		for (let one = this.#asked.shift(); one !== undefined; one = this.#asked.shift()) {
			await this.#collect(one.request).then(one.resolve, one.reject);
		}
	}

	#ask(request: CollectRequest): Promise<CollectResult> {
		const asked = new Promise<CollectResult>((resolve, reject) => { this.#asked.push({ request, resolve, reject }); });
		if (this.#ended.aborted) {
			this.#refuseAsked();
		}
		this.#wake();
		return asked;
	}

	#refuseAsked(): void {
		this.#asked.splice(0).forEach(({ reject }) => { reject(new HoldfastError('AGENT_STOPPING', 'The agent is ending.')); });
	}

	/** Until the time is over, or somebody asks for a collect. */
	async #pause(ms: number, signal: AbortSignal): Promise<void> {
		const woken = new AbortController();
		this.#wake = () => { woken.abort(); };
		if (this.#asked.length === 0 && !signal.aborted) {
			await this.#clock.sleep(ms, woken.signal).catch(() => undefined);
		}
	}
}
