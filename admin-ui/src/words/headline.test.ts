import { setSettings, getSettings } from '@wordpress/date';
import { plugin, status } from '../fixtures.ts';
import type { Reading } from '../store/state.ts';
import type { PluginStatus, Status } from '../wire.ts';
import { headlineOf } from './headline.ts';

beforeAll(() => {
	setSettings({ ...getSettings(), timezone: { offset: 1, offsetFormatted: '1', string: 'Europe/Berlin', abbr: 'CET' } });
});

describe('headline', () => {
	const reading = (changed: Partial<Status>, more: Partial<Reading<PluginStatus>> = {}): Reading<PluginStatus> => ({
		value: plugin({ status: status(changed) }),
		at: 1_000,
		failure: null,
		failuresInRow: 0,
		...more,
	});
	const failure = {
		kind: 'away' as const,
		code: 'timeout',
		message: '',
		changed: '',
		hint: '',
		retry: 'now' as const,
		reference: 'timeout',
	};

	test('protected: the last moment first, by the agent’s clock whatever the browser’s says', () => {
		expect(headlineOf(reading({}), 1_000)).toEqual({
			tone: 'live',
			title: 'Protected up to 12 seconds ago · 14:03:22',
			detail: '',
		});
		expect(headlineOf(reading({}), 31_000).title).toBe('Protected up to 42 seconds ago · 14:03:22');
	});

	test('no live dot while anything is wrong, or nobody answers', () => {
		const problem = { code: 'X', message: '', changed: '', hint: '', retry: 'later' as const, reference: '1' };
		expect(headlineOf(reading({ problems: [problem] }), 1_000).tone).toBe('waiting');
		expect(headlineOf(reading({}, { value: plugin({ capture: { ok: false, problem: 'full' } }) }), 1_000).tone).toBe('waiting');
		expect(headlineOf(reading({}, { failure, failuresInRow: 1 }), 1_000)).toMatchObject({
			tone: 'unknown',
			title: 'No answer since 14:03:34',
		});
		expect(headlineOf({ value: null, at: null, failure: null, failuresInRow: 0 }, 0).tone).toBe('unknown');
	});

	test('nothing at the endpoint is never called protected', () => {
		for (const state of ['protected', 'behind', 'failing', 'restoring'] as const) {
			expect(headlineOf(reading({ state, protectedUntil: null }), 1_000)).toMatchObject({
				tone: 'failing',
				title: 'Nothing can be restored yet',
			});
		}
	});

	test('behind and failing in words', () => {
		const waiting = { changes: 38, oldestMs: 40_000 };
		expect(headlineOf(reading({ state: 'behind', waiting }), 1_000).detail).toBe('38 changes waiting, the oldest for 40 seconds');
		expect(headlineOf(reading({ state: 'failing', waiting }), 1_000)).toMatchObject({
			tone: 'failing',
			title: 'Not protected since 14:03:22',
		});
	});
});
