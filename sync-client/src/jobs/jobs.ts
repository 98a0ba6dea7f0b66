import type { ErrorView, Job, JobKind, Step } from '@holdfast/protocol';
import type { Clock, Random } from '../ports/clock.ts';
import { errorView, HoldfastError } from '../errors.ts';

/** What the work of a job calls to say how far it is. */
export interface Progress {
	/** Begins the step `id`; steps before it are done. `total` null while unknown. */
	step(id: string, label: string, unit: Step['unit'], total?: number | null): void;
	/** Moves the running step to `done` of its total. */
	moved(done: number, total?: number | null): void;
	/** From here on the job cannot be cancelled (a restore's `decided`). */
	decided(): void;
	/** Aborted when the person cancels. */
	readonly signal: AbortSignal;
}

export type JobWork = (progress: Progress) => Promise<unknown>;

type Entry = { job: Job; abort: AbortController; done: Promise<void>; byteStart: { at: number; bytes: number } | null };

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
		const id = Buffer.from(this.#random.bytes(8)).toString('hex');
		const job: Job = {
			id, kind, state: 'running', steps: [], progress: null, bytesPerSecond: null, msLeft: null,
			cancellable, startedAt: this.#clock.wallMs(), endedAt: null,
		};
		const abort = new AbortController();
		const entry: Entry = { job, abort, done: Promise.resolve(), byteStart: null };
		this.#entries.set(id, entry);
		entry.done = this.#run(entry, work);
		this.#forgetOldest();
		return job;
	}

	get(id: string): Job {
		const entry = this.#entries.get(id);
		if (!entry) {
			throw new HoldfastError('JOB_UNKNOWN', `There is no job ${id}.`);
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

	/** Cancels what can be cancelled and waits for the rest. */
	async stop(): Promise<void> {
		for (const entry of this.#entries.values()) {
			if (entry.job.state === 'running' && entry.job.cancellable) {
				entry.abort.abort(new HoldfastError('JOB_CANCELLED', 'The agent is stopping.'));
			}
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
			this.#finishSteps(job, 'done');
			job.state = 'done';
			job.progress = 1;
		} catch (error) {
			const view: ErrorView = errorView(error);
			job.state = entry.abort.signal.aborted && view.code === 'JOB_CANCELLED' ? 'cancelled' : 'failed';
			job.error = view;
			this.#finishSteps(job, 'failed');
		}
		job.endedAt = this.#clock.wallMs();
		job.cancellable = false;
		job.msLeft = null;
	}

	#progress(entry: Entry): Progress {
		const { job } = entry;
		return {
			signal: entry.abort.signal,
			step: (id, label, unit, total = null) => {
				this.#finishSteps(job, 'done');
				const known = job.steps.find((step) => step.id === id);
				const step: Step = known ?? { id, label, state: 'running', done: 0, total, unit };
				step.state = 'running';
				step.total = total ?? step.total;
				if (!known) {
					job.steps.push(step);
				}
				entry.byteStart = unit === 'bytes' ? { at: this.#clock.monotonicUs(), bytes: step.done } : null;
				job.progress = progressOf(job.steps);
			},
			moved: (done, total) => {
				const step = job.steps.find((candidate) => candidate.state === 'running');
				if (!step) {
					return;
				}
				step.done = done;
				step.total = total === undefined ? step.total : total;
				job.progress = progressOf(job.steps);
				this.#rate(entry, step);
			},
			decided: () => {
				job.cancellable = false;
			},
		};
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
		for (const step of job.steps) {
			if (step.state === 'running') {
				step.state = state;
				if (state === 'done' && step.total !== null) {
					step.done = step.total;
				}
			}
		}
	}

	#forgetOldest(): void {
		const finished = [...this.#entries.values()].filter((entry) => entry.job.state !== 'running');
		for (const entry of finished.slice(0, Math.max(0, finished.length - finishedJobsMax))) {
			this.#entries.delete(entry.job.id);
		}
	}
}

/** Share of all steps done, each counted alike; a step of unknown total counts as begun. */
function progressOf(steps: readonly Step[]): number | null {
	if (steps.length === 0) {
		return null;
	}
	let sum = 0;
	for (const step of steps) {
		if (step.state === 'done') {
			sum += 1;
		} else if (step.state === 'running' && step.total !== null && step.total > 0) {
			sum += Math.min(1, step.done / step.total);
		}
	}
	return sum / steps.length;
}
