import { __ } from '@wordpress/i18n';
import type { ErrorView } from '../wire.ts';

/**
 * Why a request brought no answer.
 *
 * - `refused`: Holdfast answered, with an error of its own.
 * - `away`: nobody answered in time, or something other than WordPress' REST did (maintenance, a proxy's page). Nothing is known; asking again is right.
 * - `signedOut`: WordPress no longer knows who is asking.
 */
export type FailureKind = 'refused' | 'away' | 'signedOut';

export interface Failure extends ErrorView {
	kind: FailureKind;
}

const signedOutCodes = new Set(['rest_cookie_invalid_nonce', 'rest_not_logged_in', 'invalid_nonce']);
const awayCodes = new Set(['fetch_error', 'offline_error', 'invalid_json', 'wp_die', 'timeout']);
const serverErrorMin = 500;

/** Reads whatever `apiFetch` has thrown. */
export function failureOf(thrown: unknown): Failure {
	const view = errorViewIn(thrown);
	if (view) {
		return { ...view, kind: 'refused' };
	}
	const { code, message, status } = wordpressErrorIn(thrown);
	if (signedOutCodes.has(code) || status === 401) {
		return signedOut(code);
	}
	if (awayCodes.has(code) || status >= serverErrorMin) {
		return away(status ? `${code}_${status}` : code);
	}
	return {
		kind: 'refused',
		code,
		message: message || __('WordPress refused this request.', 'holdfast'),
		changed: __('Nothing on the site was changed.', 'holdfast'),
		hint: __('Reload this page. If it happens again, look into the error log of your web server.', 'holdfast'),
		retry: 'later',
		reference: code,
	};
}

function signedOut(code: string): Failure {
	return {
		kind: 'signedOut',
		code,
		message: __('WordPress has signed you out.', 'holdfast'),
		changed: __('What was running goes on without this page.', 'holdfast'),
		hint: __('Sign in again in another tab, then come back. This page finds its place by itself.', 'holdfast'),
		retry: 'later',
		reference: code,
	};
}

function away(reference: string): Failure {
	return {
		kind: 'away',
		code: reference,
		message: __('WordPress does not answer right now.', 'holdfast'),
		changed: __('Whether anything has changed since the last answer is not known.', 'holdfast'),
		hint: __('This page keeps asking.', 'holdfast'),
		retry: 'now',
		reference,
	};
}

/** WordPress answers, the agent does not. */
export function silentAgent({ why, code }: { why: string | null; code: string | null }): Failure {
	const reference = code ?? 'AGENT_SILENT';
	return { ...away(reference), message: why ?? __('Holdfast’s agent does not answer right now.', 'holdfast') };
}

/** `{ error }` as the agent sends it, or inside the `data` of a WordPress error. */
function errorViewIn(thrown: unknown): ErrorView | null {
	const body = asRecord(thrown);
	for (const candidate of [body.error, asRecord(body.data).error]) {
		const view = asRecord(candidate);
		if (typeof view.code === 'string' && typeof view.message === 'string') {
			return {
				code: view.code,
				message: view.message,
				changed: asText(view.changed),
				hint: asText(view.hint),
				retry: view.retry === 'now' || view.retry === 'later' ? view.retry : 'never',
				reference: asText(view.reference) || view.code,
			};
		}
	}
	return null;
}

function wordpressErrorIn(thrown: unknown): { code: string; message: string; status: number } {
	const body = asRecord(thrown);
	const status = Number(asRecord(body.data).status ?? 0);
	const aborted = body.name === 'AbortError';
	return {
		code: aborted ? 'timeout' : asText(body.code) || 'unknown',
		message: asText(body.message),
		status: Number.isFinite(status) ? status : 0,
	};
}

function asRecord(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
