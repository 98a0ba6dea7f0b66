import apiFetch from '@wordpress/api-fetch';
import { failureOf, type Failure } from './failure.ts';

export const askTimeoutMs = 10_000;

/** Thrown by every request of this page; carries what to tell. */
export class AskFailed extends Error {
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(failure.message);
		this.name = 'AskFailed';
		this.failure = failure;
	}
}

interface Question {
	method?: 'GET' | 'POST';
	body?: Record<string, unknown>;
	timeoutMs?: number;
}

/** One request to the plugin's REST routes. Ends within its time-out, whatever the network does. */
export async function ask<Answer>(
	route: string,
	{ method = 'GET', body, timeoutMs = askTimeoutMs }: Question = {},
): Promise<Answer> {
	const abort = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const tooLate = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => {
			abort.abort();
			reject({ code: 'timeout' });
		}, timeoutMs);
	});
	try {
		const options = {
			path: `/holdfast/v1${route}`,
			method,
			signal: abort.signal,
			...(method === 'POST' ? { data: body ?? {} } : {}),
		};
		return (await Promise.race([apiFetch(options), tooLate])) as Answer;
	} catch (thrown) {
		throw new AskFailed(failureOf(thrown));
	} finally {
		clearTimeout(timer);
	}
}

/** What a caught value tells; anything that is not ours is read like an answer of WordPress. */
export function failureIn(thrown: unknown): Failure {
	return thrown instanceof AskFailed ? thrown.failure : failureOf(thrown);
}
