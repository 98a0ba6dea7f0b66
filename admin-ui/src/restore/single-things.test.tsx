import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { drawApp, type Answers } from '../drawn-app.tsx';
import { job, plan } from '../fixtures.ts';

jest.mock('@wordpress/api-fetch');

beforeEach(() => window.sessionStorage.clear());

const plans: Answers = {
	'/points/812': { point: {}, entries: [], more: false },
	'/plan': job({ id: 'p', kind: 'plan' }),
	'/jobs/p': job({ id: 'p', kind: 'plan', state: 'done', result: plan() }),
};

async function toWhat() {
	await userEvent.click(await screen.findByRole('button', { name: /Shipping and returns/ }));
	await userEvent.click(screen.getByRole('button', { name: 'Restore to this moment' }));
	await screen.findByRole('heading', { name: 'What shall go back?' });
}

describe('single things', () => {
	test('from the timeline: only the thing of an activity is chosen, as it was then or before', async () => {
		const { bodiesOf } = drawApp(plans);
		await userEvent.click(await screen.findByRole('button', { name: /Shipping and returns/ }));
		await userEvent.click(screen.getByRole('button', { name: 'Restore only “Shipping and returns” as it was before this' }));
		expect(await screen.findByRole('heading', { name: 'What shall go back?' })).toHaveFocus();
		expect(screen.getByLabelText('Everything')).not.toBeChecked();
		expect(screen.getByLabelText('“Shipping and returns”')).toBeChecked();
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		await waitFor(() => expect(bodiesOf('/plan')).toEqual([{ point: 811, parts: ['post:12'], keep: {} }]));
	});

	test('left out again nothing is chosen; another is added by its kind and name, never by something that is none', async () => {
		const { bodiesOf } = drawApp(plans);
		await toWhat();
		await userEvent.click(screen.getByLabelText('Everything'));
		await userEvent.click(screen.getByRole('button', { name: 'Add a single thing…' }));
		await userEvent.type(screen.getByLabelText('Which one'), 'Hello');
		expect(screen.getByRole('button', { name: 'Add' })).toHaveAttribute('aria-disabled', 'true');
		await userEvent.selectOptions(screen.getByLabelText('Kind'), 'plugin');
		await userEvent.clear(screen.getByLabelText('Which one'));
		await userEvent.type(screen.getByLabelText('Which one'), 'akismet{Enter}');
		await userEvent.click(await screen.findByLabelText('Plugin akismet'));
		expect(screen.getByRole('button', { name: 'Show what would change' })).toBeDisabled();
		await userEvent.click(screen.getByRole('button', { name: 'Add a single thing…' }));
		await userEvent.selectOptions(screen.getByLabelText('Kind'), 'path');
		await userEvent.type(screen.getByLabelText('Which one'), '.htaccess');
		await userEvent.click(screen.getByRole('button', { name: 'Add' }));
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		await waitFor(() => expect(bodiesOf('/plan')).toEqual([{ point: 812, parts: ['path:.htaccess'], keep: {} }]));
	});

	test('what a thing uses is named: what comes back with it, and what does not', async () => {
		const one = (kind: 'attachment' | 'user', id: number, label: string, restored: boolean) => ({
			of: 'post:12' as const,
			kind,
			id,
			label,
			restored,
		});
		const kinds = [
			{
				kind: 'posts',
				label: 'Posts',
				insert: 0,
				change: 1,
				delete: 0,
				samples: [{ label: 'Hello', change: 'change' as const, from: 'Helo', to: 'Hello' }],
			},
		];
		drawApp({
			...plans,
			'/jobs/p': job({
				id: 'p',
				kind: 'plan',
				state: 'done',
				result: plan({
					kinds,
					dependencies: [one('attachment', 4, 'Sea', true), one('attachment', 5, 'Boat', true), one('user', 2, 'ben', false)],
				}),
			}),
		});
		await toWhat();
		await userEvent.click(screen.getByRole('button', { name: 'Show what would change' }));
		expect(await screen.findByText('Brings back 2 media files that are gone and that this uses: Post 12')).toBeVisible();
		expect(screen.getByText('· Sea and Boat')).toBeVisible();
		expect(screen.getByText(/^Does not bring back 1 user /)).toBeVisible();
		expect(screen.getByText('· “Helo” → “Hello”')).toBeVisible();
	});
});
