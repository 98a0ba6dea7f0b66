import { describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../errors.ts';
import { Jobs, type Progress } from './jobs.ts';

const clock = { wallMs: () => 1000, monotonicUs: () => 1000, sleep: async () => {} };
let drawn = 0;
const random = { bytes: (n: number) => Buffer.alloc(n, ++drawn) };
const jobs = () => new Jobs(clock, random);

describe('a job', () => {
	test('counts its steps alike and ends done, with its result', async () => {
		const all = jobs();
		let middle: number | null = null;
		const job = all.start('sweep', true, async (progress) => {
			progress.step('tables', 'Rows compared', 'rows', 10);
			progress.step('files', 'Files compared', 'files', 4);
			progress.moved(2);
			middle = job.progress;
			return { equal: true };
		});
		const end = await all.ended(job.id);
		expect(middle).toBe(0.75);
		expect(end).toMatchObject({ state: 'done', progress: 1, result: { equal: true } });
		expect(end.steps.map((step) => [step.id, step.state, step.done])).toEqual([['tables', 'done', 10], ['files', 'done', 4]]);
	});

	test('knows the steps to come: they wait, count from the beginning, and get their totals when these are known', async () => {
		const all = jobs();
		const seen: (number | null)[] = [];
		const job = all.start('restore', true, async (progress) => {
			progress.ahead([{ id: 'fetch', label: 'Fetching', unit: 'bytes', total: null }, { id: 'switch', label: 'Switching', unit: 'rows', total: null }]);
			progress.begin('fetch');
			progress.ahead([{ id: 'switch', label: 'Switching', unit: 'rows', total: 4 }]);
			seen.push(job.progress);
			progress.begin('switch');
			progress.moved(2);
			seen.push(job.progress);
			progress.moved(5);
			progress.trouble(new HoldfastError('DB_GONE', 'The database went away.'));
			expect(job.error).toMatchObject({ code: 'DB_GONE' });
		});
		const end = await all.ended(job.id);
		expect(seen).toEqual([0, 0.75]);
		expect(end.steps.map((step) => [step.id, step.state, step.done, step.total])).toEqual([['fetch', 'done', 0, null], ['switch', 'done', 5, 5]]);
		expect(end.error).toBeUndefined();
	});

	test('that fails says why, and whether anything was changed', async () => {
		const all = jobs();
		const job = all.start('restore', true, async (progress) => {
			progress.step('fetch', 'Content fetched', 'bytes', 10);
			throw new HoldfastError('DB_GONE', 'The database went away.');
		});
		const end = await all.ended(job.id);
		expect(end.state).toBe('failed');
		expect(end.error).toMatchObject({ code: 'DB_GONE', changed: 'Nothing on the site was changed.', retry: 'later' });
		expect(end.steps[0]?.state).toBe('failed');
	});

	test('is cancelled through its signal until it is decided, and not after', async () => {
		const all = jobs();
		const waiting = (progress: Progress) => new Promise((_resolve, reject) => {
			progress.signal.addEventListener('abort', () => reject(progress.signal.reason as Error));
		});
		const early = all.start('restore', true, waiting);
		await Promise.resolve();
		all.cancel(early.id);
		expect((await all.ended(early.id)).state).toBe('cancelled');

		let finish = () => {};
		const late = all.start('restore', true, async (progress) => {
			progress.decided();
			await new Promise<void>((resolve) => { finish = resolve; });
		});
		await Promise.resolve();
		expect(() => all.cancel(late.id)).toThrow(expect.objectContaining({ code: 'JOB_TOO_LATE' }));
		finish();
		expect((await all.ended(late.id)).state).toBe('done');
	});

	test('of a killed agent goes on under its id until it is said how it ended; the agent’s end does not wait for it', async () => {
		const all = jobs();
		const first = all.takeUp('abcd', 'undo');
		expect(all.takeUp('abcd', 'undo')).toBe(first);
		expect(all.running('undo')).toMatchObject([{ id: 'abcd', cancellable: false }]);
		first.done({ equal: true });
		expect(await all.ended('abcd')).toMatchObject({ state: 'done', result: { equal: true } });
		all.takeUp('ef01', 'restore');
		await all.stop();
		expect(all.get('ef01')).toMatchObject({ state: 'failed', error: { code: 'AGENT_STOPPING', changed: 'The next start goes on with it.' } });
	});

	test('that nobody knows is refused by name', () => {
		expect(() => jobs().get('ff')).toThrow(expect.objectContaining({ code: 'JOB_UNKNOWN' }));
		expect(() => jobs().get('ff', true)).toThrow(expect.objectContaining({ code: 'AGENT_STARTING' }));
	});
});
