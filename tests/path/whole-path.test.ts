import { appendFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { pluginDir } from '../../dev/paths.ts';
import type { Plan, Point, RestoreResult, SweepResult, Timeline } from '@holdfast/protocol';
import { compareSnapshots, makeProtectedSite, snapshotSite, type ProtectedSite } from '../harness/index.ts';

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite();
	await site.visitor().get('/');
	await site.visitor().get('/wp-login.php');
	await site.visitor().get('/?rest_route=/');
	await site.untilDurable();
});
afterAll(async () => {
	await site?.destroy();
});

describe('the whole path', () => {
	test('a post written over REST is a point of the timeline within seconds, with its activity', async () => {
		const admin = await site.loggedIn();
		await admin.rest('POST', 'wp/v2/posts', { title: 'Fresh paint', status: 'publish' });
		await site.untilDurable();
		const points = await site.points();
		const activity = points.flatMap((point) => point.activities).find((one) => one.object.title === 'Fresh paint');
		expect(activity).toMatchObject({ object: { type: 'post' }, actor: { login: 'admin' } });
	});

	test('damage of rows, a table and files is undone by a restore; undo brings the damage back exactly', async () => {
		const point = await site.ask<Point>('backup', '--name', 'Before');
		expect(point).toMatchObject({ name: 'Before', pinned: true, kind: 'named' });
		const before = await snapshotSite(site);

		await site.sql(`DROP TABLE wp_harbour_stock; DELETE FROM wp_posts ORDER BY ID LIMIT 5; UPDATE wp_options SET option_value = 'wrecked' WHERE option_name = 'blogname';
			DELETE FROM wp_harbour_visits LIMIT 3; UPDATE wp_harbour_notes SET body = 'wrecked' LIMIT 1;`);
		await rm(join(site.root, 'wp-content/uploads'), { recursive: true });
		await appendFile(join(site.root, 'wp-content/plugins/harbour-log/harbour-log.php'), '\n// wrecked\n');
		const wrecked = await snapshotSite(site);

		const plan = await site.ask<Plan>('plan', '--point', String(point.seq), '--part', 'everything', '--accounts', 'then');
		expect(plan.empty).toBe(false);
		expect(plan.tables.find((table) => table.table === 'wp_harbour_stock')).toMatchObject({ schema: 'create' });
		expect((await compareSnapshots(wrecked, await snapshotSite(site))).differences).toEqual([]);

		const result = await site.ask<RestoreResult>('restore', '--plan', plan.id);
		expect(result).toMatchObject({ equal: true, differing: [] });
		expect((await compareSnapshots(before, await snapshotSite(site))).differences).toEqual([]);

		const undone = await site.ask<RestoreResult>('undo');
		expect(undone.equal).toBe(true);
		expect((await compareSnapshots(wrecked, await snapshotSite(site))).differences).toEqual([]);
	});

	test('after all of it site and backup are equal', async () => {
		await site.untilDurable();
		expect(await site.ask<SweepResult>('verify')).toMatchObject({ equal: true, differing: [] });
	});

	test('a command that root runs leaves nothing of root’s in the state folder, and works without a running agent', async () => {
		await site.ask('stop');
		const { stdout } = await execa(process.execPath, [join(pluginDir, 'agent/holdfast.cjs'), 'timeline', '--state', site.state, '--json']);
		expect((JSON.parse(stdout) as Timeline).points.length).toBeGreaterThan(0);
		const owner = (await stat(site.state)).uid;
		for (const name of await readdir(site.state)) {
			expect([name, (await stat(join(site.state, name))).uid]).toEqual([name, owner]);
		}
		await site.startAgent();
	});

	test('nothing chosen restores nothing, a point that does not exist is refused', async () => {
		const [newest] = await site.points();
		await expect(site.ask('restore', '--point', String(newest!.seq))).rejects.toThrow('RESTORE_NOTHING_CHOSEN');
		await expect(site.ask('restore', '--point', '9999', '--part', 'everything')).rejects.toThrow('POINT_UNKNOWN');
	});
});
