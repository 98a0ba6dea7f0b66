import pRetry, { AbortError } from 'p-retry';
import { HoldfastError } from '../errors.ts';
import type { Endpoint } from '../ports/endpoint.ts';

export type RetryLimits = {
	retriesMax: number;
	retryDelayMsMin: number;
	retryDelayMsMax: number;
};
/** The work of the agent: until it succeeds or the agent stops. What is not durable stays in the intent log meanwhile. */
export const retryForEver: RetryLimits = { retriesMax: Infinity, retryDelayMsMin: 250, retryDelayMsMax: 30_000 };
/** For questions that a person waits for. */
export const retryBriefly: RetryLimits = { retriesMax: 2, retryDelayMsMin: 250, retryDelayMsMax: 1_000 };

export type RetryWatch = {
	signal?: AbortSignal;
	/** A call failed and will be tried again. */
	onFailed?: (error: HoldfastError) => void;
	/** A call succeeded. */
	onAnswered?: () => void;
};

/** The endpoint, with calls repeated where the error says that waiting helps. Every call of the port may be repeated. */
export function withRetries(endpoint: Endpoint, limits: RetryLimits, watch: RetryWatch = {}): Endpoint {
	const retry = async <T>(call: () => Promise<T>): Promise<T> => {
		try {
			const answer = await pRetry(() => call().catch(hopeless), {
				retries: limits.retriesMax,
				factor: 2,
				minTimeout: limits.retryDelayMsMin,
				maxTimeout: limits.retryDelayMsMax,
				randomize: true,
				...(watch.signal ? { signal: watch.signal } : {}),
				onFailedAttempt: async ({ error }) => {
					if (error instanceof HoldfastError) {
						watch.onFailed?.(error);
						await waited(Math.min(error.retryAfterMs ?? 0, limits.retryDelayMsMax), watch.signal);
					}
				},
			});
			watch.onAnswered?.();
			return answer;
		} catch (error) {
			if (watch.signal?.aborted === true && !(error instanceof HoldfastError && error.retry === 'never')) {
				throw new HoldfastError('AGENT_STOPPING', 'The agent is ending; what was not sent is kept.', { cause: error });
			}
			throw error;
		}
	};
	return {
		health: () => retry(() => endpoint.health()),
		pair: (request) => retry(() => endpoint.pair(request)),
		takeOver: (request) => retry(() => endpoint.takeOver(request)),
		site: () => retry(() => endpoint.site()),
		allowReader: (readHash) => retry(() => endpoint.allowReader(readHash)),
		missingChunks: (ids) => retry(() => endpoint.missingChunks(ids)),
		putPack: (name, bytes) => retry(() => endpoint.putPack(name, bytes)),
		append: (commit) => retry(() => endpoint.append(commit)),
		commits: (after, limit, sections) => retry(() => endpoint.commits(after, limit, sections)),
		commit: (seq) => retry(() => endpoint.commit(seq)),
		readChunks: (ids) => retry(() => endpoint.readChunks(ids)),
	};
}

/** Ends the retries where waiting does not help. */
function hopeless(error: unknown): never {
	if (error instanceof HoldfastError && error.retry === 'later') {
		throw error;
	}
	throw new AbortError(error as Error);
}

const waited = (ms: number, signal?: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
	});
