import {
	commitFlags, type Actor, type ConnectReply, type ConnectTest, type ErrorView, type Job, type Plan, type PlanRequest, type PointDetail,
	type Status, type Timeline,
} from '@holdfast/protocol';
import { retryBriefly, withRetries } from '../append/with-retries.ts';
import type { AgentApi } from '../control/api.ts';
import { errorView, HoldfastError } from '../errors.ts';
import { Jobs, type Progress } from '../jobs/jobs.ts';
import { connect, recoveryKeyOf } from '../pairing/connect.ts';
import { testConnection } from '../pairing/connection-test.ts';
import { machineHashOf } from '../pairing/machine.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import { verify } from '../sweep/sweep.ts';
import { Connection, type Connected, type ConnectionEdges } from './connection.ts';
import { scopeNow } from './scope-now.ts';
import type { Site } from './site.ts';
import { Facts, statusOf } from './status.ts';

const logFileBytesMax = 8 * 1024 * 1024;

/** One agent beside one site: what people ask for works in every state, or says why not. */
export class Agent implements AgentApi {
	readonly #edges: ConnectionEdges;
	readonly #jobs: Jobs;
	readonly #facts: Facts;
	readonly #connection: Connection;
	#ended: () => void = () => {};
	#closing: Promise<void> | null = null;
	readonly ended = new Promise<void>((resolve) => {
		this.#ended = resolve;
	});

	constructor(edges: ConnectionEdges) {
		const { clock, random } = edges.adapters;
		this.#edges = edges;
		this.#jobs = new Jobs(clock, random);
		this.#facts = new Facts(clock);
		this.#connection = new Connection(edges, { jobs: this.#jobs, facts: this.#facts, onLockTaken: () => this.stop() });
	}

	/** Begins to work. Resolves when the site is open; a database or endpoint that is away is waited for. @throws AGENT_ALREADY_RUNNING */
	start(): Promise<void> {
		return this.#connection.open();
	}

	/** Ends everything in order; what is not durable stays in the intent log. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	stop(): void {
		void this.close();
	}

	async #close(): Promise<void> {
		const connection = this.#connection.close();
		await this.#jobs.stop();
		await connection;
		this.#ended();
	}

	#need(): Connected {
		const { trouble, copied, connected, opening } = this.#connection;
		if (connected !== null) {
			return connected;
		}
		if (copied !== null) {
			throw new HoldfastError('SITE_COPIED', `This site looks like a copy of ${copied.from}.`);
		}
		throw trouble ?? (opening === null
			? new HoldfastError('NOT_CONNECTED', 'This site is not connected to an endpoint.')
			: (this.#facts.endpointFailure?.error ?? new HoldfastError('ENDPOINT_SLOW', 'The endpoint has not answered yet.')));
	}

	#needImage(): Connected {
		const connected = this.#need();
		if (!connected.engine.hasImage) {
			throw new HoldfastError('FIRST_BACKUP_RUNNING', 'The first backup is not complete yet.');
		}
		return connected;
	}

	#needSite(): Site {
		const { site, trouble, copied } = this.#connection;
		if (site === null) {
			throw trouble ?? new HoldfastError('AGENT_STARTING', 'The agent is not ready yet.');
		}
		if (copied !== null) {
			throw new HoldfastError('SITE_COPIED', `This site looks like a copy of ${copied.from}.`);
		}
		return site;
	}

	async status(): Promise<Status> {
		const { clock } = this.#edges.adapters;
		const { trouble, copied, site, connected, opening, looked } = this.#connection;
		const problems: ErrorView[] = trouble === null ? [] : [errorView(trouble)];
		const undo = (await connected?.restores.undoable(null).catch(() => null)) ?? null;
		return statusOf({
			now: clock.wallMs(), nowUs: clock.monotonicUs(), facts: this.#facts, copied, problems, jobs: this.#jobs.list(), site, connected, opening, looked, undo,
		});
	}

	async connectTest(code: string): Promise<ConnectTest> {
		const { adapters, state } = this.#edges;
		const site = this.#needSite();
		const { checks, reached } = await testConnection(code, { open: adapters.openEndpoint, clock: adapters.clock, machineHash: machineHashOf(site.machine) });
		return {
			checks,
			endpoint: reached === null ? null : {
				url: reached.code.url, name: reached.health.name, version: reached.health.version, sameMachine: reached.sameMachine,
			},
			scope: await scopeNow(site, state, adapters.random),
		};
	}

	async connect(code: string, { sealed }: { sealed: boolean; by: Actor }): Promise<ConnectReply> {
		const { adapters, state } = this.#edges;
		const { clock, random } = adapters;
		const site = this.#needSite();
		const { pairing, reply } = await connect(code, sealed, {
			open: (options) => withRetries(adapters.openEndpoint(options), retryBriefly), state, clock, random, binding: site.binding,
			machineHash: machineHashOf(site.machine), label: site.home,
		});
		await state.capture.write({ v: 1, logFileBytesMax, quiet: '' });
		await state.markOk();
		await state.markPaired();
		await this.#connection.work(pairing);
		return reply;
	}

	async recoveryKey(): Promise<{ recoveryKey: string }> {
		const { pairing: file } = this.#edges.state;
		const pairing = await file.read();
		if (pairing === null) {
			throw new HoldfastError('NOT_CONNECTED', 'This site is not connected to an endpoint.');
		}
		await file.write({ ...pairing, recoveryShown: true });
		return { recoveryKey: recoveryKeyOf(pairing) };
	}

	async answerCopied(answer: 'moved' | 'copy'): Promise<Status> {
		const { state, adapters } = this.#edges;
		const { site, copied } = this.#connection;
		const pairing = await state.pairing.read();
		if (copied === null || site === null || pairing === null) {
			throw new HoldfastError('NOT_COPIED', 'This site is the one that was connected.');
		}
		this.#connection.copied = null;
		if (answer === 'copy') {
			await state.dropPairing();
			return this.status();
		}
		const moved: Pairing = { ...pairing, home: site.home, binding: site.binding };
		await state.pairing.write(moved);
		await this.#connection.work(moved);
		await this.#need().engine.seen.oweSweep(adapters.clock.wallMs(), 'the site was moved');
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
				always: 'point', largeFiles: 'now', tablesNow: true, flags: name === null && !pinned ? 0 : commitFlags.named,
				manifest: { by, ...(name === null ? {} : { name }), ...(pinned ? { pinned } : {}) },
			});
			return engine.timeline.point(position.seq);
		});
	}

	plan(request: PlanRequest, by: Actor): Job {
		const { engine, restores } = this.#needImage();
		return this.#jobs.start('plan', true, async (progress) => {
			const point = request.point !== undefined ? await engine.timeline.point(request.point)
				: await engine.timeline.pointAt(request.at ?? this.#edges.adapters.clock.wallMs());
			return restores.plan(point.seq, request.parts, request.keep ?? {}, by, progress);
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
	job(id: string): Job { return this.#jobs.get(id, this.#connection.isOpening); }
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
