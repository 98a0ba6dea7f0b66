import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { asHoldfastError, HoldfastError } from '../errors.ts';
import { restoreSteps, type RestoreStep } from './steps.ts';
import { silent } from './testing/test-restorer.ts';
import { TwoPoints } from './testing/two-points.ts';

const diskMb = 48;
const home = mkdtempSync(join(tmpdir(), 'hf-faults-'));
const disk = join(home, 'disk');
let mounted = false;
let server: TestServer;
let site: TwoPoints;
beforeAll(async () => {
	mkdirSync(disk);
	mounted = mount();
	server = await TestServer.start(['--skip-networking', '--innodb_flush_log_at_trx_commit=2']);
	site = await TwoPoints.make(server, join(disk, 'home'));
}, 120_000);
afterAll(async () => {
	await site?.site.close();
	await server?.stop();
	if (mounted) { execFileSync('umount', ['--lazy', disk]); }
	rmSync(home, { recursive: true, force: true });
});

/** A small disk for site and state folder; false where this user may not mount one. */
function mount(): boolean {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', disk], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

function fillDisk(): void {
	writeFileSync(join(disk, 'filler'), '');
	for (let size = 64 * 1024; size > 0;) {
		try { appendFileSync(join(disk, 'filler'), Buffer.alloc(size)); } catch { size >>= 1; }
	}
}

/**
 * A restore to the other point that meets a fault at a step; then the fault is over, and the agent is started anew. Where it was not
 * decided the site is the old one, where it was the new one, and nothing else.
 * @throws where the step was never reached
 */
async function faultAt(at: RestoreStep, fault: () => Promise<void>, over: () => Promise<void>): Promise<void> {
	const { other, journal } = site;
	const before = site.now;
	let fired = false;
	const plan = await site.planned();
	const outcome = await site.restorer(async (step) => {
		if (step !== at || fired) { return; }
		fired = true;
		await fault();
	}).run(plan, silent()).then(({ equal }) => (equal ? 'done' : 'differs'), asHoldfastError);
	await over();
	if (!fired) { throw new Error(`The fault at ${at} never fired.`); }
	const left = await journal.interrupted();
	const isNew = outcome === 'done' || left?.isDecided === true;
	const { restorer } = site.restorer();
	await restorer.recoverSite(silent());
	await site.site.world.appender.resume();
	const finished = await restorer.resume(silent());
	expect({ at, outcome, equal: finished?.equal ?? null, site: await site.look() }).toEqual({ at, outcome: outcome === 'done' ? 'done' : expect.any(HoldfastError), equal: left?.isDecided === true ? true : null, site: isNew ? other : before });
}

describe('at every step of a restore', () => {
	test.each(restoreSteps)('the database server is killed after “%s”, and started again: the old site or the new one', async (at) => {
		await faultAt(at, () => server.killAndRestart(), async () => {});
	}, 60_000);

	test.each(restoreSteps)('the disk of site and state folder is full from “%s” on: the old site or the new one', async (at) => {
		if (!mounted) {
			process.stdout.write('This user may not mount a small disk: a full disk is not shown here.\n');
			return;
		}
		await faultAt(at, async () => { fillDisk(); }, async () => { rmSync(join(disk, 'filler')); });
	}, 60_000);
});
