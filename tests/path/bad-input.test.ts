import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan, Point, RestoreResult, Status } from '@holdfast/protocol';
import { askStatus } from '../../dev/product/agent.ts';
import { EndpointService } from '../../dev/product/endpoint-service.ts';
import { makeProtectedSite, runAgent, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy, sweepReasons, untilSettled } from './load/kill.ts';

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ services: 'own' });
	await untilSettled(site);
}, 120_000);
afterAll(async () => {
	await site?.destroy();
});

/** Polls the status until it is so. */
async function until(isSo: (status: Status) => boolean, msMax = 45_000): Promise<Status> {
	let last: Status | null = null;
	for (const giveUpAt = Date.now() + msMax; Date.now() < giveUpAt; await sleep(200)) {
		({ status: last } = await askStatus(site.state));
		if (last !== null && isSo(last)) {
			return last;
		}
	}
	throw new Error(`The status did not become what it should: ${JSON.stringify({ ...last, leftOut: [] })}`);
}

const codes = (status: Status): string[] => status.problems.map((problem) => problem.code);
const write = async (title: string): Promise<void> => {
	const id = await site.php(`echo wp_insert_post( array( 'post_title' => $args[0], 'post_status' => 'publish' ) );`, [title]);
	expect(Number(id)).toBeGreaterThan(0);
};
const front = async (): Promise<number> => (await site.visitor().get('/')).status;

async function expectAllIsThere(): Promise<void> {
	await untilSettled(site);
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
}

describe('agents', () => {
	test('of two that are started at once one works, the other ends and says why; a third as well', async () => {
		await site.killAgent();
		const two = [runAgent(site), runAgent(site)];
		try {
			const first = await Promise.race(two.map(async ({ ended }, i) => ({ i, code: await ended })));
			expect(first.code).toBe(6);
			const other = two[1 - first.i]!;
			expect((await until(({ state }) => state === 'protected')).pid).toBe(other.child.pid);
			expect((await site.holdfast('run')).exitCode).toBe(6);
			expect(await site.status()).toMatchObject({ pid: other.child.pid, state: 'protected' });
			await write('With one of two');
			await expectAllIsThere();
		} finally {
			await site.holdfast('stop');
			two.forEach(({ child }) => child.kill('SIGKILL'));
		}
	});

	test('without one the command line still tells the status; what happened meanwhile is recorded later, without a sweep', async () => {
		await write('Nobody is looking');
		expect(await site.ask<Status>('status')).toMatchObject({ copied: null });
		expect((await site.holdfast('status')).exitCode).toBe(0);
		expect(await askStatus(site.state)).toMatchObject({ running: false });
		await site.startAgent();
		await expectAllIsThere();
		expect(await sweepReasons(site)).toEqual([]);
	});
});

describe('the database', () => {
	const root = async (sql: string): Promise<void> => {
		await site.stack!.mariadb.sql(sql);
	};
	const withPassword = (password: string): string =>
		['localhost', '127.0.0.1'].map((host) => `ALTER USER '${site.db.user}'@'${host}' IDENTIFIED BY '${password}';`).join(' ');

	test('that refuses the login is named in the status; when it lets in again all goes on by itself', async () => {
		await root(`${withPassword('another')} KILL USER '${site.db.user}';`);
		const status = await until((one) => one.state === 'failing');
		expect(codes(status)).toContain('DB_LOGIN_REFUSED');
		await root(withPassword(site.db.password));
		await write('Let in again');
		await until(({ state }) => state === 'protected');
		await expectAllIsThere();
	}, 120_000);
});

describe('the endpoint', () => {
	test('is down for a while: WordPress does not notice, the changes wait, then they are durable', async () => {
		await site.endpoint.stop();
		await write('While it is down');
		expect(await front()).toBe(200);
		const status = await until((one) => one.state === 'failing' && one.waiting.changes > 0);
		expect(codes(status)).toContain('ENDPOINT_UNREACHABLE');
		expect(status.protectedUntil).toBeLessThan(Date.now());
		await site.endpoint.start();
		await expectAllIsThere();
	}, 120_000);

	test('refuses what would fill its disk: nothing is lost, the status says it, and it goes on when there is room', async () => {
		await site.endpoint.stop();
		const full = new EndpointService(join(site.folder, 'endpoint'), { extra: ['--free-bytes-min', String(10 ** 14)], port: site.endpoint.port! });
		try {
			await full.start();
			await write('On a full disk');
			expect(codes(await until((one) => codes(one).includes('STORAGE_LOW')))).toContain('STORAGE_LOW');
			expect(await front()).toBe(200);
		} finally {
			await full.stop();
			await site.endpoint.start();
		}
		await expectAllIsThere();
	}, 120_000);
});

describe('the intent log', () => {
	test('cannot be written: WordPress works on, the next start of the agent owes a comparison, and it makes good for it', async () => {
		const { log, ok } = { log: join(site.state, 'log'), ok: join(site.state, 'ok') };
		await site.untilDurable();
		await site.killAgent(); // It would make `ok` again within a second.
		await rename(log, `${log}.aside`);
		await writeFile(log, 'no folder');
		try {
			await write('Written without a log');
			expect(await front()).toBe(200);
			expect(existsSync(ok)).toBe(false);
		} finally {
			await rm(log);
			await rename(`${log}.aside`, log);
		}
		await site.startAgent();
		await untilSettled(site);
		expect(await sweepReasons(site)).toContain('capture could not write its log');
		expect(existsSync(ok)).toBe(true);
		await expectAllIsThere();
	}, 120_000);

	test('cannot be written while the agent runs: the status says that a comparison is owed, points are incomplete until it is through', async () => {
		const log = join(site.state, 'log');
		await rename(log, `${log}.aside`);
		await writeFile(log, 'no folder');
		try {
			await write('Written without a log again');
			await until((one) => codes(one).includes('SWEEP_OWED') && one.state === 'behind');
		} finally {
			await rm(log);
			await rename(`${log}.aside`, log);
		}
		await untilSettled(site);
		const points = await site.points();
		expect(points[0]).toMatchObject({ status: 'complete' });
		await expectAllIsThere();
	}, 120_000);
});

describe('a restore', () => {
	test('while one is running is refused', async () => {
		const point = await site.ask<Point>('backup', '--name', 'Twice');
		await site.sql('DELETE FROM wp_comments LIMIT 3; UPDATE wp_posts SET post_title = "wrecked" LIMIT 5;');
		await site.ask('sweep');
		const plans = await Promise.all([1, 2].map(async () => await site.ask<Plan>('plan', '--point', String(point.seq), '--part', 'everything')));
		const ends = await Promise.allSettled(plans.map(async ({ id }) => await site.ask<RestoreResult>('restore', '--plan', id)));
		const refused = ends.filter((end) => end.status === 'rejected');
		expect(refused.map((end) => String(end.reason))).toEqual([expect.stringContaining('RESTORE_RUNNING')]);
		expect(ends.find((end) => end.status === 'fulfilled')?.value).toMatchObject({ equal: true });
	}, 120_000);
});
