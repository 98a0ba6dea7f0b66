import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { drawApp, inMaintenance, type Answers } from '../drawn-app.tsx';
import { error, job, plan, plugin, result, status, step } from '../fixtures.ts';
import { rememberJob, rememberedJob } from '../store/watched-job.ts';

jest.mock('@wordpress/api-fetch');

beforeEach(() => window.sessionStorage.clear());

const detail = { '/points/812': { point: {}, entries: [{ what: 'row', change: 'put', label: 'wp_posts ID=12' }], more: false } };
const plans: Answers = {
	...detail,
	'/plan': job({ id: 'p', kind: 'plan' }),
	'/jobs/p': job({ id: 'p', kind: 'plan', state: 'done', result: plan() }),
};

async function toWhat() {
	await userEvent.click(await screen.findByRole('button', { name: /Shipping and returns/ }));
	expect(await screen.findByText('wp_posts ID=12')).toBeVisible();
	await userEvent.click(screen.getByRole('button', { name: 'Restore to this moment' }));
	return screen.findByRole('heading', { name: 'What shall go back?' });
}

describe('choosing', () => {
	test('nothing chosen is never everything: the way on is shut, and it says why', async () => {
		const { bodiesOf } = drawApp(plans);
		expect(await toWhat()).toHaveFocus();
		const everything = screen.getByLabelText('Everything');
		expect(everything).toBeChecked();
		await userEvent.click(everything);
		expect(screen.getByLabelText('Database')).not.toBeChecked();
		expect(screen.getByText('Nothing is chosen, so nothing would be restored.')).toBeVisible();
		expect(screen.getByRole('button', { name: 'Show what would change' })).toBeDisabled();
		expect(bodiesOf('/plan')).toEqual([]);
	});

	test('some boxes make the upper one half; what is asked for is exactly what is ticked', async () => {
		const { bodiesOf } = drawApp(plans);
		await toWhat();
		await userEvent.click(screen.getByLabelText('Everything'));
		await userEvent.click(screen.getByLabelText('Database'));
		await userEvent.click(screen.getByLabelText('Plugins'));
		expect(screen.getByLabelText('Everything')).toBePartiallyChecked();
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		await waitFor(() => expect(bodiesOf('/plan')).toEqual([{ point: 812, parts: ['database', 'plugins'], keep: {} }]));
	});

	test('a shop: newer orders and passwords are kept unless the person chooses otherwise', async () => {
		const { bodiesOf } = drawApp({ ...plans, '/status': plugin({ status: status({ shop: true }) }) });
		await toWhat();
		expect(screen.getByLabelText('Keep newer orders')).toBeChecked();
		expect(screen.getByLabelText('As it is now')).toBeChecked();
		await userEvent.click(screen.getByLabelText('As it was then, less what was sold since'));
		await userEvent.click(screen.getByLabelText('Keep passwords'));
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		await waitFor(() => expect(bodiesOf('/plan')).toEqual([{ point: 812, parts: ['everything'], keep: { stock: 'thenLessSold', accounts: 'then' } }]));
	});

	test('without a shop nothing is asked about orders', async () => {
		drawApp(plans);
		await toWhat();
		expect(screen.queryByLabelText('Keep newer orders')).not.toBeInTheDocument();
	});

	test('newer orders that go are told before, and nothing is asked about stock then', async () => {
		drawApp({ ...plans, '/status': plugin({ status: status({ shop: true }) }) });
		await toWhat();
		await userEvent.click(screen.getByLabelText('Keep newer orders'));
		expect(screen.getByText(/Orders that came since are removed/)).toBeVisible();
		expect(screen.queryByLabelText('As it is now')).not.toBeInTheDocument();
	});

	test('no moment is chosen for the person who asks', async () => {
		drawApp(plans);
		await userEvent.click(await screen.findByRole('button', { name: 'Restore…' }));
		expect(screen.getByText('No moment is chosen.')).toBeVisible();
		expect(screen.getByRole('button', { name: 'Next' })).toBeDisabled();
	});
});

describe('preview', () => {
	const toPreview = async (answers: Answers = plans) => {
		const drawn = drawApp(answers);
		await toWhat();
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		return drawn;
	};
	const planned = (changed: Parameters<typeof plan>[0]): Answers => ({
		...plans,
		'/jobs/p': job({ id: 'p', kind: 'plan', state: 'done', result: plan(changed) }),
	});

	test('the plan is shown, nothing is restored before its button, and the button says what it does', async () => {
		const { answers, bodiesOf } = await toPreview();
		const button = await screen.findByRole('button', { name: 'Restore 1 table, 163 rows, and 312 files' });
		expect(screen.getByText('settings (41)')).toBeVisible();
		expect(screen.getByText(/Checkout Blocks 9.1 was tested/)).toBeVisible();
		expect(bodiesOf('/restore')).toEqual([]);
		answers['/restore'] = answers['/jobs/r'] = job({ id: 'r' });
		await userEvent.click(button);
		expect(await screen.findByRole('heading', { name: /Restoring: 64%/ })).toBeVisible();
		expect(bodiesOf('/restore')).toEqual([{ plan: 'plan-1' }]);
		expect(rememberedJob()).toBe('r');
	});

	test('what is kept of a shop, and the stock of its products, are shown', async () => {
		const shop = plan({
			keep: { orders: true, stock: 'now', accounts: 'now', added: [], newer: { orders: 2, customers: 1 } },
			stock: [{ id: 10, name: 'Boat', now: 4, then: 5, sold: 1, planned: 4 }],
		});
		await toPreview({ ...plans, '/jobs/p': job({ id: 'p', kind: 'plan', state: 'done', result: shop }) });
		expect(await screen.findByText('Kept: 2 newer orders and 1 newer customer.')).toBeVisible();
		await userEvent.click(screen.getByText('Stock of products'));
		expect(screen.getByRole('row', { name: 'Boat 4 5 1 4' })).toBeInTheDocument();
	});

	test('an empty plan offers no button', async () => {
		await toPreview(planned({ empty: true, kinds: [], tables: [] }));
		expect(await screen.findByText('There is nothing to restore.')).toBeVisible();
		expect(screen.queryByRole('button', { name: /^Restore/ })).toBeNull();
	});

	test('what does not fit cannot be started', async () => {
		await toPreview(planned({ needBytes: 2, freeBytes: 1 }));
		expect(await screen.findByRole('button', { name: /^Restore 1 table/ })).toBeDisabled();
		expect(screen.getByText(/make room first/)).toBeVisible();
	});
});

describe('running', () => {
	const steps = [
		step('stage', { state: 'done', done: 3, total: 3, unit: 'files' }),
		step('switch', { state: 'running', done: 20, total: 41 }),
	];
	const running = job({ id: 'r', steps });

	test('is found again after a reload, through status.jobs', async () => {
		drawApp({ '/status': plugin({ status: status({ state: 'restoring', jobs: [running] }) }), '/jobs/r': running });
		expect(await screen.findByRole('heading', { name: /Restoring: 64%/ })).toBeVisible();
		expect(screen.getByText('20 of 41 rows')).toBeVisible();
		expect(rememberedJob()).toBe('r');
	});

	test('WordPress in maintenance: says so, keeps what was known, keeps asking, and shows the result when it comes', async () => {
		rememberJob('r');
		const { answers } = drawApp({ '/jobs/r': running });
		await screen.findByRole('heading', { name: /Restoring: 64%/ });
		answers['/jobs/r'] = answers['/status'] = inMaintenance;
		expect(await screen.findByText(/The site is in maintenance for the switch/)).toBeVisible();
		expect(screen.getByText('20 of 41 rows')).toBeVisible();
		expect(screen.queryByText(/Your site equals/)).toBeNull();
		answers['/jobs/r'] = job({ id: 'r', state: 'done', result: result() });
		expect(await screen.findByRole('heading', { name: /Your site equals/ })).toHaveFocus();
	});

	test('signed out: says so and goes on', async () => {
		rememberJob('r');
		drawApp({
			'/jobs/r': () => {
				throw { code: 'rest_cookie_invalid_nonce', message: 'Cookie check failed', data: { status: 403 } };
			},
		});
		expect(await screen.findByRole('link', { name: /Sign in in another tab/ })).toBeVisible();
	});

	test('Cancel until the switch, not after', async () => {
		rememberJob('r');
		const { answers, bodiesOf } = drawApp({ '/jobs/r': running, '/jobs/r/cancel': running });
		await userEvent.click(await screen.findByRole('button', { name: 'Cancel the restore' }));
		expect(bodiesOf('/jobs/r/cancel')).toHaveLength(1);
		answers['/jobs/r'] = { ...running, cancellable: false };
		expect(await screen.findByText(/The switch is decided/)).toBeVisible();
		expect(screen.queryByRole('button', { name: 'Cancel the restore' })).toBeNull();
	});

	test('a job that the agent no longer knows is not a success', async () => {
		rememberJob('r');
		drawApp({
			'/jobs/r': () => {
				throw { error: error({ code: 'JOB_UNKNOWN' }) };
			},
		});
		expect(await screen.findByRole('heading', { name: 'What came of the restore is not known' })).toBeVisible();
		await userEvent.click(screen.getByRole('button', { name: 'Back to the timeline' }));
		expect(await screen.findByText(/Protected up to/)).toBeVisible();
		expect(rememberedJob()).toBeNull();
	});
});

describe('result', () => {
	const ended = (changed: Parameters<typeof job>[0]) => {
		rememberJob('r');
		return drawApp({ '/jobs/r': job({ id: 'r', state: 'done', progress: 1, ...changed }) });
	};

	test('equal: numbers, what was kept, and Undo', async () => {
		const { answers, bodiesOf } = ended({ result: result() });
		expect(await screen.findByText(/1,204 rows and 12,907 files compared, 0 differ, 2 kept/)).toBeVisible();
		await userEvent.click(screen.getByRole('button', { name: 'Undo this restore' }));
		answers['/undo'] = answers['/jobs/u'] = job({ id: 'u', kind: 'undo' });
		await userEvent.click(screen.getAllByRole('button', { name: 'Undo this restore' }).at(-1)!);
		expect(await screen.findByRole('heading', { name: /Undoing the restore/ })).toBeVisible();
		expect(bodiesOf('/undo')).toEqual([{ restore: 'restore-1' }]);
	});

	test('not equal: Undo comes first, then what differs; nothing looks like success', async () => {
		const { container } = ended({
			result: result({ equal: false, differing: [{ what: 'wp_options option_id=12', why: 'too long' }] }),
		});
		expect(await screen.findByRole('heading', { name: /does not equal/ })).toBeVisible();
		const undo = screen.getByRole('button', { name: 'Undo this restore' });
		expect(undo).toHaveClass('is-primary');
		expect(undo.compareDocumentPosition(screen.getByText('wp_options option_id=12'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
		expect(container.querySelector('.is-success, .is-live')).toBeNull();
	});

	test('failed: what happened and whether anything changed', async () => {
		const { container } = ended({
			state: 'failed',
			error: error({ code: 'CHUNK_DAMAGED', message: 'A part of the backup is damaged.' }),
			steps: [step('stage', { state: 'running' })],
		});
		expect(await screen.findByRole('heading', { name: 'The restore did not finish' })).toBeVisible();
		expect(screen.getByText('Nothing on the site was changed.')).toBeVisible();
		expect(container.querySelector('[data-step=stage]')).toHaveClass('is-failed');
	});

	test('cancelled: nothing was changed', async () => {
		ended({ state: 'cancelled' });
		expect(await screen.findByText(/Nothing on the site was changed/)).toBeVisible();
	});

	test('done without a result is not drawn as success', async () => {
		ended({ result: undefined });
		expect(await screen.findByRole('heading', { name: 'The restore did not finish' })).toBeVisible();
	});
});
