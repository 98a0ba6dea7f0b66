import { readdirSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askStatus } from '../../dev/product/agent.ts';
import { makeProtectedSite, type ProtectedSite, type Visitor } from '../harness/index.ts';

let site: ProtectedSite;
let admin: Visitor;
beforeAll(async () => {
	site = await makeProtectedSite({ services: 'own' });
	admin = await site.loggedIn();
});
afterAll(async () => {
	await site?.destroy();
});

const post = async (title: string): Promise<void> => {
	expect((await admin.rest('POST', 'wp/v2/posts', { title, status: 'publish' })).status).toBe(201);
};

test('an agent that a request of wp-admin started holds nothing of it: nginx and php-fpm are killed, stopped and started again under it', async () => {
	await site.killAgent();
	await rm(join(site.state, 'looked'), { force: true }); // Requests look every 15 seconds.
	await rm(join(site.state, 'keeper.php'), { force: true }); // It was started a moment ago.
	expect((await admin.get('/wp-admin/')).status).toBe(200);
	const { pid } = await site.status();
	const { nginx, php } = site.stack!;
	const open = readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return ''; // Closed meanwhile.
		}
	});
	expect(open.filter((target) => target.includes(nginx.folder) || target.includes(php.folder))).toEqual([]);

	// Both listen on the same addresses again, which they could not if somebody else still had them.
	for (const service of [nginx, php]) {
		await service.restart();
		await post(`${service.name} restarted`);
		await service.kill();
		await service.start();
		await post(`${service.name} killed`);
	}
	expect((await askStatus(site.state)).status).toMatchObject({ pid });
	await site.untilDurable();
	const told = (await site.points()).flatMap(({ activities }) => activities.map(({ object }) => object.title));
	expect(told).toEqual(expect.arrayContaining(['nginx restarted', 'nginx killed', 'php-fpm restarted', 'php-fpm killed']));
}, 120_000);
