import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Point, Timeline } from '@holdfast/protocol';
import { compareSnapshots, isBackedUp, makeProtectedSite, snapshotSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy } from './load/kill.ts';

let site: ProtectedSite;
let before: Point;
beforeAll(async () => {
	site = await makeProtectedSite();
	const admin = await site.loggedIn();
	await admin.rest('POST', 'wp/v2/posts', { title: 'In the store', status: 'publish' });
	await site.untilDurable();
	before = await site.ask<Point>('backup', '--name', 'Before');
	await site.sql('DELETE FROM wp_posts ORDER BY ID LIMIT 5');
	await rm(join(site.root, 'wp-content/uploads'), { recursive: true });
	await site.ask('sweep');
});
afterAll(async () => {
	await site?.destroy();
});

const timeline = async (): Promise<Timeline> => await site.ask<Timeline>('timeline', '--limit', '200');

/** Every object of the store with its size: packs, commits, what says whose they are. */
async function objects(): Promise<{ path: string; size: number }[]> {
	const root = join(site.endpoint.data, 'objects');
	const found = await readdir(root, { recursive: true, withFileTypes: true });
	const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	return await Promise.all(paths.sort().map(async (path) => ({ path, size: (await stat(path)).size })));
}

/** Flips one bit in each of these bytes, and gives what flips them back. */
async function flip(path: string, places: readonly number[]): Promise<() => Promise<void>> {
	const turn = async (): Promise<void> => {
		const handle = await open(path, 'r+');
		const byte = Buffer.alloc(1);
		for (const at of places) {
			await handle.read(byte, 0, 1, at);
			byte[0]! ^= 1;
			await handle.write(byte, 0, 1, at);
		}
		await handle.close();
	};
	await turn();
	return turn;
}

const everyBytes = 4_096;

describe('the store', () => {
	test('without its catalog gives the same timeline after reindex, and the same restore', async () => {
		const then = await timeline();
		await site.endpoint.stop();
		for (const name of await readdir(site.endpoint.data)) {
			if (name.startsWith('catalog.sqlite')) {
				await rm(join(site.endpoint.data, name));
			}
		}
		expect(await site.endpoint.cli('reindex', '--json')).toMatchObject({ exitCode: 0 });
		await site.endpoint.start();
		// The agent has a copy of the timeline: without it, it asks the endpoint.
		await site.holdfast('stop');
		for (const name of await readdir(site.state)) {
			if (name.startsWith('timeline.sqlite') || name.startsWith('index.sqlite')) {
				await rm(join(site.state, name));
			}
		}
		await site.startAgent();
		await site.untilDurable();
		const points = (await timeline()).points;
		// Starting the agent is a request of its own, and may be a point.
		expect(points.slice(points.length - then.points.length)).toEqual(then.points);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	});

	test('sound as it is, check says so', async () => {
		expect(await site.endpoint.cli('check', '--json')).toMatchObject({ exitCode: 0 });
	});

	test('one flipped bit in any object is found by check, which names it', async () => {
		const all = (await objects()).filter(({ size, path }) => size > 0 && !path.includes('/pairings/'));
		const chosen = [...all.slice(0, 2), ...all.slice(-2), all[Math.floor(all.length / 2)]!];
		for (const { path, size } of chosen) {
			const back = await flip(path, [Math.floor(Math.random() * size)]);
			const { exitCode, stdout } = await site.endpoint.cli('check', '--json');
			expect({ path, exitCode }).toEqual({ path, exitCode: 3 });
			expect(stdout).toContain(path.slice(path.indexOf('/objects/') + '/objects/'.length));
			await back();
		}
		expect(await site.endpoint.cli('check', '--json')).toMatchObject({ exitCode: 0 });
	});

	test('a restore that needs a damaged object is refused, and the site is not touched', async () => {
		const packs = (await objects()).filter(({ path }) => path.includes('/packs/'));
		// Close enough to each other that every picture has one in it.
		const back = await Promise.all(
			packs.map(async ({ path, size }) => await flip(path, Array.from({ length: Math.floor(size / everyBytes) }, (_, i) => i * everyBytes + 99))),
		);
		const live = await snapshotSite(site, { files: isBackedUp });
		await site.holdfast('stop');
		await site.startAgent();
		await expect(site.ask('restore', '--point', String(before.seq), '--part', 'everything')).rejects.toThrow(/damaged|FORMAT_|CHUNK_/);
		expect(await compareSnapshots(live, await snapshotSite(site, { files: isBackedUp }))).toMatchObject({ differences: [] });
		expect((await site.visitor().get('/')).status).toBe(200);
		await Promise.all(back.map(async (one) => await one()));
		expect(await site.ask('restore', '--point', String(before.seq), '--part', 'everything')).toMatchObject({ equal: true });
	});
});
