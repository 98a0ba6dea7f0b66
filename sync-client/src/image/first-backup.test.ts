import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { commitFlags, decodeManifest, openSync, splitCommit, chunkOf, readPackIndex, type Manifest } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { linesOf, rowsOfState } from '../collect/testing/rows-of-state.ts';
import { firstBackupOf } from '../collect/testing/first-backup.ts';
import { openWorld, ring, type World } from '../collect/testing/world.ts';
import { HoldfastError } from '../errors.ts';
import type { BackupProgress } from './first-backup.ts';

let server: TestServer;
let world: World;

beforeAll(async () => { server = await TestServer.start(); });
afterAll(async () => { await server.stop(); });
afterEach(async () => { await world.close(); });

const small = { partBlocksMax: 2, sliceBytesMax: 64 * 1024 };
const schema = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(300)) ENGINE=InnoDB;
	CREATE TABLE wp_pair (a int NOT NULL, b varbinary(20) NOT NULL, v int, PRIMARY KEY (a, b)) ENGINE=InnoDB;
	CREATE TABLE wp_names (k varchar(50) NOT NULL PRIMARY KEY, v int) ENGINE=InnoDB;
	CREATE TABLE wp_log (t int, msg varchar(50)) ENGINE=InnoDB;
	CREATE TABLE wp_empty (id int PRIMARY KEY) ENGINE=InnoDB;
	CREATE TABLE wp_view_base (id int PRIMARY KEY);
	CREATE VIEW wp_view AS SELECT id FROM wp_view_base;
	INSERT INTO wp_posts (title) SELECT CONCAT(seq, REPEAT(' lorem', 40)) FROM seq_1_to_5000;
	INSERT INTO wp_pair SELECT CAST(seq DIV 10 AS SIGNED) - 50, CHAR(seq % 10, 0, seq % 7), seq FROM seq_1_to_3000;
	INSERT INTO wp_names SELECT CONCAT('Name ', MD5(seq)), seq FROM seq_1_to_3000;
	INSERT INTO wp_log SELECT seq % 50, 'same' FROM seq_1_to_1000;
`;
const tables = ['wp_posts', 'wp_names', 'wp_log', 'wp_empty'];

async function expectExact(names = tables): Promise<void> {
	const head = world.appender.head.seq;
	for (const state of [await world.states.now(), await world.states.at(head)]) {
		for (const table of names) {
			const live = linesOf(await world.sql(`SELECT * FROM ${table}`));
			expect([table, await rowsOfState(state, table)]).toEqual([table, live]);
		}
		await state.close();
	}
}

function manifests(): { flags: number; manifest: Manifest }[] {
	return world.endpoint.commitsStored.map(({ commit }) => {
		const { header, body } = splitCommit(commit);
		const sealed = chunkOf(body, readPackIndex(body, body.length), header.manifest)!;
		return { flags: header.flags, manifest: decodeManifest(openSync(ring, sealed, { kind: 'manifest', id: header.manifest })) };
	});
}

test('parts, then a collect, then the layer; progress ends at real totals', async () => {
	world = await openWorld(server);
	await world.sql(schema);
	const progress: BackupProgress[] = [];
	const exact = await firstBackupOf(world, { ...small, onProgress: (told) => progress.push({ ...told }) }).run();
	const all = manifests();
	expect(all.filter(({ flags }) => flags & commitFlags.imagePart).length).toBeGreaterThan(3);
	const last = all.at(-1)!;
	expect(last.flags & commitFlags.imageComplete).not.toBe(0);
	expect(last.manifest.image!.exactFrom!.seq).toBe(exact.seq - 1);
	const rows = progress.filter((told) => told.step === 'tables').at(-1)!;
	expect(rows.done).toBe(5000 + 3000 + 3000 + 50);
	expect(rows.total).toBeGreaterThanOrEqual(rows.done);
	await expectExact();
	const { columns } = (await (await world.states.now()).tables()).get('wp_pair')!.layout;
	expect(columns.map((column) => column.name)).toEqual(['a', 'b', 'v']);
});

test('an endpoint that fails for good in the middle: the next run goes on behind what is there', async () => {
	world = await openWorld(server);
	await world.sql(schema);
	let appends = 0;
	world.endpoint.onCall = async (method) => {
		if (method === 'append' && ++appends === 6) {
			throw new HoldfastError('INTERNAL', 'the process died here', { retry: 'never' });
		}
	};
	await expect(firstBackupOf(world, small).run()).rejects.toMatchObject({ code: 'INTERNAL' });
	world.endpoint.onCall = async () => {};
	let read = 0;
	await firstBackupOf(world, { ...small, onProgress: (told) => { read = told.step === 'tables' ? told.done : read; } }).run();
	expect(read).toBeLessThan(5000 + 3000 + 3000 + 50);
	await expectExact();
});

test('a table that is altered between two slices without a word is read again under a new life', async () => {
	world = await openWorld(server);
	await world.sql(schema);
	let done = false;
	world.endpoint.onCall = async (method) => {
		if (method === 'append' && world.endpoint.commitsStored.length === 3 && !done) {
			done = true;
			await world.sql("ALTER TABLE wp_posts ADD extra int DEFAULT 5 FIRST; DELETE FROM wp_posts WHERE ID % 2 = 0; DROP TABLE wp_empty");
		}
	};
	await firstBackupOf(world, small).run();
	await expectExact(['wp_posts', 'wp_names', 'wp_log']);
});

test('a collect begins a new life of a table while its slices are read', async () => {
	world = await openWorld(server);
	await world.sql(schema);
	let done = false;
	world.endpoint.onCall = async (method) => {
		if (method === 'append' && world.endpoint.commitsStored.length === 4 && !done) {
			done = true;
			const a = world.request(1);
			a.intent('wp_posts', { t: 1 });
			await world.sql("UPDATE wp_posts SET title = 'all' WHERE ID % 3 = 0; DELETE FROM wp_posts WHERE ID % 5 = 0");
			a.intent('wp_names', { g: [1, 5] });
			a.intent('wp_names', { t: 1 });
			await world.sql('DELETE FROM wp_names WHERE v > 10');
			a.close().end();
			void world.collector.collectOnce();
		}
	};
	await firstBackupOf(world, small).run();
	await expectExact();
	// Now state(now) knows all rows: whole tables are compared again.
	const a = world.request(1);
	a.intent('wp_posts', { t: 1 });
	await world.sql('DELETE FROM wp_posts WHERE ID = 1');
	a.close().end();
	expect((await world.collector.collectOnce()).counts).toMatchObject({ deletedRows: 1, rows: 0 });
	await expectExact();
});

test('stopped by its signal', async () => {
	world = await openWorld(server);
	await world.sql(schema);
	const stop = new AbortController();
	await expect(firstBackupOf(world, { ...small, signal: stop.signal, onProgress: ({ step }) => { if (step === 'tables') { stop.abort(); } } }).run()).rejects.toThrow();
	expect(world.index.image()).toBeNull();
});
