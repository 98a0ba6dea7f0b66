import { silentAgent, type Failure } from '../requests/failure.ts';
import type { Job, PluginStatus, PointDetail, Timeline } from '../wire.ts';
import { initialState, nothingRead, type Reading, type State } from './state.ts';
import { withNewest, withOlder } from './timeline-pages.ts';

export type Action =
	| { type: 'PLUGIN_READ'; value: PluginStatus; at: number }
	| { type: 'PLUGIN_FAILED'; failure: Failure }
	| { type: 'TIMELINE_READ'; page: Timeline; head: string | null }
	| { type: 'OLDER_ASKED' }
	| { type: 'OLDER_READ'; page: Timeline }
	| { type: 'TIMELINE_FAILED'; failure: Failure }
	| { type: 'DETAIL_READ'; seq: number; value: PointDetail; at: number }
	| { type: 'DETAIL_FAILED'; seq: number; failure: Failure }
	| { type: 'JOB_READ'; id: string; value: Job; at: number }
	| { type: 'JOB_FAILED'; id: string; failure: Failure }
	| { type: 'JOB_WATCHED'; id: string | null }
	| { type: 'KEY_SHOWN'; key: string | null };

function read<Value>(value: Value, at: number): Reading<Value> {
	return { value, at, failure: null, failuresInRow: 0 };
}

function failed<Value>(before: Reading<Value> | undefined, failure: Failure): Reading<Value> {
	const known = before ?? nothingRead<Value>();
	return { ...known, failure, failuresInRow: known.failuresInRow + 1 };
}

/** How often in a row the agent may be silent before its absence takes the screen: about half a minute. */
const silencesMax = 15;

/**
 * The plugin answers, the agent is alive, but had no time for the status: what was known stays, so that a slow moment
 * takes nobody's half-made choices away.
 */
function pluginRead(before: Reading<PluginStatus>, value: PluginStatus, at: number): Reading<PluginStatus> {
	const silent = value.status === null && value.agent.running;
	return silent && before.value?.status && before.failuresInRow < silencesMax
		? failed(before, silentAgent(value.agent))
		: read(value, at);
}

export function reducer(state: State = initialState, action: Action): State {
	switch (action.type) {
		case 'PLUGIN_READ':
			return { ...state, plugin: pluginRead(state.plugin, action.value, action.at) };
		case 'PLUGIN_FAILED':
			return { ...state, plugin: failed(state.plugin, action.failure) };
		case 'TIMELINE_READ':
			return { ...state, timeline: withNewest(state.timeline, action.page, action.head) };
		case 'OLDER_ASKED':
			return { ...state, timeline: { ...state.timeline, loadingOlder: true } };
		case 'OLDER_READ':
			return { ...state, timeline: withOlder(state.timeline, action.page) };
		case 'TIMELINE_FAILED':
			return { ...state, timeline: { ...state.timeline, loadingOlder: false, failure: action.failure } };
		case 'DETAIL_READ':
			return { ...state, details: { ...state.details, [action.seq]: read(action.value, action.at) } };
		case 'DETAIL_FAILED':
			return { ...state, details: { ...state.details, [action.seq]: failed(state.details[action.seq], action.failure) } };
		case 'JOB_READ':
			return { ...state, jobs: { ...state.jobs, [action.id]: read(action.value, action.at) } };
		case 'JOB_FAILED':
			return { ...state, jobs: { ...state.jobs, [action.id]: failed(state.jobs[action.id], action.failure) } };
		case 'JOB_WATCHED':
			return { ...state, watchedJob: action.id };
		case 'KEY_SHOWN':
			return { ...state, keyToKeep: action.key };
		default:
			return state;
	}
}
