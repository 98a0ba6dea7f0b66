import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { systemClock, systemRandom } from '../adapters/system-clock.ts';
import { Jobs } from '../jobs/jobs.ts';
import { finishInterrupted } from '../run/interrupted.ts';
import { isBeforeDecided, restoreSteps, type RestoreStep } from './steps.ts';
import { shell, silent } from './testing/test-restorer.ts';
import { TwoPoints } from './testing/two-points.ts';

const never = new Promise<void>(() => {});
const home = mkdtempSync(join(tmpdir(), 'hf-cancel-'));
let server: TestServer;
let site: TwoPoints;
beforeAll(async () => {
	server = await TestServer.start();
	site = await TwoPoints.make(server, home);
}, 120_000);
afterAll(async () => {
	await site?.site.close();
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** A restore to the other point as the agent's jobs run it. */
async function started(onStep: (step: RestoreStep, job: Job, jobs: Jobs) => Promise<void>): Promise<{ job: Job; jobs: Jobs }> {
	const jobs = new Jobs(systemClock, systemRandom);
	const plan = await site.planned();
	const job: Job = jobs.start('restore', true, (progress) => site.restorer((step) => onStep(step, job, jobs)).run(plan, progress));
	return { job, jobs };
}

describe('a restore is cancelled', () => {
	test.each(restoreSteps.filter(isBeforeDecided))('at the step “%s”: the site is exactly what it was', async (at) => {
		const before = site.now;
		let reached = false;
		const { job, jobs } = await started(async (step, { id }) => {
			if (step !== at) { return; }
			reached = true;
			expect(jobs.cancel(id)).toMatchObject({ state: 'running', cancellable: true });
		});
		expect(await jobs.ended(job.id)).toMatchObject({ state: 'cancelled', error: { code: 'JOB_CANCELLED', changed: 'Nothing on the site was changed.' } });
		expect(reached).toBe(true);
		expect(await site.look()).toBe(before);
		expect(await site.journal.load()).toBeNull();
	}, 30_000);

	test('while the present is being recorded and the endpoint hangs: at once', async () => {
		const before = site.now;
		const { endpoint } = site.site.world;
		const append = endpoint.append.bind(endpoint);
		let letGo = (): void => {};
		const { job, jobs } = await started(async (step) => {
			if (step !== 'drained') { return; }
			endpoint.append = async (...given) => {
				jobs.cancel(job.id);
				await new Promise<void>((resolve) => { letGo = resolve; });
				return append(...given);
			};
		});
		expect(await jobs.ended(job.id)).toMatchObject({ state: 'cancelled' });
		endpoint.append = append;
		letGo();
		await site.site.world.collector.collectOnce({});
		expect(await site.look()).toBe(before);
	}, 30_000);

	test('once it is decided the cancel is refused by name, and the restore goes through; its steps had their totals, and its share never fell', async () => {
		const { other } = site;
		const refused: string[] = [];
		const shares: number[] = [];
		const { job, jobs } = await started(async (step, seen) => {
			shares.push(seen.progress!);
			expect(seen.steps.map(({ id }) => id)).toEqual(step === 'begun' ? [] : ['fetch', 'window', 'switch', 'switchFiles', 'record', 'verify', 'verifyFiles']);
			if (isBeforeDecided(step)) { return; }
			expect(seen.cancellable).toBe(false);
			try { jobs.cancel(seen.id); } catch (error) { refused.push((error as { code: string }).code); }
		});
		const ended = await jobs.ended(job.id);
		expect(ended).toMatchObject({ state: 'done', result: { equal: true } });
		expect(refused).toEqual(refused.map(() => 'JOB_TOO_LATE'));
		expect(refused.length).toBeGreaterThanOrEqual(restoreSteps.length - restoreSteps.indexOf('decided'));
		expect(ended.steps.map(({ state, done, total }) => [state, total !== null && done === total])).toEqual(ended.steps.map(() => ['done', true]));
		expect(shares.slice(1)).toEqual(shares.slice(1).sort((a, b) => a - b));
		expect(await site.look()).toBe(other);
	}, 30_000);
});

describe('the agent is started anew: the job is found under its id', () => {
	/** What is left when the agent is killed at a step. */
	async function killedAt(at: RestoreStep): Promise<string> {
		let there = (): void => {};
		const reached = new Promise<void>((resolve) => { there = resolve; });
		const { job } = await started(async (step) => {
			if (step === at) { there(); await never; }
		});
		await reached;
		return job.id;
	}

	const restores = () => {
		const { restorer } = site.restorer();
		return {
			interrupted: () => site.journal.interrupted(), recoverSite: (progress = silent()) => restorer.recoverSite(progress), finishInterrupted: (progress = silent()) => restorer.resume(progress),
		} as unknown as Parameters<typeof finishInterrupted>[0];
	};

	test('decided: it goes on, waits out an endpoint that is away, and ends with its result', async () => {
		const { other } = site;
		const id = await killedAt('rowsDeleted');
		const jobs = new Jobs(systemClock, systemRandom);
		const away = Object.assign(new Error('away'), { retry: 'later' });
		await expect(finishInterrupted(restores(), jobs, async () => { throw away; })).rejects.toThrow('away');
		expect(jobs.get(id)).toMatchObject({ kind: 'restore', state: 'running', cancellable: false });
		expect(jobs.get(id).steps.map((step) => [step.id, step.state])).toContainEqual(['switchFiles', 'running']);
		expect(await site.look()).toBe(other);
		await finishInterrupted(restores(), jobs, async () => {});
		expect(await jobs.ended(id)).toMatchObject({ state: 'done', progress: 1, result: { equal: true } });
		expect(await site.look()).toBe(other);
	}, 30_000);

	test('not decided: it failed, nothing was changed', async () => {
		const before = site.now;
		const id = await killedAt('collected');
		const jobs = new Jobs(systemClock, systemRandom);
		await finishInterrupted(restores(), jobs, async () => {});
		expect(await jobs.ended(id)).toMatchObject({ state: 'failed', error: { code: 'RESTORE_INTERRUPTED', changed: 'Nothing on the site was changed.' } });
		expect(await site.look()).toBe(before);
	}, 30_000);

	test('an undo that was finished so is undone: it is not offered again', async () => {
		const { restorer, run } = site.restorer();
		const { id } = await run(await site.planned(), silent());
		let there = (): void => {};
		const reached = new Promise<void>((resolve) => { there = resolve; });
		void site.restorer(async (step) => { if (step === 'rows') { there(); await never; } }).restorer.undo(id, shell, silent());
		await reached;
		await finishInterrupted(restores(), new Jobs(systemClock, systemRandom), async () => {});
		expect(restorer.undoRecords.list().map((one) => one.restore)).not.toContain(id);
		await site.look();
	}, 30_000);
});
