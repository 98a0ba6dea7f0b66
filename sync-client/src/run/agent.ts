import type { Logger } from 'pino';
import {
	commitFlags, KeyRing, parseRootKey, parseSiteId, type Actor, type ConnectReply, type ConnectTest, type ErrorView, type Job, type Plan, type PlanRequest, type PointDetail,
	type Status, type Timeline,
} from '@holdfast/protocol';
import { withRetries, retryBriefly, retryForEver } from '../append/with-retries.ts';
import type { AgentApi } from '../control/api.ts';
import { errorView, HoldfastError } from '../errors.ts';
import { placeName } from '../files/collected-files.ts';
import { Jobs, type Progress } from '../jobs/jobs.ts';
import { changedParts } from '../pairing/binding.ts';
import { connect, recoveryKeyOf } from '../pairing/connect.ts';
import { testConnection, type OpenEndpoint } from '../pairing/connection-test.ts';
import { machineHashOf, machineOfLog } from '../pairing/machine.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { WriterLock } from '../ports/database.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import { verify } from '../sweep/sweep.ts';
import { Engine } from './engine.ts';
import { Loop, type LoopTimes } from './loop.ts';
import type { Restores } from './restores.ts';
import { openSite, siteTree, type Site } from './site.ts';
import { Facts, statusOf } from './status.ts';
import { backupStep } from './backup-steps.ts';

export type AgentEdges = {
	state: StateFolder;
	/** Where the command line named the WordPress folder. */
	abspath: string | null;
	openEndpoint: OpenEndpoint;
	clock: Clock;
	random: Random;
	log: Logger;
	bootId: string;
	times?: Partial<LoopTimes>;
	/** Puts plan and restore together for an engine. */
	openRestores: (engine: Engine, loop: Loop) => Restores;
};

/** What runs while the site is connected. */
type Connected = { pairing: Pairing; engine: Engine; loop: Loop; restores: Restores; running: Promise<void>; abort: AbortController };

/**
 * One agent beside one site.
 *
 *     open site, take the lock ──> not paired ──connect──> first backup ──> protected
 *                             └──> binding differs ──> copied ──moved──┘
 *
 * What people ask for (AgentApi) works in every state, or says why not.
 */
export class Agent implements AgentApi {
	readonly #edges: AgentEdges;
	readonly #jobs: Jobs;
	readonly #facts: Facts;
	readonly #abort = new AbortController();
	#site: Site | null = null;
	#lock: WriterLock | null = null;
	#connected: Connected | null = null;
	/** Why the site cannot be worked on now; the agent keeps trying. */
	#trouble: HoldfastError | null = null;
	#copied: { from: string; changed: string[] } | null = null;
	#ended: () => void = () => {};
	readonly ended = new Promise<void>((resolve) => { this.#ended = resolve; });

	constructor(edges: AgentEdges) {
		this.#edges = edges;
		this.#jobs = new Jobs(edges.clock, edges.random);
		this.#facts = new Facts(edges.clock);
	}

	/**
	 * Opens the site and begins to work. A database that is away is waited for.
	 * @throws AGENT_ALREADY_RUNNING, and everything that waiting does not mend
	 */
	async start(): Promise<void> {
		for (let delayMs = 500; !this.#abort.signal.aborted; delayMs = Math.min(30_000, delayMs * 2)) {
			try {
				await this.#open();
				this.#trouble = null;
				return;
			} catch (error) {
				await this.#closeSite();
				const trouble = error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', errorView(error).message, { cause: error });
				if (trouble.code === 'DB_WRITER_LOCK_TAKEN') {
					throw new HoldfastError('AGENT_ALREADY_RUNNING', 'Another agent works on this site already.', { cause: error });
				}
				this.#trouble = trouble;
				this.#edges.log.warn({ err: error }, trouble.message);
				await this.#edges.clock.sleep(delayMs, this.#abort.signal).catch(() => undefined);
			}
		}
	}

	/** Ends everything in order; what is not durable stays in the intent log. */
	async close(): Promise<void> {
		this.#abort.abort(new HoldfastError('AGENT_STOPPING', 'The agent is ending.'));
		await this.#jobs.stop();
		await this.#disconnect();
		await this.#closeSite();
		this.#ended();
	}

	stop(): void {
		void this.close();
	}

	async #open(): Promise<void> {
		const { state, random } = this.#edges;
		this.#site = await openSite(state, random, this.#edges.abspath);
		this.#lock = await this.#site.database.acquireWriterLock(this.#site.lockName);
		this.#watchLock(this.#lock);
		const pairing = await state.pairing.read();
		if (pairing === null || !(await state.isPaired())) {
			return;
		}
		const changed = changedParts(pairing.binding, this.#site.binding);
		if (changed.length > 0) {
			// Before the first write: is this the site, or a copy of it?
			this.#copied = { from: pairing.home, changed };
			return;
		}
		await this.#connect(pairing);
	}

	#watchLock(lock: WriterLock): void {
		void lock.lost.then(async (why) => {
			const site = this.#site;
			for (let delayMs = 250; !this.#abort.signal.aborted && this.#lock === lock && site !== null; delayMs = Math.min(5_000, delayMs * 2)) {
				try {
					this.#lock = await site.database.acquireWriterLock(site.lockName);
					this.#watchLock(this.#lock);
					return;
				} catch (error) {
					if ((error as HoldfastError).code === 'DB_WRITER_LOCK_TAKEN') {
						this.#edges.log.error('another agent took the lock of this site; this one ends');
						await this.close();
						return;
					}
				}
				await this.#edges.clock.sleep(delayMs, this.#abort.signal).catch(() => undefined);
			}
			void why;
		});
	}

	async #connect(pairing: Pairing): Promise<void> {
		const { clock, random, state, log, bootId, openEndpoint, openRestores } = this.#edges;
		const site = this.#site!;
		const abort = new AbortController();
		const plain = openEndpoint({ url: pairing.url, fingerprint: pairing.fingerprint, token: pairing.token });
		const watch = { onFailed: (error: HoldfastError) => this.#facts.endpointFailed(error), onAnswered: () => this.#facts.endpointAnswered() };
		const engine = await Engine.open({
			site, state, pairing, clock, random, bootId, logMachine: await machineOfLog(),
			endpoint: withRetries(plain, retryForEver, { ...watch, signal: abort.signal }),
			askedEndpoint: withRetries(plain, retryBriefly, watch),
		});
		const loop = new Loop(engine, { clock, log, bootId, ...(this.#edges.times ? { times: this.#edges.times } : {}) });
		const restores = openRestores(engine, loop);
		await restores.finishInterrupted();
		const running = Promise.all([loop.run(abort.signal), this.#facts.heartbeat(plain, abort.signal, pairing.url, clock)]).then(() => undefined);
		this.#connected = { pairing, engine, loop, restores, running, abort };
		if (!engine.hasImage) {
			this.#beginFirstBackup(this.#connected);
		} else {
			this.#facts.leftOut = await engine.leftOut(100);
		}
	}

	#beginFirstBackup({ engine, loop, abort }: Connected): Job {
		return this.#jobs.start('firstBackup', false, async (progress) => {
			for (let delayMs = 1_000; ; delayMs = Math.min(30_000, delayMs * 2)) {
				try {
					const backup = await engine.firstBackup((told) => backupStep(told, progress), abort.signal);
					this.#facts.leftOut = backup.leftOut.slice(0, 100);
						break;
				} catch (error) {
					if (abort.signal.aborted || (error instanceof HoldfastError && error.retry === 'never')) {
						throw error;
					}
					this.#edges.log.warn({ err: error }, 'the first backup goes on after a pause');
					await this.#edges.clock.sleep(delayMs, abort.signal).catch(() => undefined);
				}
			}
			// Requests that began before capture was switched on may have written unseen: one comparison makes good for them.
			await engine.seen.oweSweep(this.#edges.clock.wallMs(), 'the first backup is compared with the site');
			await engine.timeline.refresh();
			void loop;
			return engine.timeline.newest();
		});
	}

	async #disconnect(): Promise<void> {
		const connected = this.#connected;
		this.#connected = null;
		if (connected !== null) {
			connected.abort.abort(new HoldfastError('AGENT_STOPPING', 'The agent is ending.'));
			await connected.running.catch(() => undefined);
			connected.engine.close();
		}
	}

	async #closeSite(): Promise<void> {
		const site = this.#site;
		const lock = this.#lock;
		this.#site = null;
		this.#lock = null;
		await lock?.release().catch(() => undefined);
		await site?.database.close().catch(() => undefined);
	}

	#need(): Connected {
		if (this.#trouble !== null) {
			throw this.#trouble;
		}
		if (this.#copied !== null) {
			throw new HoldfastError('SITE_COPIED', `This site looks like a copy of ${this.#copied.from}.`);
		}
		if (this.#connected === null) {
			throw new HoldfastError('NOT_CONNECTED', 'This site is not connected to an endpoint.');
		}
		return this.#connected;
	}

	#needImage(): Connected {
		const connected = this.#need();
		if (!connected.engine.hasImage) {
			throw new HoldfastError('FIRST_BACKUP_RUNNING', 'The first backup is not complete yet.');
		}
		return connected;
	}

	async status(): Promise<Status> {
		const { clock } = this.#edges;
		const problems: ErrorView[] = this.#trouble === null ? [] : [errorView(this.#trouble)];
		return statusOf({
			now: clock.wallMs(), nowUs: clock.monotonicUs(), facts: this.#facts, copied: this.#copied, problems, jobs: this.#jobs.list(),
			site: this.#site, connected: this.#connected,
			undo: (await this.#connected?.restores.undoable(null).catch(() => null)) ?? null,
		});
	}

	async connectTest(code: string): Promise<ConnectTest> {
		const { openEndpoint, clock, state } = this.#edges;
		const site = this.#needSite();
		const { checks, reached } = await testConnection(code, { open: openEndpoint, clock, machineHash: machineHashOf(site.machine) });
		const { tables } = await site.database.listTables(site.tables);
		const scan = siteTree(site, state, new KeyRing(parseRootKey(this.#edges.random.bytes(32)), parseSiteId('0'.repeat(32))), []).scan();
		let files = 0;
		let bytes = 0;
		for await (const batch of scan.run()) {
			for (const seen of batch) {
				files += seen.stat.type === 'file' ? 1 : 0;
				bytes += seen.stat.type === 'file' ? seen.stat.size : 0;
			}
		}
		const own = tables.filter((table) => table.kind === 'table' && table.broken === null);
		return {
			checks,
			endpoint: reached === null ? null : { url: reached.code.url, name: reached.health.name, version: reached.health.version, sameMachine: reached.sameMachine },
			scope: {
				tables: own.length, rows: own.reduce((sum, table) => sum + table.rowsEstimate, 0), files,
				bytes: bytes + own.reduce((sum, table) => sum + table.bytesEstimate, 0),
				leftOut: scan.leftOut().slice(0, 100).map((one) => ({ what: placeName(one.root, one.path), why: one.reason.detail })),
			},
		};
	}

	async connect(code: string, { sealed }: { sealed: boolean; by: Actor }): Promise<ConnectReply> {
		const { openEndpoint, clock, random, state } = this.#edges;
		const site = this.#needSite();
		if (this.#copied !== null) {
			throw new HoldfastError('SITE_COPIED', `This site looks like a copy of ${this.#copied.from}.`);
		}
		const { pairing, reply } = await connect(code, sealed, {
			open: (options) => withRetries(openEndpoint(options), retryBriefly), state, clock, random, binding: site.binding,
			machineHash: machineHashOf(site.machine), label: site.home,
		});
		await state.capture.write({ v: 1, logFileBytesMax: 8 * 1024 * 1024, quiet: '' });
		await state.markOk();
		await state.markPaired();
		await this.#connect(pairing);
		return reply;
	}

	#needSite(): Site {
		if (this.#site === null) {
			throw this.#trouble ?? new HoldfastError('AGENT_STOPPING', 'The agent is not ready yet.');
		}
		return this.#site;
	}

	async recoveryKey(): Promise<{ recoveryKey: string }> {
		const pairing = await this.#edges.state.pairing.read();
		if (pairing === null) {
			throw new HoldfastError('NOT_CONNECTED', 'This site is not connected to an endpoint.');
		}
		await this.#edges.state.pairing.write({ ...pairing, recoveryShown: true });
		return { recoveryKey: recoveryKeyOf(pairing) };
	}

	async answerCopied(answer: 'moved' | 'copy'): Promise<Status> {
		if (this.#copied === null) {
			throw new HoldfastError('NOT_COPIED', 'This site is the one that was connected.');
		}
		const { state } = this.#edges;
		if (answer === 'copy') {
			await state.dropPairing();
			this.#copied = null;
			return this.status();
		}
		const pairing = (await state.pairing.read())!;
		const moved: Pairing = { ...pairing, home: this.#site!.home, binding: this.#site!.binding };
		await state.pairing.write(moved);
		this.#copied = null;
		await this.#connect(moved);
		await this.#connected?.engine.seen.oweSweep(this.#edges.clock.wallMs(), 'the site was moved');
		return this.status();
	}

	async timeline(before: number | null, limit: number): Promise<Timeline> {
		return this.#need().engine.timeline.list(before, limit);
	}

	async point(seq: number): Promise<PointDetail> {
		return this.#need().engine.timeline.detail(seq);
	}

	backup({ name, pinned, by }: { name: string | null; pinned: boolean; by: Actor }): Job {
		const { engine } = this.#needImage();
		return this.#jobs.start('backup', false, async (progress) => {
			progress.step('collect', 'Recording the present', 'steps', 1);
			const { position } = await engine.collector.collectOnce({
				always: 'point', largeFiles: 'now', flags: name === null && !pinned ? 0 : commitFlags.named,
				manifest: { by, ...(name === null ? {} : { name }), ...(pinned ? { pinned } : {}) },
			});
			return engine.timeline.point(position.seq);
		});
	}

	plan(request: PlanRequest, by: Actor): Job {
		const { engine, restores } = this.#needImage();
		return this.#jobs.start('plan', true, async (progress) => {
			const point = request.point !== undefined ? await engine.timeline.point(request.point)
				: await engine.timeline.pointAt(request.at ?? this.#edges.clock.wallMs());
			return restores.plan(point.seq, request.parts, by, progress);
		});
	}

	async planById(id: string): Promise<Plan> {
		return this.#needImage().restores.planById(id);
	}

	async restore(plan: string, by: Actor): Promise<Job> {
		const { restores } = this.#needImage();
		this.#refuseSecondRestore();
		await restores.planById(plan);
		return this.#jobs.start('restore', true, (progress) => restores.restore(plan, by, progress));
	}

	async undo(restore: string | null, by: Actor): Promise<Job> {
		const { restores } = this.#needImage();
		this.#refuseSecondRestore();
		const undoable = await restores.undoable(restore);
		if (undoable === null) {
			throw new HoldfastError('RESTORE_NOTHING_TO_UNDO', 'There is no restore that can be undone.');
		}
		return this.#jobs.start('undo', true, (progress) => restores.undo(undoable.restore, by, progress));
	}

	#refuseSecondRestore(): void {
		if (this.#jobs.running('restore').length + this.#jobs.running('undo').length > 0) {
			throw new HoldfastError('RESTORE_RUNNING', 'A restore is running already.');
		}
	}

	sweep(): Job {
		const { loop } = this.#needImage();
		return this.#jobs.start('sweep', true, (progress) => loop.sweepNow(comparing(progress), progress.signal));
	}

	verify(point: number | null): Job {
		const { engine } = this.#needImage();
		return this.#jobs.start('verify', true, async (progress) => {
			if (point === null) {
				// What is waiting in the log is no difference.
				await engine.collector.collectOnce({ largeFiles: 'now' });
			}
			return verify(engine.sweepParts, point, comparing(progress), progress.signal);
		});
	}

	jobs(): Job[] { return this.#jobs.list(); }
	job(id: string): Job { return this.#jobs.get(id); }
	cancel(id: string): Job { return this.#jobs.cancel(id); }
}

const labels = { tables: 'Rows compared', files: 'Files compared' } as const;

function comparing(progress: Progress): (step: 'tables' | 'files', done: number, total: number | null) => void {
	let current = '';
	return (step, done, total) => {
		if (step !== current) {
			current = step;
			progress.step(step, labels[step], step, total);
		}
		progress.moved(done, total);
	};
}
