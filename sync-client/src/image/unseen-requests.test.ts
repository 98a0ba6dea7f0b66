import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MysqlDatabase } from '../adapters/mysql/database.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { Wire } from '../adapters/mysql/wire.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { untilUnseenLeave } from './unseen-requests.ts';

let server: TestServer;
let database: MysqlDatabase;
let name: string;
beforeAll(async () => {
	server = await TestServer.start();
	name = await server.database();
	database = await MysqlDatabase.connect([server.target(name)]);
});
afterAll(async () => {
	await database.close();
	await server.stop();
});

const { signal } = new AbortController();

test('waits for a request with a transaction that is open, not for those that come later or are of another database', async () => {
	await server.client('CREATE TABLE t (id int PRIMARY KEY)', name);
	const request = await Wire.open(server.target(name));
	const elsewhere = await Wire.open(server.target(await server.database()));
	await request.run('START TRANSACTION');
	await request.run('INSERT INTO t VALUES (1)');
	let later: Wire | null = null;
	const ended = (async () => {
		await systemClock.sleep(300);
		later = await Wire.open(server.target(name));
		await request.run('COMMIT');
		await request.close();
	})();
	expect(await untilUnseenLeave(database, systemClock, signal, 30_000)).toBe(0);
	// Had it not waited, the row would not be there yet.
	expect(await server.client('SELECT id FROM t', name)).toBe('1\n');
	await ended;
	await Promise.all([later!, elsewhere].map((wire: Wire) => wire.close()));
});

test('says how many did not leave', async () => {
	const worker = await Wire.open(server.target(name));
	expect(await untilUnseenLeave(database, systemClock, signal, 200)).toBe(1);
	await worker.close();
});
