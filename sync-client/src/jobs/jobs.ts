import type { Job, JobKind, Step } from '@holdfast/protocol';
import type { Clock, Random } from '../ports/clock.ts';
import { errorView, HoldfastError } from '../errors.ts';
import { finish, progressOf } from './steps.ts';

/** A step that is still to come; `total` null where it is not known yet. */
export type PlannedStep = Pick<Step, 'id' | 'label' | 'unit' | 'total'>;

/** What the work of a job calls to say how far it is. */
export interface Progress {
	/** The job's id; left out where nobody asks for it. */
	readonly job?: string;
	/** Names the steps to come, in their order: shown as waiting, and part of the whole. Those named before get their total. */
	ahead(steps: readonly PlannedStep[]): void;
	/** Begins a step that `ahead` named; those before it are done. */
	begin(id: string): void;
	/** Begins the step `id`; steps before it are done. `total` null while unknown. */
	step(id: string, label: string, unit: Step['unit'], total?: number | null): void;
	/** Moves the running step to `done` of its total; without one it keeps the total that it has. */
	moved(done: number, total?: number | null): void;
	/** From here on the job cannot be cancelled: said before it is decided, so that no cancel is answered and then not obeyed. */
	decided(): void;
	/** What the job waits out: shown as its error while it goes on. */
	trouble(error: unknown): void;
	/** Aborted when the person cancels. */
	readonly signal: AbortSignal;
}

export type JobWork = (progress: Progress) => Promise<unknown>;

/** A job whose work goes on elsewhere. The first of `done` and `failed` counts. */
export type TakenUp = { progress: Progress; done(result: unknown): void; failed(error: unknown): void };

type Entry = { job: Job; abort: AbortController; done: Promise<void>; byteStart: { at: number; bytes: number } | null; takenUp?: TakenUp };

/** Finished jobs are kept for a reload of the page to find them; the oldest go first. */
const finishedJobsMax = 50;

/** Long work of the agent, each with steps, real totals and an end that stays readable. At most one of each kind in `exclusive` runs. */
export class Jobs {
	readonly #entries = new Map<string, Entry>();
	readonly #clock: Clock;
	readonly #random: Random;

	constructor(clock: Clock, random: Random) {
		this.#clock = clock;
		this.#random = random;
	}

	/**
	 * Starts `work` and returns at once.
	 * @param kind        What it is.
	 * @param cancellable Whether a person may cancel it before `decided`.
	 */
	start(kind: JobKind, cancellable: boolean, work: JobWork): Job {
		return this.#enter(Buffer.from(this.#random.bytes(8)).toString('hex'), kind, cancellable, work).job;
	}

	/**
	 * The job of an agent that was killed, under the id that it had: whoever asks for it goes on seeing it. One that was taken up
	 * and has not ended goes on.
	 */
	takeUp(id: string, kind: JobKind): TakenUp {
		const known = this.#entries.get(id);
		if (known?.takenUp !== undefined && known.job.state === 'running') {
			return known.takenUp;
		}
		const takenUp: Pick<TakenUp, 'done' | 'failed'> = { done: () => {}, failed: () => {} };
		const ending = new Promise<unknown>((resolve, reject) => Object.assign(takenUp, { done: resolve, failed: reject }));
		const entry = this.#enter(id, kind, false, () => ending);
		entry.takenUp = { ...takenUp, progress: this.#progress(entry) };
		return entry.takenUp;
	}

	#enter(id: string, kind: JobKind, cancellable: boolean, work: JobWork): Entry {
		const job: Job = {
			id, kind, state: 'running', steps: [], progress: null, bytesPerSecond: null, msLeft: null,
			cancellable, startedAt: this.#clock.wallMs(), endedAt: null,
		};
		const abort = new AbortController();
		const entry: Entry = { job, abort, done: Promise.resolve(), byteStart: null };
		this.#entries.set(id, entry);
		entry.done = this.#run(entry, work);
		this.#forgetOldest();
		return entry;
	}

	/** @param mayCome whether one of an earlier agent may still be taken up. @throws JOB_UNKNOWN, AGENT_STARTING */
	get(id: string, mayCome = false): Job {
		const entry = this.#entries.get(id);
		if (!entry) {
			throw mayCome ? new HoldfastError('AGENT_STARTING', 'The agent is starting, and does not know its jobs yet.')
				: new HoldfastError('JOB_UNKNOWN', `There is no job ${id}.`);
		}
		return entry.job;
	}

	list(): Job[] {
		return [...this.#entries.values()].map((entry) => entry.job);
	}

	running(kind?: JobKind): Job[] {
		return this.list().filter((job) => job.state === 'running' && (kind === undefined || job.kind === kind));
	}

	cancel(id: string): Job {
		const job = this.get(id);
		if (job.state === 'running') {
			if (!job.cancellable) {
				throw new HoldfastError('JOB_TOO_LATE', 'This can no longer be cancelled: the switch was decided and is being finished.');
			}
			this.#entries.get(id)?.abort.abort(new HoldfastError('JOB_CANCELLED', 'Cancelled by a person.'));
		}
		return job;
	}

	/** Resolves when the job has ended, whatever its end. */
	async ended(id: string): Promise<Job> {
		await this.#entries.get(id)?.done;
		return this.get(id);
	}

	/** Cancels what can be cancelled and waits for the rest; what was taken up goes on at the next start. */
	async stop(): Promise<void> {
		for (const entry of this.#entries.values()) {
			if (entry.job.state === 'running' && entry.job.cancellable) {
				entry.abort.abort(new HoldfastError('JOB_CANCELLED', 'The agent is stopping.'));
			}
			entry.takenUp?.failed(new HoldfastError('AGENT_STOPPING', 'The agent is ending.', { changed: 'The next start goes on with it.' }));
		}
		await Promise.all([...this.#entries.values()].map((entry) => entry.done));
	}

	async #run(entry: Entry, work: JobWork): Promise<void> {
		const { job } = entry;
		// The caller has the job before its work begins.
		await Promise.resolve();
		try {
			entry.abort.signal.throwIfAborted();
			job.result = await work(this.#progress(entry));
			delete job.error;
			this.#finishSteps(job, 'done');
			job.state = 'done';
			job.progress = 1;
		} catch (error) {
			// Whatever the work then failed with: it was given up because somebody cancelled it.
			const isCancelled = entry.abort.signal.aborted && job.cancellable && !(error instanceof HoldfastError && error.changed !== null);
			job.state = isCancelled ? 'cancelled' : 'failed';
			job.error = errorView(isCancelled ? entry.abort.signal.reason : error);
			this.#finishSteps(job, 'failed');
		}
		job.endedAt = this.#clock.wallMs();
		job.cancellable = false;
		job.msLeft = null;
	}

	#progress(entry: Entry): Progress {
		const { job } = entry;
		return {
			job: job.id,
			signal: entry.abort.signal,
			ahead: (steps) => {
				for (const planned of steps) {
					const known = job.steps.find((step) => step.id === planned.id);
					if (known) {
						known.total = planned.total ?? known.total;
					} else {
						job.steps.push({ ...planned, state: 'waiting', done: 0 });
					}
				}
				job.progress = progressOf(job.steps);
			},
			begin: (id) => {
				const at = job.steps.findIndex((step) => step.id === id);
				const step = job.steps[at];
				if (step === undefined) {
					throw new Error(`The step ${id} was not named ahead.`);
				}
				job.steps.slice(0, at).forEach((before) => finish(before, 'done'));
				this.#running(entry, step);
			},
			step: (id, label, unit, total = null) => {
				this.#finishSteps(job, 'done');
				const known = job.steps.find((step) => step.id === id);
				const step: Step = known ?? { id, label, state: 'running', done: 0, total, unit };
				step.total = total ?? step.total;
				if (!known) {
					job.steps.push(step);
				}
				this.#running(entry, step);
			},
			moved: (done, total) => {
				const step = job.steps.find((candidate) => candidate.state === 'running');
				if (!step) {
					return;
				}
				step.done = done;
				// More can come than was planned, never more than is told.
				step.total = total ?? (step.total === null ? null : Math.max(step.total, done));
				job.progress = progressOf(job.steps);
				this.#rate(entry, step);
			},
			trouble: (error) => {
				job.error = errorView(error);
			},
			decided: () => {
				job.cancellable = false;
			},
		};
	}

	#running(entry: Entry, step: Step): void {
		step.state = 'running';
		entry.byteStart = step.unit === 'bytes' ? { at: this.#clock.monotonicUs(), bytes: step.done } : null;
		entry.job.bytesPerSecond = null;
		entry.job.progress = progressOf(entry.job.steps);
	}

	#rate(entry: Entry, step: Step): void {
		const elapsedMs = this.#clock.wallMs() - entry.job.startedAt;
		if (entry.byteStart !== null) {
			const seconds = (this.#clock.monotonicUs() - entry.byteStart.at) / 1e6;
			entry.job.bytesPerSecond = seconds > 0.2 ? (step.done - entry.byteStart.bytes) / seconds : null;
		}
		const { progress } = entry.job;
		entry.job.msLeft = progress !== null && progress > 0.02 ? Math.round((elapsedMs / progress) * (1 - progress)) : null;
	}

	#finishSteps(job: Job, state: 'done' | 'failed'): void {
		job.steps.filter((step) => step.state === 'running').forEach((step) => finish(step, state));
	}

	#forgetOldest(): void {
		const finished = [...this.#entries.values()].filter((entry) => entry.job.state !== 'running');
		for (const entry of finished.slice(0, Math.max(0, finished.length - finishedJobsMax))) {
			this.#entries.delete(entry.job.id);
		}
	}
}
