import { render } from '@testing-library/react';
import apiFetch from '@wordpress/api-fetch';
import { createRegistry, RegistryProvider } from '@wordpress/data';
import { App } from './app.tsx';
import { plugin, point, timeline } from './fixtures.ts';
import { store } from './store/index.ts';

/* The whole page over a plugin that answers as told, for tests. */

type Answer = object | ((body: Record<string, unknown>) => unknown);
export type Answers = Record<string, Answer>;

/** Thrown answers: what apiFetch makes of a page in maintenance. */
export const inMaintenance = () => {
	throw { code: 'invalid_json', message: 'The response is not a valid JSON response.' };
};

/** Requires `jest.mock( '@wordpress/api-fetch' )`. The answers may be changed while the page runs. */
export function drawApp(given: Answers = {}) {
	const answers: Answers = {
		'/status': plugin(),
		'/timeline': timeline([point(812), point(811, { name: 'Before the sale', pinned: true })]),
		...given,
	};
	const asked: { route: string; body: Record<string, unknown> }[] = [];
	jest.mocked(apiFetch).mockImplementation(async (options) => {
		const { path = '', data = {} } = options as { path?: string; data?: Record<string, unknown> };
		const route = path.replace('/holdfast/v1', '').replace(/\?.*/, '');
		asked.push({ route, body: data });
		const answer = answers[route];
		if (answer === undefined) {
			throw { code: 'rest_no_route', message: `No route ${route}`, data: { status: 404 } };
		}
		return typeof answer === 'function' ? answer(data) : answer;
	});
	const registry = createRegistry();
	registry.register(store);
	const drawn = render(
		<RegistryProvider value={registry}>
			<App />
		</RegistryProvider>,
	);
	return {
		...drawn,
		answers,
		asked,
		bodiesOf: (route: string) => asked.filter((one) => one.route === route).map((one) => one.body),
	};
}
