import type { ConnectReply, ConnectTest, Job, KeepChoice, Part, PluginStatus, PointDetail, Status, Timeline } from '../wire.ts';
import { ask } from './ask.ts';

/* Every route that this page asks: PROTOCOL.md sections 8 and 9. */

const timelinePageSize = 50;
/** The test talks to an endpoint that may be slow, and counts tables and files. */
const connectTimeoutMs = 60_000;
/** A start answers when the agent does. */
const startTimeoutMs = 30_000;

/** Long work is answered with its job, bare or as `{ job }`. */
type JobAnswer = Job | { job: Job };
const jobIn = (answer: JobAnswer): Job => ('job' in answer ? answer.job : answer);
const askForJob = async (route: string, body: Record<string, unknown> = {}): Promise<Job> =>
	jobIn(await ask<JobAnswer>(route, { method: 'POST', body }));

export const routes = {
	status: () => ask<PluginStatus>('/status'),
	startAgent: () => ask<PluginStatus>('/agent/start', { method: 'POST', timeoutMs: startTimeoutMs }),
	testConnection: (code: string) =>
		ask<ConnectTest>('/connect/test', { method: 'POST', body: { code }, timeoutMs: connectTimeoutMs }),
	connect: (code: string) => ask<ConnectReply>('/connect', { method: 'POST', body: { code }, timeoutMs: connectTimeoutMs }),
	recoveryKey: () => ask<{ recoveryKey: string }>('/recovery-key'),
	answerCopied: (answer: 'moved' | 'copy') =>
		ask<Status>('/copied', { method: 'POST', body: { answer }, timeoutMs: connectTimeoutMs }),
	timeline: (before?: number) =>
		ask<Timeline>(`/timeline?limit=${timelinePageSize}${before === undefined ? '' : `&before=${before}`}`),
	point: (seq: number) => ask<PointDetail>(`/points/${seq}`),
	backUp: (name: string, pinned: boolean) => askForJob('/backup', { ...(name ? { name } : {}), pinned }),
	plan: (point: number, parts: Part[], keep: KeepChoice) => askForJob('/plan', { point, parts, keep }),
	restore: (plan: string) => askForJob('/restore', { plan }),
	undo: (restore: string | null) => askForJob('/undo', restore ? { restore } : {}),
	job: async (id: string) => jobIn(await ask<JobAnswer>(`/jobs/${encodeURIComponent(id)}`)),
	cancel: (id: string) => askForJob(`/jobs/${encodeURIComponent(id)}/cancel`),
};
