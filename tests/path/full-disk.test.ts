import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { giveTree } from '../../dev/system/dev-user.ts';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { compareWithCopy, sweepReasons, untilSettled } from './load/kill.ts';

let site: ProtectedSite;
let mounted = false;
beforeAll(async () => {
	site = await makeProtectedSite({ connect: false });
	await site.holdfast('stop');
	await cp(site.state, `${site.state}-kept`, { recursive: true });
	mounted = mount();
	if (mounted) {
		for (const name of await readdir(`${site.state}-kept`)) {
			await cp(join(`${site.state}-kept`, name), join(site.state, name), { recursive: true });
		}
		execFileSync('chmod', ['0700', site.state]);
		await giveTree(site.state);
	}
	await site.startAgent();
	await site.ask('connect', await site.endpoint.pairingCode());
	await untilSettled(site);
});
afterAll(async () => {
	await site?.holdfast('stop');
	if (mounted) {
		execFileSync('umount', ['--lazy', site.state]);
	}
	await site?.destroy();
});

/** A small disk of its own for the state folder; false where this user may not mount one. */
function mount(): boolean {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', site.state], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

const filler = (): string => join(site.state, 'filler');

async function fill(): Promise<void> {
	const block = Buffer.alloc(64 * 1024);
	await writeFile(filler(), '');
	for (let size = block.length; size > 0; ) {
		try {
			await writeFile(filler(), block.subarray(0, size), { flag: 'a' });
		} catch {
			size >>= 1;
		}
	}
}

test('the disk of the state folder is full: WordPress works on, the status says it, and all is made good for when there is room', async () => {
	if (!mounted) {
		console.log('Skipped: this user may not mount a small disk; tests/php/unit/WriterTest.php shows PHP’s part.');
		return;
	}
	const admin = await site.loggedIn();
	await fill();
	expect((await admin.rest('POST', 'wp/v2/posts', { title: 'On a full disk', status: 'publish' })).status).toBe(201);
	expect((await site.visitor().get('/')).status).toBe(200);
	// Making room while PHP cannot write: unlinking works on a full disk.
	let told = '';
	for (const giveUpAt = Date.now() + 30_000; told === '' && Date.now() < giveUpAt; await sleep(100)) {
		const status = await site.status();
		told = status.problems.map(({ code }) => code).find((code) => ['SWEEP_OWED', 'STATE_FOLDER_FULL', 'INDEX_DAMAGED'].includes(code)) ?? '';
		await fill(); // What the agent gave back is taken again.
	}
	expect(['SWEEP_OWED', 'STATE_FOLDER_FULL']).toContain(told);
	rmSync(filler());
	await untilSettled(site);
	expect(await sweepReasons(site)).toContainEqual(expect.stringMatching(/log/));
	expect(existsSync(join(site.state, 'ok'))).toBe(true);
	await rm(`${site.state}-kept`, { recursive: true, force: true });
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	expect(await site.ask('verify')).toMatchObject({ equal: true });
}, 180_000);
