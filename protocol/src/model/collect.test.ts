import { describe, expect, test } from '@jest/globals';
import { explore } from './explore.ts';
import { scripts, type ScriptName } from './scripts.ts';
import type { Variant } from './collect.ts';

const names = Object.keys(scripts) as ScriptName[];
/** autoNewA with a long partner has 0.4 to 1.6 million states each: explored with HOLDFAST_SOAK=model (a minute), not in every run. */
const long: readonly ScriptName[] = process.env['HOLDFAST_SOAK'] === 'model' ? [] : ['autoAB', 'txAB', 'txBA', 'autoNewA', 'txNew'];
const pairs = names
	.flatMap((first, i) => names.slice(i).map((second) => [first, second] as const))
	.filter((pair) => !pair.includes('autoNewA') || !pair.every((name) => long.includes(name)));

describe('the collect protocol over all interleavings', () => {
	test.each(pairs)('%s and %s: every appended state equals its snapshot, nothing is forgotten', (...pair) => {
		const { violation, states, atRest } = explore({ pair, variant: 'right' }, 1);
		expect(violation).toBeNull();
		expect(states).toBeGreaterThan(1000);
		expect(atRest).toBeGreaterThan(0);
	});

	test('the agent killed three times', () => {
		for (const pair of [['txA', 'autoNew'], ['autoNew', 'txNew']] as const) expect(explore({ pair, variant: 'right' }, 3).violation).toBeNull();
	});
});

describe('the model sees what is wrong', () => {
	const wrong: [Variant, (typeof pairs)[number], agentKills: number][] = [
		['forget what was closed at c', ['autoA', 'autoA'], 0],
		['forget what was closed at c', ['txA', 'autoA'], 0],
		['forget open intents too', ['txA', 'autoA'], 0],
		['read the log before the snapshot only', ['autoA', 'autoAB'], 0],
		['read the log before the snapshot only', ['txAB', 'txBA'], 0],
		['a dead PHP process counts as closed', ['txA', 'autoA'], 0],
		['never look at the process list', ['autoA', 'autoA'], 0],
		['forget before the commit is saved', ['autoA', 'autoA'], 1],
		['floor from the snapshot of the same collect', ['autoA', 'autoNew'], 0],
		['floor from the backup after a restart', ['autoNew', 'txNew'], 1],
		['new rows are only named by their r line', ['autoA', 'autoNew'], 0],
		['the server drops connections from the list before it rolls back', ['txA', 'autoA'], 0],
	];
	test.each(wrong)('%s (%j, agent killed up to %i times)', (variant, pair, agentKills) => {
		const { violation } = explore({ pair, variant }, agentKills);
		expect(violation).not.toBeNull();
		expect(violation!.trace.length).toBeGreaterThan(1);
	});
});
