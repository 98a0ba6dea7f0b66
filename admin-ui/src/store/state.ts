import type { Failure } from '../requests/failure.ts';
import type { Job, PluginStatus, Point, PointDetail } from '../wire.ts';

/** The last answer to a question that is asked again and again, and how asking has gone since. A failure never erases what was known. */
export interface Reading<Value> {
	value: Value | null;
	/** Browser's clock when the value came. */
	at: number | null;
	failure: Failure | null;
	failuresInRow: number;
}

export interface TimelineState {
	points: Point[];
	more: boolean;
	firstRestorable: number | null;
	/** Hash of the head at which the newest page was read; null: never. */
	readAtHead: string | null;
	loaded: boolean;
	loadingOlder: boolean;
	failure: Failure | null;
}

export interface State {
	plugin: Reading<PluginStatus>;
	timeline: TimelineState;
	details: Record<number, Reading<PointDetail>>;
	jobs: Record<string, Reading<Job>>;
	/** The restore or undo that is on screen, until its result has been read. */
	watchedJob: string | null;
	/** The recovery key right after pairing, until its owner has kept it. */
	keyToKeep: string | null;
}

export function nothingRead<Value>(): Reading<Value> {
	return { value: null, at: null, failure: null, failuresInRow: 0 };
}

export const emptyTimeline: TimelineState = {
	points: [],
	more: false,
	firstRestorable: null,
	readAtHead: null,
	loaded: false,
	loadingOlder: false,
	failure: null,
};

export const initialState: State = {
	plugin: nothingRead(),
	timeline: emptyTimeline,
	details: {},
	jobs: {},
	watchedJob: null,
	keyToKeep: null,
};
