import { agentAway, error, job, plugin, point, status, timeline } from '../fixtures.ts';
import { reducer } from './reducer.ts';
import { getRunningRestore, getWatchedJob } from './selectors.ts';
import { initialState } from './state.ts';

const failure = { ...error(), kind: 'away' as const };

test('a failure never erases what was known, and is forgotten by the next answer', () => {
	const read = reducer(initialState, { type: 'PLUGIN_READ', value: plugin(), at: 1 });
	const failed = reducer(reducer(read, { type: 'PLUGIN_FAILED', failure }), { type: 'PLUGIN_FAILED', failure });
	expect(failed.plugin).toMatchObject({ value: plugin(), at: 1, failuresInRow: 2 });
	expect(reducer(failed, { type: 'PLUGIN_READ', value: plugin(), at: 2 }).plugin).toMatchObject({
		failure: null,
		failuresInRow: 0,
		at: 2,
	});
});

test('an agent that is slow to answer takes no screen away, one that stays silent or has ended does', () => {
	const silent = plugin({ agent: { ...plugin().agent, code: 'AGENT_SILENT', why: 'It does not answer.' }, status: null });
	const read = reducer(initialState, { type: 'PLUGIN_READ', value: plugin(), at: 1 });
	const once = reducer(read, { type: 'PLUGIN_READ', value: silent, at: 2 });
	expect(once.plugin).toMatchObject({
		value: plugin(),
		at: 1,
		failure: { message: 'It does not answer.', reference: 'AGENT_SILENT' },
	});
	let state = read;
	for (let asked = 0; asked < 20; asked += 1) {
		state = reducer(state, { type: 'PLUGIN_READ', value: silent, at: 2 });
	}
	expect(state.plugin.value?.status).toBeNull();
	expect(reducer(read, { type: 'PLUGIN_READ', value: agentAway(), at: 2 }).plugin.value?.agent.running).toBe(false);
});

test('a failed timeline is not an empty one', () => {
	const failed = reducer(initialState, { type: 'TIMELINE_FAILED', failure });
	expect(failed.timeline).toMatchObject({ loaded: false, failure });
	const read = reducer(initialState, { type: 'TIMELINE_READ', page: timeline([point(5)]), head: 'h' });
	expect(reducer(read, { type: 'TIMELINE_FAILED', failure }).timeline.points).toHaveLength(1);
});

test('a running restore, whoever started it, goes before one whose result is still to be read', () => {
	const watching = reducer(initialState, { type: 'JOB_WATCHED', id: 'old' });
	expect(getWatchedJob(watching)).toBe('old');
	const running = reducer(watching, {
		type: 'PLUGIN_READ',
		value: plugin({ status: status({ jobs: [job({ id: 'new', kind: 'undo' })] }) }),
		at: 1,
	});
	expect(getRunningRestore(running)?.id).toBe('new');
	expect(getWatchedJob(running)).toBe('new');
});

test('sweeps and plans are not restores', () => {
	const jobs = [job({ kind: 'plan' }), job({ kind: 'sweep' }), job({ kind: 'restore', state: 'done' })];
	expect(
		getWatchedJob(reducer(initialState, { type: 'PLUGIN_READ', value: plugin({ status: status({ jobs }) }), at: 1 })),
	).toBeNull();
});
