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

	test('that nobody knows is refused by name', () => {
		expect(() => jobs().get('ff')).toThrow(expect.objectContaining({ code: 'JOB_UNKNOWN' }));
	});
});
