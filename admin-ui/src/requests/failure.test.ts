import { error } from '../fixtures.ts';
import { failureOf } from './failure.ts';

describe('failureOf', () => {
	test('an error of Holdfast is shown as it came, bare or inside a WordPress error', () => {
		const view = error({ code: 'RESTORE_NOTHING_CHOSEN' });
		expect(failureOf({ error: view })).toMatchObject({ ...view, kind: 'refused' });
		expect(failureOf({ code: 'holdfast', message: '', data: { status: 400, error: view } })).toMatchObject({
			...view,
			kind: 'refused',
		});
	});

	test.each([
		['maintenance page', { code: 'invalid_json', message: 'The response is not a valid JSON response.' }],
		['maintenance as JSON', { code: 'wp_die', message: 'Briefly unavailable', data: { status: 503 } }],
		['fatal error', { code: 'internal_server_error', message: '<p>…', data: { status: 500 } }],
		['no network', { code: 'fetch_error', message: 'Could not get a valid response from the server.' }],
		['browser offline', { code: 'offline_error', message: '' }],
		['time-out', Object.assign(new Error('aborted'), { name: 'AbortError' })],
	])('%s: not known, asked again', (_name, thrown) => {
		expect(failureOf(thrown)).toMatchObject({ kind: 'away', retry: 'now' });
		expect(failureOf(thrown).reference).not.toBe('');
	});

	test.each([
		['expired nonce', { code: 'rest_cookie_invalid_nonce', message: 'Cookie check failed', data: { status: 403 } }],
		['no session', { code: 'rest_not_logged_in', message: '', data: { status: 401 } }],
	])('%s: signed out', (_name, thrown) => {
		expect(failureOf(thrown).kind).toBe('signedOut');
	});

	test('any other refusal of WordPress keeps its words and code', () => {
		expect(
			failureOf({ code: 'rest_forbidden', message: 'Sorry, you are not allowed to do that.', data: { status: 403 } }),
		).toMatchObject({
			kind: 'refused',
			message: 'Sorry, you are not allowed to do that.',
			reference: 'rest_forbidden',
		});
	});

	test.each([undefined, null, 'text', 7, {}, { error: 'text' }, { error: { code: 1 } }])(
		'anything at all (%p) becomes something to tell',
		(thrown) => {
			const failure = failureOf(thrown);
			expect(failure.message).not.toBe('');
			expect(failure.hint).not.toBe('');
			expect(failure.reference).not.toBe('');
		},
	);
});
