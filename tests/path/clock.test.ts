import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Point, RestoreResult, Status } from '@holdfast/protocol';
import { giveTree } from '../../dev/system/dev-user.ts';
import { compareSnapshots, isBackedUp, makeProtectedSite, runAgent, snapshotSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy } from './load/kill.ts';

/** How far the clock of every process of the site is from the machine's: what libfaketime reads. */
let clock: string;
let site: ProtectedSite;
const saved = { ...process.env };

beforeAll(async () => {
	clock = join(tmpdir(), `holdfast-clock-${process.pid}`);
	setClock('+0');
	// Whatever is started from here on, php-fpm, MariaDB, endpoint and agent, lives by this clock; the monotonic one goes on as it does.
	Object.assign(process.env, {
		LD_PRELOAD: library(), FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_CACHE_DURATION: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_RESET: '1',
	});
	site = await makeProtectedSite({ services: 'own', connect: false });
	await site.killAgent(); // PHP gave it a clean environment.
	runAgent(site);
	await untilAgentIs(({ state }) => state === 'notConnected');
	await site.ask('connect', await site.endpoint.pairingCode());
	await site.visitor().get('/'); // The first view of a page makes rows of its own.
	await settled();
}, 180_000);
afterAll(async () => {
	process.env = saved;
	rmSync(clock, { force: true });
	await site?.destroy();
}, 60_000);

function library(): string {
	const folders = readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'));
	const found = folders.map((folder) => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1')).find((path) => existsSync(path));
	if (found === undefined) {
		throw new Error('The package faketime is not installed.');
	}
	return found;
}

function setClock(offset: string): void {
	writeFileSync(clock, `${offset}\n`, { mode: 0o644 });
}

async function untilAgentIs(isSo: (status: Status) => boolean): Promise<Status> {
	for (const giveUpAt = Date.now() + 60_000; ; await sleep(150)) {
		const status = await site.status();
		if (isSo(status)) {
			return status;
		}
		if (Date.now() > giveUpAt) {
			throw new Error(`The status did not become what it should: ${JSON.stringify({ ...status, leftOut: [] })}`);
		}
	}
}

/** Everything is at the endpoint, by the site's own clock. */
async function settled(): Promise<Status> {
	const { now } = await untilAgentIs(({ state, jobs }) => state !== 'firstBackup' && jobs.length === 0);
	return await untilAgentIs((status) => status.waiting.changes === 0 && status.proof !== null && (status.protectedUntil ?? 0) >= now && (status.protectedUntil ?? 0) <= status.now);
}

async function write(title: string): Promise<void> {
	await site.php(`wp_insert_post( array( 'post_title' => $args[0], 'post_status' => 'publish' ) );`, [title]);
	const file = join(site.root, 'wp-content/uploads', `${title}.txt`);
	await writeFile(file, title); // No hook tells of it.
	await giveTree(file);
}

test('the clock of the site is set back by an hour: nothing is lost, points stay in their order, restore and undo are exact', async () => {
	await write('before');
	await settled();
	const point = await site.ask<Point>('backup', '--name', 'Before the clock was set back');
	const then = await snapshotSite(site, { files: isBackedUp });

	setClock('-3600');
	const past = Date.now() - 3_000_000;
	const { now } = await untilAgentIs((status) => status.now < past);
	while (Number((await site.sql('SELECT UNIX_TIMESTAMP()'))[0]![0]) * 1000 > past) {
		await sleep(200); // libfaketime reads it once a second.
	}
	await write('after');
	await writeFile(join(site.root, 'wp-content/uploads', 'before.txt'), 'afterw'); // As long as before.
	const { protectedUntil } = await settled();
	expect(protectedUntil).toBeLessThan(point.at);
	expect(protectedUntil).toBeGreaterThan(now - 60_000);

	const points = await site.points();
	expect(points.map(({ seq }) => seq)).toEqual(points.map(({ seq }) => seq).sort((a, b) => b - a));
	const at = points.findIndex(({ seq }) => seq === point.seq);
	const later = points.slice(0, at);
	expect(later.length).toBeGreaterThan(0);
	expect(later.filter((one) => one.at >= point.at || one.status !== 'complete')).toEqual([]);
	expect(later.filter(({ kind }) => kind !== 'changes')).toEqual([]); // Nothing had to be found by a comparison.
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });

	const present = await snapshotSite(site, { files: isBackedUp });
	expect(await site.ask<RestoreResult>('restore', '--point', String(point.seq), '--part', 'everything')).toMatchObject({ equal: true });
	expect((await compareSnapshots(then, await snapshotSite(site, { files: isBackedUp }))).differences).toEqual([]);
	expect(await site.ask<RestoreResult>('undo')).toMatchObject({ equal: true });
	expect((await compareSnapshots(present, await snapshotSite(site, { files: isBackedUp }))).differences).toEqual([]);
}, 180_000);
