import type { Logger } from 'pino';
import { retryBriefly, retryForEver, withRetries } from '../append/with-retries.ts';
import { asHoldfastError, HoldfastError } from '../errors.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { readHashOfPairing } from '../pairing/connect.ts';
import { changedParts } from '../pairing/binding.ts';
import { machineOfLog } from '../pairing/machine.ts';
import type { WriterLock } from '../ports/database.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import type { AgentAdapters } from './adapters.ts';
import { Engine } from './engine.ts';
import { beginFirstBackup } from './first-backup-job.ts';
import { finishInterrupted } from './interrupted.ts';
import { Loop } from './loop.ts';
import type { LoopTimes } from './loop-times.ts';
import { openRestores } from './restore-work.ts';
import type { Restores } from './restores.ts';
import { openSite, type Site } from './site.ts';
import type { Facts } from './status.ts';

export type ConnectionEdges = {
	state: StateFolder;
	/** Where the command line named the WordPress folder. */
	abspath: string | null;
	adapters: AgentAdapters;
	log: Logger;
	bootId: string;
	times?: Partial<LoopTimes>;
};

/** What runs while the site is connected. */
export type Connected = { pairing: Pairing; engine: Engine; loop: Loop; restores: Restores };

const openRetryMsMin = 500;
const openRetryMsMax = 30_000;
const lockRetryMsMin = 250;
const lockRetryMsMax = 5_000;

/**
 * From a state folder to a site that is worked on:
 *
 *     settings, database ──> writer lock ──> not paired: waits for `pair`
 *                                       ├──> binding differs: `copied`, nothing is written before the answer
 *                                       └──> head of the endpoint, interrupted restore, loop ──> first backup where there is none
 *
 * A database or an endpoint that is away is waited for, and `trouble` says so meanwhile.
 */
export class Connection {
	readonly #edges: ConnectionEdges;
	readonly #jobs: Jobs;
	readonly #facts: Facts;
	readonly #abort = new AbortController();
	readonly #onLockTaken: () => void;
	#lock: WriterLock | null = null;
	#running: Promise<unknown> = Promise.resolve();
	site: Site | null = null;
	connected: Connected | null = null;
	/** Paired, and the site or the endpoint's head is being asked for. */
	opening: Pairing | null = null;
	/** The first attempt to open the site has come to an end. */
	looked = false;
	/** Why the site cannot be worked on now; the agent keeps trying. */
	trouble: HoldfastError | null = null;
	copied: { from: string; changed: string[] } | null = null;

	constructor(edges: ConnectionEdges, parts: { jobs: Jobs; facts: Facts; onLockTaken: () => void }) {
		this.#edges = edges;
		this.#jobs = parts.jobs;
		this.#facts = parts.facts;
		this.#onLockTaken = parts.onLockTaken;
	}

	/** @throws AGENT_ALREADY_RUNNING */
	async open(): Promise<void> {
		const { adapters, log } = this.#edges;
		for (let delayMs = openRetryMsMin; !this.#abort.signal.aborted; delayMs = Math.min(openRetryMsMax, delayMs * 2)) {
			try {
				await this.#openOnce();
				this.trouble = null;
				this.looked = true;
				return;
			} catch (error) {
				await this.#closeSite();
				const trouble = asHoldfastError(error);
				if (trouble.code === 'DB_WRITER_LOCK_TAKEN') {
					throw new HoldfastError('AGENT_ALREADY_RUNNING', 'Another agent works on this site already.', { cause: error });
				}
				this.trouble = trouble;
				this.looked = true;
				log.warn({ err: error }, trouble.message);
				await adapters.clock.sleep(delayMs, this.#abort.signal).catch(() => undefined);
			}
		}
	}

	async close(): Promise<void> {
		this.#abort.abort(new HoldfastError('AGENT_STOPPING', 'The agent is ending.'));
		await this.#running.catch(() => undefined);
		this.connected?.engine.close();
		this.connected = null;
		await this.#closeSite();
	}

	/** The site or the endpoint is being asked for, or waited for: what a killed agent left is not known yet. */
	get isOpening(): boolean {
		return this.connected === null && this.copied === null && (!this.looked || this.opening !== null || this.trouble !== null);
	}

	/** Begins to work for this pairing. @throws WRITER_FORK, ENDPOINT_… */
	async work(pairing: Pairing): Promise<void> {
		const { adapters, state, log, bootId, times } = this.#edges;
		const { clock } = adapters;
		const { signal } = this.#abort;
		this.opening = pairing;
		try {
			const plain = adapters.openEndpoint({ url: pairing.url, fingerprint: pairing.fingerprint, token: pairing.token });
			const watch = { onFailed: (error: HoldfastError) => this.#facts.endpointFailed(error), onAnswered: () => this.#facts.endpointAnswered() };
			const engine = await Engine.open({
				site: this.site!, state, pairing, adapters, bootId, logMachine: await machineOfLog(),
				endpoint: withRetries(plain, retryForEver, { ...watch, signal }),
				askedEndpoint: withRetries(plain, retryBriefly, watch),
			});
			const loop = new Loop(engine, { clock, log, bootId, ...(times ? { times } : {}) });
			const restores = openRestores(engine, loop, signal);
			await finishInterrupted(restores, this.#jobs, () => engine.resume());
			this.connected = { pairing, engine, loop, restores };
			this.#running = Promise.all([loop.run(signal), this.#facts.heartbeat(plain, signal)]);
			// Paired by an earlier version, or not yet at all: an endpoint that does not know of it goes on as before.
			void withRetries(plain, retryBriefly).allowReader(readHashOfPairing(pairing)).catch((error: unknown) => log.debug({ err: error }, 'the endpoint keeps no reading token'));
			if (engine.hasImage) {
				// For the screen only: where the backup cannot be read, the site is protected all the same, and the sweep says what is damaged.
				void this.#tellOf(engine).catch((error: unknown) => log.warn({ err: error }, 'what is in the backup could not be read'));
			} else {
				beginFirstBackup({ engine, jobs: this.#jobs, facts: this.#facts, clock, log, signal });
			}
		} finally {
			this.opening = null;
		}
	}

	async #tellOf(engine: Engine): Promise<void> {
		await engine.timeline.refresh();
		this.#facts.leftOut = await engine.leftOut(100);
	}

	async #openOnce(): Promise<void> {
		const { state, adapters, abspath } = this.#edges;
		this.site = await openSite(state, adapters, abspath);
		this.#lock = await this.site.database.acquireWriterLock(this.site.lockName);
		this.#watchLock(this.#lock);
		const pairing = await state.pairing.read();
		if (pairing === null || !(await state.isPaired())) {
			return;
		}
		const changed = changedParts(pairing.binding, this.site.binding);
		if (changed.length > 0) {
			// Before the first write: is this the site, or a copy of it?
			this.copied = { from: pairing.home, changed };
			return;
		}
		await this.work(pairing);
	}

	/** The lock goes with its connection, for instance when the database restarts: it is taken again, or somebody else has it. */
	#watchLock(lock: WriterLock): void {
		void lock.lost.then(async () => {
			const { clock } = this.#edges.adapters;
			for (let delayMs = lockRetryMsMin; this.#lock === lock && !this.#abort.signal.aborted; delayMs = Math.min(lockRetryMsMax, delayMs * 2)) {
				try {
					this.#lock = await this.site!.database.acquireWriterLock(this.site!.lockName);
					this.#watchLock(this.#lock);
					return;
				} catch (error) {
					if (asHoldfastError(error).code === 'DB_WRITER_LOCK_TAKEN') {
						this.#edges.log.error('another agent took the lock of this site; this one ends');
						this.#onLockTaken();
						return;
					}
				}
				await clock.sleep(delayMs, this.#abort.signal).catch(() => undefined);
			}
		});
	}

	async #closeSite(): Promise<void> {
		const { site } = this;
		const lock = this.#lock;
		this.site = null;
		this.#lock = null;
		await lock?.release().catch(() => undefined);
		await site?.database.close().catch(() => undefined);
	}
}
