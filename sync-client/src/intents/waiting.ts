import type { RequestLog } from './request-log.ts';

/**
 * What is not forgotten yet: intents, files and activities; the oldest in monotonic µs; whether any of it is more than quiet;
 * whether an intent is still open.
 */
export type Waiting = { changes: number; oldestUs: number | null; loud: boolean; open: boolean };

export function waitingIn(requests: Iterable<RequestLog>): Waiting {
	const waiting: Waiting = { changes: 0, oldestUs: null, loud: false, open: false };
	const count = (t: number, isQuiet: boolean): void => {
		waiting.changes++;
		waiting.oldestUs = Math.min(waiting.oldestUs ?? t, t);
		waiting.loud ||= !isQuiet;
	};
	for (const request of requests) {
		for (const intent of request.intents.values()) {
			if (!intent.forgotten) {
				count(intent.writtenUs, intent.scope.quiet);
			}
		}
		request.files.filter((file) => !file.forgotten).forEach((file) => count(file.seenUs, false));
		request.activities.slice(request.activitiesTold).forEach((told) => count(told.t, told.activity.quiet));
		waiting.open ||= request.hasOpen;
	}
	return waiting;
}
