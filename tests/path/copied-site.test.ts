import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import type { Status, SweepResult, Timeline } from '@holdfast/protocol';
import { activatePlugin } from '../../dev/product/plugin.ts';
import { askStatus, holdfast, holdfastJson, untilAgentAnswers } from '../../dev/product/agent.ts';
import { copyTree } from '../../dev/site/create.ts';
import { giveTree } from '../../dev/system/dev-user.ts';
import { requireProgram } from '../../dev/system/programs.ts';
import { makeProtectedSite, makeSite, type ProtectedSite, type TestSite } from '../harness/index.ts';
import { siteClientOptions } from '../harness/sql.ts';
import { ControlClient } from '../../sync-client/src/control/client.ts';
import { StateFolder } from '../../sync-client/src/state-folder/state-folder.ts';
import { untilSettled } from './load/kill.ts';

let site: ProtectedSite;
const copies: TestSite[] = [];
beforeAll(async () => {
	site = await makeProtectedSite();
	await untilSettled(site);
});
afterAll(async () => {
	for (const copy of copies) {
		await holdfast(stateBeside(copy), ['stop']);
		await copy.destroy();
	}
	await site?.destroy();
});

const stateBeside = ({ root }: { root: string }): string =>
	join(dirname(root), `.holdfast-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`);

/** Files and database of the site at another address, as a staging tool makes them. */
async function copySite(): Promise<TestSite> {
	const copy = await makeSite({ seed: 'none' });
	copies.push(copy);
	await rm(join(copy.root, 'wp-content'), { recursive: true });
	await copyTree(join(site.root, 'wp-content'), join(copy.root, 'wp-content'));
	const { stdout } = await execa(
		requireProgram('mariadb-dump'),
		[...siteClientOptions(site.db), '--hex-blob', '--default-character-set=utf8mb4', '--no-tablespaces', site.db.name],
		{ env: { MYSQL_PWD: site.db.password }, encoding: 'latin1' },
	);
	// Both addresses are equally long.
	await copy.sql(Buffer.from(stdout.replaceAll(site.url, copy.url), 'latin1').toString('utf8'));
	return copy;
}

const commits = async (): Promise<number> => (await readdir(join(site.endpoint.data, 'objects/sites', (await site.status()).site!.id, 'commits'))).length;
const write = async (where: TestSite, title: string): Promise<void> => {
	const answer = await (await where.loggedIn()).rest('POST', 'wp/v2/posts', { title, status: 'publish' });
	expect(answer.status).toBe(201);
};

test('a copy beside the site is another site: it says nothing in the first one’s name', async () => {
	const copy = await copySite();
	const before = { points: (await site.points()).length, commits: await commits() };
	await write(copy, 'Staging');
	await site.untilDurable();
	expect({ points: (await site.points()).length, commits: await commits() }).toEqual(before);
	// The first visit of an administrator gave it a state folder and an agent of its own.
	expect(await untilAgentAnswers(stateBeside(copy))).toMatchObject({ state: 'notConnected', site: { home: copy.url } });
	expect(await site.status()).toMatchObject({ state: 'protected', site: { home: site.url } });
});

test('one that brings the state folder along asks first and writes nothing; as a copy it is let go, and the first goes on', async () => {
	const copy = await copySite();
	await copyTree(site.state, stateBeside(copy));
	await giveTree(stateBeside(copy));
	await activatePlugin(copy);
	const asked = await untilAsked(copy);
	expect(asked.copied).toMatchObject({ from: site.url, changed: expect.arrayContaining(['its database']) });
	await site.untilDurable();
	const before = await commits();
	await write(copy, 'Written in the copy');
	await expect(holdfastJson(stateBeside(copy), ['backup'])).rejects.toThrow('SITE_COPIED');
	expect((await holdfast(stateBeside(copy), ['status'])).exitCode).toBe(7);
	expect(await commits()).toBe(before);

	expect(await (await control(copy)).answerCopied('copy')).toMatchObject({ state: 'notConnected', copied: null });
	await write(site, 'Written in the first');
	await site.untilDurable();
	const told = (await site.points()).flatMap(({ activities }) => activities.map(({ object }) => object.title));
	expect(told).toContain('Written in the first');
	expect(told).not.toContain('Written in the copy');
	expect(await site.ask<SweepResult>('verify')).toMatchObject({ equal: true });
}, 120_000);

test('a site that was moved goes on with its backup', async () => {
	const moved = await copySite();
	await site.holdfast('stop');
	await copyTree(site.state, stateBeside(moved));
	await giveTree(stateBeside(moved));
	await activatePlugin(moved);
	await untilAsked(moved);
	await (await control(moved)).answerCopied('moved');
	await write(moved, 'At the new place');
	for (let status: Status | null = null; status?.state !== 'protected' || status.proof === null || status.waiting.changes > 0; ) {
		({ status } = await askStatus(stateBeside(moved)));
	}
	expect(await holdfastJson<SweepResult>(stateBeside(moved), ['verify'])).toMatchObject({ equal: true });
	const { points } = await holdfastJson<Timeline>(stateBeside(moved), ['timeline']);
	const told = points.flatMap(({ activities }) => activities.map(({ object }) => object.title));
	expect(told).toEqual(expect.arrayContaining(['Written in the first', 'At the new place']));
}, 120_000);

async function control(copy: TestSite): Promise<ControlClient> {
	return new ControlClient((await StateFolder.at(stateBeside(copy)).reach())!);
}

async function untilAsked(copy: TestSite): Promise<Status> {
	for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt; ) {
		const status = await untilAgentAnswers(stateBeside(copy));
		if (status.state === 'copied') {
			return status;
		}
	}
	throw new Error('The agent of the copy did not ask.');
}
