import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { localAdapters } from '../adapters/local.ts';
import { MemoryEndpoint } from '../adapters/memory-endpoint.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { RequestWriter } from '../intents/testing/request-writer.ts';
import { silent, shell } from '../restore/testing/test-restorer.ts';
import type { RestoreStep } from '../restore/steps.ts';
import { StateFolder } from '../state-folder/state-folder.ts';
import { Engine } from './engine.ts';
import { Loop } from './loop.ts';
import { openRestores } from './restore-work.ts';
import { openSite } from './site.ts';

const home = mkdtempSync(join(tmpdir(), 'hf-beside-'));
const root = join(home, 'site');
let server: TestServer;
let name: string;
beforeAll(async () => {
	server = await TestServer.start();
	name = await server.database();
	await server.client("CREATE TABLE wp_notes (id int NOT NULL PRIMARY KEY, t text); INSERT INTO wp_notes VALUES (1, 'then'), (2, 'then')", name);
	for (const folder of ['plugins', 'mu-plugins', 'themes', 'uploads', 'languages']) { mkdirSync(join(root, 'wp-content', folder), { recursive: true }); }
	writeFileSync(join(root, 'wp-content/uploads/a.txt'), 'then');
	const settings = { DB_NAME: name, DB_USER: server.user, DB_PASSWORD: server.password, DB_HOST: `localhost:${server.socketPath}`, DB_CHARSET: 'utf8mb4' };
	writeFileSync(join(root, 'wp-config.php'), `<?php\n${Object.entries(settings).map(([key, value]) => `define('${key}', '${value}');`).join('\n')}\n$table_prefix = 'wp_';\n`);
}, 120_000);
afterAll(async () => {
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

test('what is written while a restore stages or compares is durable at once; only from the window to its commit it waits', async () => {
	const state = await StateFolder.open(join(home, 'state'));
	const ended = new AbortController();
	const durable: { at: RestoreStep; isDurable: boolean }[] = [];
	let held = 0;
	let engine: Engine | null = null;
	let rows = 10;

	/** A request of the site that is over; whether it was durable before `giveUp` looks. */
	const written = async (looks: number): Promise<boolean> => {
		const { seq } = engine!.appender.head;
		const request = new RequestWriter(state.log, { machine: 'm', boot: 'b' });
		request.intent('wp_notes', { k: [[++rows]] });
		await server.client(`INSERT INTO wp_notes VALUES (${rows}, 'meanwhile')`, name);
		request.close().end();
		for (let look = 0; look < looks; look++) {
			if (engine!.appender.head.seq > seq && engine!.ledger.waiting().changes === 0) { return true; }
			await sleep(100);
		}
		return false;
	};
	const looked = new Map<RestoreStep, number>([['begun', 300], ['maintenance', 10], ['proven', 300]]);
	const adapters = {
		...localAdapters, ask: async () => null,
		onRestoreStep: async (at: RestoreStep) => {
			if (looked.has(at)) { durable.push({ at, isDurable: await written(looked.get(at)!) }); }
		},
	};
	const endpoint = new MemoryEndpoint();
	const site = await openSite(state, adapters, root);
	engine = await Engine.open({
		site, state, adapters, bootId: 'b', logMachine: 'm', endpoint, askedEndpoint: endpoint, pairing: {
			v: 1, url: 'http://127.0.0.1', fingerprint: null, siteId: '5a'.repeat(16), writer: '77'.repeat(16), token: '0'.repeat(64), rootKey: '9'.repeat(64), sealed: false, recoveryShown: true,
			home: '', binding: site.binding, endpoint: { name: 'memory', version: '1', sameMachine: true }, pairedAt: 0,
		},
	});
	await engine.resume();
	await engine.firstBackup(() => {}, ended.signal);
	const point = engine.appender.head.seq;
	const loop = new Loop(engine, { clock: systemClock, log: pino({ level: 'silent' }), bootId: 'b' });
	const hold = loop.hold.bind(loop);
	loop.hold = async (work) => { held++; return hold(work); };
	const restores = openRestores(engine, loop, ended.signal);
	const running = loop.run(ended.signal);
	try {
		await server.client("UPDATE wp_notes SET t = 'now' WHERE id = 1", name);
		writeFileSync(join(root, 'wp-content/uploads/a.txt'), 'now');
		const plan = await restores.plan(point, ['everything'], {}, shell, silent());
		const result = await restores.restore(plan.id, shell, silent());
		expect(durable).toEqual([{ at: 'begun', isDurable: true }, { at: 'maintenance', isDurable: false }, { at: 'proven', isDurable: true }]);
		expect(held).toBe(1);
		expect(result).toMatchObject({ equal: true, differing: [] });
		// Both that came before the switch are gone, and are in the point that Undo goes to; the one that came after it stays.
		expect(await server.client('SELECT id, t FROM wp_notes ORDER BY id', name)).toBe('1\tthen\n2\tthen\n13\tmeanwhile\n');
		looked.clear();
		await restores.undo(null, shell, silent());
		expect(await server.client('SELECT id, t FROM wp_notes ORDER BY id', name)).toBe('1\tnow\n2\tthen\n11\tmeanwhile\n12\tmeanwhile\n');
	} finally {
		ended.abort();
		await running;
		engine.close();
		await site.database.close();
	}
}, 120_000);
