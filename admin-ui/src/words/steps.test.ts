import { job, step } from '../fixtures.ts';
import { progressWords, rateWords, stepAmount, stepLabel } from './steps.ts';

describe('steps', () => {
	test('count against a total, or say what is done', () => {
		expect(stepAmount(step('files', { state: 'running', done: 7_210, total: 12_907, unit: 'files' }))).toBe(
			'7,210 of 12,907 files',
		);
		expect(stepAmount(step('files', { state: 'running', done: 7_210, unit: 'files' }))).toBe('7,210 files');
		expect(stepAmount(step('upload', { state: 'running', done: 402e6, total: 611e6, unit: 'bytes' }))).toBe('402 MB of 611 MB');
		expect(stepAmount(step('verify'))).toBe('');
	});

	test('unknown steps show the agent’s label', () => {
		expect(stepLabel(step('unheard-of', { label: 'Doing something new' }))).toBe('Doing something new');
	});

	test('progress says only what is known', () => {
		expect(progressWords(job())).toBe('64%, about 40 seconds left');
		expect(progressWords(job({ msLeft: null }))).toBe('64%');
		expect(progressWords(job({ progress: null, msLeft: null }))).toBe('In progress');
		expect(rateWords(null)).toBe('');
	});
});
