import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { giveTree } from '../../dev/system/dev-user.ts';
import { makeProtectedSite, type ProtectedSite, type Visitor } from '../harness/index.ts';
import { compareWithCopy, sweepReasons, untilSettled } from './load/kill.ts';

let site: ProtectedSite;
let admin: Visitor;
beforeAll(async () => {
	site = await makeProtectedSite();
	await untilSettled(site);
	admin = await site.loggedIn();
});
afterAll(async () => {
	await site?.destroy();
});

const now = '0.1.0';
const next = '0.1.1';

/** The plugin of another version, as an update lays it out. */
async function update(...files: readonly string[]): Promise<void> {
	for (const file of files) {
		const path = join(site.root, 'wp-content/plugins/holdfast', file);
		const text = readFileSync(path, 'utf8');
		expect(text).toContain(now);
		const isBundle = file.endsWith('.cjs');
		writeFileSync(path, text.replaceAll(isBundle ? `/* inlined export .agentVersion */"${now}"` : now, isBundle ? `/* inlined export .agentVersion */"${next}"` : next));
		await giveTree(path);
	}
}

test('an update in the making is harmless, and a finished one brings its own loader and agent; nothing is lost', async () => {
	const before = await site.status();
	expect(before.version).toBe(now);

	// Half of it: the loader that is there and the new early.php do not belong together.
	await update('early.php');
	expect((await admin.rest('POST', 'wp/v2/posts', { title: 'Half an update', status: 'publish' })).status).toBe(201);
	expect((await site.visitor().get('/')).status).toBe(200);

	await update('holdfast.php', 'agent/holdfast.cjs');
	rmSync(join(site.state, 'looked'), { force: true });
	rmSync(join(site.state, 'keeper.php'), { force: true });
	// PHP looks at its files again after two seconds.
	for (let expected = now; expected !== next; ) {
		const { agent } = (await admin.rest('GET', 'holdfast/v1/status')).json<{ agent: { version: string; expectedVersion: string } }>();
		expect(agent.version).toBe(now);
		expected = agent.expectedVersion;
	}
	expect((await admin.get('/wp-admin/')).status).toBe(200); // The old agent is told to end, the new one is started.
	for (let status = before; status.version !== next; ) {
		await admin.get('/wp-admin/');
		rmSync(join(site.state, 'looked'), { force: true });
		rmSync(join(site.state, 'keeper.php'), { force: true });
		status = await site.status();
	}
	await admin.rest('POST', 'wp/v2/posts', { title: 'After the update', status: 'publish' });
	await untilSettled(site);
	// What was written between the two was captured by nobody, and somebody noticed.
	expect(await sweepReasons(site)).toContain('capture could not write its log');
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
}, 120_000);
