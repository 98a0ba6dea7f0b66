import apiFetch from '@wordpress/api-fetch';
import { ask, askTimeoutMs, AskFailed } from './ask.ts';

jest.mock('@wordpress/api-fetch');
const fetched = jest.mocked(apiFetch);

afterEach(() => jest.useRealTimers());

test('asks the plugin’s route', async () => {
	fetched.mockResolvedValueOnce({ ok: 1 });
	await expect(ask('/status')).resolves.toEqual({ ok: 1 });
	expect(fetched).toHaveBeenCalledWith(expect.objectContaining({ path: '/holdfast/v1/status', method: 'GET' }));
});

test('gives up after its time-out and aborts what was under way', async () => {
	jest.useFakeTimers();
	fetched.mockReturnValueOnce(new Promise(() => {}));
	const asked = ask('/status').catch((thrown: unknown) => thrown);
	await jest.advanceTimersByTimeAsync(askTimeoutMs);
	const thrown = await asked;
	expect(thrown).toBeInstanceOf(AskFailed);
	expect((thrown as AskFailed).failure).toMatchObject({ kind: 'away', reference: 'timeout' });
	expect(fetched.mock.lastCall?.[0].signal?.aborted).toBe(true);
});
