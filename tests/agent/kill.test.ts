import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEndpoint, type StartedEndpoint } from '@holdfast/endpoint/testing';
import { HttpEndpoint } from '../../sync-client/src/adapters/http-endpoint.ts';
import { TestServer } from '../../sync-client/src/adapters/mysql/testing/server.ts';
import { firstBackupOf } from '../../sync-client/src/collect/testing/first-backup.ts';
import { linesOf, rowsOfState } from '../../sync-client/src/collect/testing/rows-of-state.ts';
import { openWorld, ring, siteId, writer } from '../../sync-client/src/collect/testing/world.ts';
import { History } from '../../sync-client/src/state/history.ts';
import { Killed, SiteWriter, writerSchema } from './site-writer.ts';

const kills = Number(process.env['HOLDFAST_KILLS'] ?? 10);
const writersAtOnce = 3;

let server: TestServer;
let endpoint: StartedEndpoint;
let folder: string;

beforeAll(async () => {
	server = await TestServer.start();
	endpoint = await startEndpoint();
	folder = mkdtempSync(join(tmpdir(), 'hf-kill-'));
});
afterAll(async () => {
	await endpoint.close();
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
});

function startAgent(args: string[]): Promise<ChildProcess> {
	const child = fork(join(import.meta.dirname, 'killable-agent.ts'), args, {
		env: { ...process.env, HOLDFAST_TEST_DB_SOCKET: server.socketPath, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	return new Promise((resolve, reject) => {
		child.once('message', () => resolve(child));
		child.once('exit', (code, signal) => reject(new Error(`the agent ended by itself: ${code} ${signal}`)));
	});
}

async function kill(child: ChildProcess): Promise<void> {
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.removeAllListeners('exit');
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGKILL');
	await Promise.race([gone, ended]);
}

test(`an agent killed ${kills} times under a load of open transactions, rollbacks and dying requests: in the end the backup equals the site`, async () => {
	const database = await server.database();
	await server.client(writerSchema, database);
	const token = randomBytes(32).toString('hex');
	await new HttpEndpoint({ url: endpoint.url, fingerprint: null, token: null }).pair({
		secret: await endpoint.secret(), siteId, writer, binding: { home: 'https://x.example', database: '00'.repeat(32), machine: '00'.repeat(32) },
		home: 'https://x.example', label: 'x', token, protocol: 1,
	});
	const args = [endpoint.url, token, folder, database];
	let on = true;
	const writers = Array.from({ length: writersAtOnce }, () => new SiteWriter(server, database, join(folder, 'state', 'log')));
	const load = Promise.all(writers.map(async (one) => {
		while (on) {
			await one.run(() => on).catch((error: unknown) => { if (!(error instanceof Killed)) { throw error; } });
		}
	}));
	for (let i = 0; i < kills; i++) {
		const child = await startAgent(args);
		await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
		await kill(child);
	}
	on = false;
	await load;

	const remote = new HttpEndpoint({ url: endpoint.url, fingerprint: null, token });
	const world = await openWorld(server, { remote, folder, database });
	await world.appender.resume();
	if (world.index.image() === null) {
		await firstBackupOf(world).run();
	}
	for (let i = 0; i < 3; i++) {
		await world.collector.collectOnce();
	}
	// From the endpoint alone, as a restore reads it.
	const state = await world.states.at(world.appender.head.seq);
	for (const table of ['wp_posts', 'wp_meta']) {
		const live = linesOf(await server.client(`SELECT * FROM ${table}`, database));
		expect([table, await rowsOfState(state, table)]).toEqual([table, live]);
	}
	await state.close();
	expect(world.ledger.takeSweepWanted()).toBeNull();

	const told: string[] = [];
	for await (const { manifest } of new History(remote, ring).commits({ seq: 0, hash: '0'.repeat(64) } as never, null)) {
		told.push(...(manifest.activities ?? []).map((one) => one.sentence));
	}
	expect(told.sort()).toEqual(writers.flatMap((one) => one.said).sort());
	await world.close(true);
}, 180_000);
