import { failureIn } from '../requests/ask.ts';
import type { Failure } from '../requests/failure.ts';
import { routes } from '../requests/routes.ts';
import type { ConnectReply, Job, KeepChoice, Part } from '../wire.ts';
import type { Action } from './reducer.ts';
import type * as selectors from './selectors.ts';
import { rememberJob } from './watched-job.ts';

type Bound<Selectors> = {
	[Name in keyof Selectors]: Selectors[Name] extends (state: never, ...rest: infer Rest) => infer Result
		? (...rest: Rest) => Result
		: never;
};

interface Thunked {
	dispatch: <Result>(action: Action | Thunk<Result>) => Result;
	select: Bound<typeof selectors>;
}

export type Thunk<Result> = (store: Thunked) => Result;

/** True when it was answered: what polling wants to know. */
type Asked = Thunk<Promise<boolean>>;

/** Asks, and hands what came to one of two actions. */
async function reading<Value>(
	question: Promise<Value>,
	answered: (value: Value) => void,
	failed: (failure: Failure) => void,
): Promise<boolean> {
	try {
		answered(await question);
		return true;
	} catch (thrown) {
		failed(failureIn(thrown));
		return false;
	}
}

/** The status; and the timeline's newest page where the head has moved since it was read. */
export const refreshPlugin =
	(): Asked =>
	async ({ dispatch, select }) => {
		const answered = await reading(
			routes.status(),
			(value) => dispatch({ type: 'PLUGIN_READ', value, at: Date.now() }),
			(failure) => dispatch({ type: 'PLUGIN_FAILED', failure }),
		);
		// Not getTimeline(): asking for it would load it.
		if (answered && select.isTimelineStale()) {
			await dispatch(refreshTimeline());
		}
		return answered;
	};

export const refreshTimeline =
	(): Asked =>
	async ({ dispatch, select }) => {
		const head = select.getStatus()?.head?.hash ?? null;
		return reading(
			routes.timeline(),
			(page) => dispatch({ type: 'TIMELINE_READ', page, head }),
			(failure) => dispatch({ type: 'TIMELINE_FAILED', failure }),
		);
	};

export const loadOlder =
	(): Asked =>
	async ({ dispatch, select }) => {
		const oldest = select.getOldestSeq();
		if (oldest === null) {
			return true;
		}
		dispatch({ type: 'OLDER_ASKED' });
		return reading(
			routes.timeline(oldest),
			(page) => dispatch({ type: 'OLDER_READ', page }),
			(failure) => dispatch({ type: 'TIMELINE_FAILED', failure }),
		);
	};

export const loadPointDetail =
	(seq: number): Asked =>
	async ({ dispatch }) =>
		reading(
			routes.point(seq),
			(value) => dispatch({ type: 'DETAIL_READ', seq, value, at: Date.now() }),
			(failure) => dispatch({ type: 'DETAIL_FAILED', seq, failure }),
		);

export const refreshJob =
	(id: string): Asked =>
	async ({ dispatch }) =>
		reading(
			routes.job(id),
			(value) => dispatch({ type: 'JOB_READ', id, value, at: Date.now() }),
			(failure) => dispatch({ type: 'JOB_FAILED', id, failure }),
		);

/** Keeps a restore on screen until its result was read; null lets it go. */
export const watchJob = (id: string | null): Action => {
	rememberJob(id);
	return { type: 'JOB_WATCHED', id };
};

/* What follows changes something. Each rejects with AskFailed: whoever asked says so where it was asked. */

const started =
	(question: () => Promise<Job>): Thunk<Promise<Job>> =>
	async ({ dispatch }) => {
		const job = await question();
		dispatch({ type: 'JOB_READ', id: job.id, value: job, at: Date.now() });
		return job;
	};

export const startPlan = (point: number, parts: Part[], keep: KeepChoice) => started(() => routes.plan(point, parts, keep));
export const startBackup = (name: string, pinned: boolean) => started(() => routes.backUp(name, pinned));
export const cancelJob = (id: string) => started(() => routes.cancel(id));

const watched =
	(question: () => Promise<Job>): Thunk<Promise<Job>> =>
	async ({ dispatch }) => {
		const job = await dispatch(started(question));
		dispatch(watchJob(job.id));
		return job;
	};

export const startRestore = (plan: string) => watched(() => routes.restore(plan));
export const startUndo = (restore: string | null) => watched(() => routes.undo(restore));

export const connect =
	(code: string): Thunk<Promise<ConnectReply>> =>
	async ({ dispatch }) => {
		const reply = await routes.connect(code);
		dispatch({ type: 'KEY_SHOWN', key: reply.recoveryKey });
		return reply;
	};

export const showRecoveryKey =
	(): Thunk<Promise<void>> =>
	async ({ dispatch }) => {
		const { recoveryKey } = await routes.recoveryKey();
		dispatch({ type: 'KEY_SHOWN', key: recoveryKey });
	};

export const keptRecoveryKey = (): Action => ({ type: 'KEY_SHOWN', key: null });

export const answerCopied =
	(answer: 'moved' | 'copy'): Thunk<Promise<void>> =>
	async ({ dispatch }) => {
		await routes.answerCopied(answer);
		await dispatch(refreshPlugin());
	};

export const startAgent =
	(): Thunk<Promise<void>> =>
	async ({ dispatch }) => {
		await routes.startAgent();
		await dispatch(refreshPlugin());
	};
