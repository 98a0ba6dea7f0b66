import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RestoreResult } from '@holdfast/protocol';
import { devUser } from '../../dev/system/dev-user.ts';
import { oldestNode, oldestNodeProgram } from '../../dev/system/oldest-node.ts';
import { compareSnapshots, isBackedUp, makeProtectedSite, runAgent, snapshotSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy, untilSettled } from './load/kill.ts';

const program = await oldestNodeProgram();
if (program === undefined) {
	process.stderr.write(`Skipped: npm has no Node.js ${oldestNode} for ${process.platform} on ${process.arch}.\n`);
}

let site: ProtectedSite;
beforeAll(async () => {
	site = await makeProtectedSite({ connect: false });
});
afterAll(async () => {
	await site?.destroy();
});

/** `holdfast VERB --json` by the old Node.js. */
async function ask<Reply>(...args: readonly string[]): Promise<Reply> {
	const { as } = devUser();
	const bundle = join(site.root, 'wp-content/plugins/holdfast/agent/holdfast.cjs');
	const [verb, ...more] = args as [string, ...string[]];
	const { stdout } = await execa(program!, [bundle, verb, '--state', site.state, ...more, '--json'], { ...as, env: { ...as.env } });
	return JSON.parse(stdout) as Reply;
}

(program === undefined ? test.skip : test)('the agent connects, backs up, restores and undoes on the oldest Node.js that it says it runs on', async () => {
	expect(await readFile(join(site.root, 'wp-content/plugins/holdfast/src/Agent/Node.php'), 'utf8')).toContain(`VERSION_MIN = '${oldestNode}'`);
	await site.holdfast('stop');
	const { child } = runAgent(site, program);
	try {
		while ((await site.status()).pid !== child.pid) {
			// The agent that PHP started makes room.
		}
		await ask('connect', await site.endpoint.pairingCode());
		await untilSettled(site);
		const log = await readFile(join(site.state, 'agent.log'), 'utf8');
		expect(log).toContain(`"pid":${child.pid},"node":"v${oldestNode}"`);

		const admin = await site.loggedIn();
		expect((await admin.rest('POST', 'wp/v2/posts', { title: 'Written beside an old Node.js', status: 'publish' })).status).toBe(201);
		await site.visitor().get('/'); // The first view writes; the one that a restore makes in the end shall find nothing to write.
		await site.untilDurable();
		const { seq } = (await site.status()).head!;
		const before = await snapshotSite(site, { files: isBackedUp });
		await site.sql("DELETE FROM wp_posts WHERE post_type = 'post'");
		await rm(join(site.root, 'wp-content/uploads'), { recursive: true });

		const result = await ask<RestoreResult>('restore', '--point', String(seq), '--part', 'everything', '--accounts', 'then');
		expect(result.equal).toBe(true);
		const after = await snapshotSite(site, { files: isBackedUp });
		expect(await compareSnapshots(before, after)).toMatchObject({ differences: [], equal: true });
		await Promise.all([before.forget(), after.forget()]);

		await ask('undo');
		expect(await site.sql("SELECT COUNT(*) FROM wp_posts WHERE post_type = 'post'")).toEqual([['0']]);
		await untilSettled(site);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	} finally {
		await site.holdfast('stop');
		child.kill('SIGKILL');
	}
}, 180_000);
