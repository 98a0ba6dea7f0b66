import type { Job, PluginStatus, PointDetail, Status } from '../wire.ts';
import { nothingRead, type Reading, type State, type TimelineState } from './state.ts';

const noDetail = nothingRead<PointDetail>();
const noJob = nothingRead<Job>();

export const getPlugin = (state: State): Reading<PluginStatus> => state.plugin;
export const getStatus = (state: State): Status | null => state.plugin.value?.status ?? null;
export const getTimeline = (state: State): TimelineState => state.timeline;
/** Its newest page does not belong to the head that the status tells. A timeline that nobody has looked at is not stale. */
export const isTimelineStale = (state: State): boolean => {
	const head = getStatus(state)?.head ?? null;
	return head !== null && (state.timeline.failure !== null || (state.timeline.loaded && state.timeline.readAtHead !== head.hash));
};
export const getOldestSeq = (state: State): number | null => state.timeline.points.at(-1)?.seq ?? null;

export const getPointDetail = (state: State, seq: number): Reading<PointDetail> => state.details[seq] ?? noDetail;
export const getJob = (state: State, id: string): Reading<Job> => state.jobs[id] ?? noJob;
export const getKeyToKeep = (state: State): string | null => state.keyToKeep;

/** A restore or undo that runs now, whoever started it. */
export const getRunningRestore = (state: State): Job | null =>
	getStatus(state)?.jobs.find((job) => job.state === 'running' && (job.kind === 'restore' || job.kind === 'undo')) ?? null;

/** The restore that belongs on screen: a running one before one whose result is still to be read. */
export const getWatchedJob = (state: State): string | null => getRunningRestore(state)?.id ?? state.watchedJob;
