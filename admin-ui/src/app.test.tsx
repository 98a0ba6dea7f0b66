import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { drawApp, inMaintenance } from './drawn-app.tsx';
import { agentAway, error, job, plugin, point, status, step, timeline } from './fixtures.ts';
import type { ConnectTest } from './wire.ts';

jest.mock('@wordpress/api-fetch');

beforeEach(() => window.sessionStorage.clear());

const tested: ConnectTest = {
	checks: [
		{ id: 'reach', ok: true, message: 'It answers in 18 ms.' },
		{ id: 'space', ok: false, message: 'Only 1 GB is left there.' },
	],
	endpoint: { url: 'https://b', name: 'b', version: '0.1.0', sameMachine: true },
	scope: { tables: 47, rows: 1_204, files: 12_907, bytes: 2.6e9, leftOut: [{ what: 'wp-content/cache', why: 'a cache' }] },
};

describe('not connected', () => {
	const notConnected = { '/status': plugin({ status: status({ state: 'notConnected' }) }), '/connect/test': tested };

	test('nothing can be sent without a code; the test tells what it found', async () => {
		drawApp(notConnected);
		expect(await screen.findByRole('button', { name: 'Connect' })).toBeDisabled();
		await userEvent.type(screen.getByLabelText('Pairing code'), 'hf1-code');
		await userEvent.click(screen.getByRole('button', { name: 'Test the connection' }));
		expect(await screen.findByText('1 check failed. Nothing was changed.')).toBeVisible();
		expect(screen.getByText('Database: 47 tables with 1,204 rows')).toBeVisible();
		expect(screen.getByText(/not from losing this server/)).toBeVisible();
	});

	test('the recovery key stays until it is kept', async () => {
		const { answers } = drawApp({ ...notConnected, '/connect': { siteId: 'x', recoveryKey: 'KEY-1', endpoint: {} } });
		await userEvent.type(await screen.findByLabelText('Pairing code'), ' hf1-code\n');
		await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
		expect(await screen.findByText('KEY-1')).toBeVisible();
		answers['/status'] = plugin({ status: status({ state: 'firstBackup' }) });
		expect(screen.getByRole('button', { name: 'Go on' })).toBeDisabled();
		await userEvent.click(screen.getByLabelText('I have kept it'));
		await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
		expect(screen.queryByText('KEY-1')).toBeNull();
	});

	test('a refused code says what happened, whether anything changed, what to do, and a reference', async () => {
		const refused = () => {
			throw {
				error: error({ code: 'PAIRING_USED', message: 'This code was used already.', hint: 'Let the endpoint print a new one.' }),
			};
		};
		drawApp({ ...notConnected, '/connect': refused });
		await userEvent.type(await screen.findByLabelText('Pairing code'), 'hf1-code{Enter}');
		expect(await screen.findByText('This code was used already.')).toBeVisible();
		expect(screen.getByText('Nothing on the site was changed.')).toBeVisible();
		expect(screen.getByText('Let the endpoint print a new one.')).toBeVisible();
		expect(screen.getByText('Reference: PAIRING_USED · 9f31c0de')).toBeVisible();
	});
});

test('agent not running: why, the command, and Start', async () => {
	const { answers, bodiesOf } = drawApp({ '/status': agentAway() });
	expect(await screen.findByText(/No Node.js of version/)).toBeVisible();
	expect(screen.getByText(/holdfast run/)).toBeVisible();
	answers['/agent/start'] = () => {
		answers['/status'] = plugin();
		return plugin();
	};
	await userEvent.click(screen.getByRole('button', { name: 'Start' }));
	expect(await screen.findByText(/Protected up to/)).toBeVisible();
	expect(bodiesOf('/agent/start')).toHaveLength(1);
});

test('copied site: nothing is sent before the answer', async () => {
	const copied = { from: 'https://example.org', changed: ['The machine is another one'] };
	const { answers, asked, bodiesOf } = drawApp({ '/status': plugin({ status: status({ state: 'copied', copied }) }) });
	expect(await screen.findByRole('heading', { name: 'This looks like a copy of https://example.org' })).toBeVisible();
	expect(asked.every((one) => one.route === '/status')).toBe(true);
	answers['/copied'] = status({ state: 'notConnected' });
	await userEvent.click(screen.getByRole('button', { name: 'It is a copy' }));
	await waitFor(() => expect(bodiesOf('/copied')).toEqual([{ answer: 'copy' }]));
});

describe('first backup', () => {
	test('steps with counts', async () => {
		const running = job({
			kind: 'firstBackup',
			steps: [step('files', { state: 'running', done: 7_210, total: 12_907, unit: 'files' }), step('compare')],
		});
		drawApp({ '/status': plugin({ status: status({ state: 'firstBackup', jobs: [running] }) }) });
		expect(await screen.findByRole('heading', { name: 'First backup: 64%, about 40 seconds left' })).toBeVisible();
		expect(screen.getByText('7,210 of 12,907 files')).toBeVisible();
	});

	test('what is not known is not zero', async () => {
		drawApp({ '/status': plugin({ status: status({ state: 'firstBackup' }) }) });
		expect(await screen.findByRole('heading', { name: 'The first backup is getting ready' })).toBeVisible();
		expect(screen.getByRole('progressbar')).not.toHaveAttribute('value');
	});
});

describe('overview', () => {
	test('the last moment first, then the timeline', async () => {
		drawApp();
		expect(await screen.findByText(/Protected up to 1\d seconds ago/)).toHaveAttribute('data-tone', 'live');
		expect(await screen.findByRole('button', { name: /Shipping and returns.*Tom.*2 rows/ })).toBeVisible();
		expect(screen.getByRole('button', { name: /Before the sale.*kept/ })).toBeVisible();
	});

	test('a timeline that cannot be read is not an empty one', async () => {
		drawApp({ '/timeline': inMaintenance });
		expect(await screen.findByText('WordPress does not answer right now.')).toBeVisible();
		expect(screen.queryByText('No moment is recorded yet.')).toBeNull();
	});

	test('problems and capture that does not work are shown, and there is no live dot', async () => {
		drawApp({
			'/status': plugin({ capture: { ok: false, problem: 'The disk is full.' }, status: status({ problems: [error()] }) }),
		});
		expect(await screen.findByText('The endpoint backup.example.net does not answer.')).toBeVisible();
		expect(screen.getByText(/The disk is full/)).toBeVisible();
		expect(screen.getByText(/Protected up to/)).toHaveAttribute('data-tone', 'waiting');
	});

	test('nobody answers from the start: said, and drawn as nothing else', async () => {
		drawApp({ '/status': inMaintenance });
		expect(await screen.findByText('WordPress does not answer right now.')).toBeVisible();
		expect(screen.queryByText(/Protected|Connect|not running/)).toBeNull();
	});

	test('an incomplete point says what is missing', async () => {
		drawApp({ '/timeline': timeline([point(812, { status: 'incomplete', missing: ['uploads/film.mp4'] })]) });
		expect(await screen.findByRole('button', { name: /Missing: uploads\/film.mp4.*Incomplete/ })).toBeVisible();
	});

	test('back up now: recorded only when the endpoint has it', async () => {
		const { answers, bodiesOf } = drawApp({
			'/backup': job({ id: 'b', kind: 'backup' }),
			'/jobs/b': job({ id: 'b', kind: 'backup' }),
		});
		await userEvent.click(await screen.findByRole('button', { name: 'Back up now' }));
		await userEvent.type(screen.getByLabelText('Name'), 'Before the sale');
		await userEvent.click(screen.getAllByRole('button', { name: 'Back up now' }).at(-1)!);
		expect(await screen.findByText(/Sending what is new/)).toBeVisible();
		expect(screen.queryByText(/Recorded/)).toBeNull();
		expect(bodiesOf('/backup')).toEqual([{ name: 'Before the sale', pinned: true }]);
		answers['/jobs/b'] = job({ id: 'b', kind: 'backup', state: 'done', result: point(813) });
		expect(await screen.findByText(/Recorded: your site as of/)).toBeVisible();
	});
});
