import { agentAway, error, plugin, status } from './fixtures.ts';
import { screenOf } from './screen-of.ts';
import { nothingRead, type Reading } from './store/state.ts';
import type { PluginStatus, Status } from './wire.ts';

const failure = { ...error(), kind: 'away' as const };
const known = (value: PluginStatus): Reading<PluginStatus> => ({ value, at: 0, failure: null, failuresInRow: 0 });
const of = (reading: Reading<PluginStatus>, watchedJob: string | null = null, keyToKeep: string | null = null) =>
	screenOf({ plugin: reading, watchedJob, keyToKeep });

describe('screenOf', () => {
	test.each<[Status['state'], string]>([
		['notConnected', 'connect'],
		['copied', 'copied'],
		['firstBackup', 'firstBackup'],
		['protected', 'overview'],
		['behind', 'overview'],
		['failing', 'overview'],
		['restoring', 'overview'],
	])('state %s is drawn by %s', (state, screen) => {
		expect(of(known(plugin({ status: status({ state }) })))).toBe(screen);
	});

	test('silence is never drawn as "not connected"', () => {
		expect(of(nothingRead())).toBe('loading');
		expect(of({ ...nothingRead<PluginStatus>(), failure, failuresInRow: 1 })).toBe('unreachable');
		expect(of(known(agentAway()))).toBe('agentAway');
	});

	test('what was known stays on screen while nobody answers', () => {
		expect(of({ ...known(plugin()), failure, failuresInRow: 7 })).toBe('overview');
	});

	test('a restore on screen outlives everything the status says', () => {
		expect(of(nothingRead(), 'job-1')).toBe('restoring');
		expect(of(known(agentAway()), 'job-1')).toBe('restoring');
	});

	test('a recovery key that is not kept comes first', () => {
		expect(of(known(plugin()), 'job-1', 'key')).toBe('recoveryKey');
	});
});
