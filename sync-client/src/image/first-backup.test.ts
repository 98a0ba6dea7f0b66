import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { asBuffer, chunkOf, commitFlags, decodeFile, decodeManifest, openSync, readPackIndex, splitCommit, type FileValue, type Manifest } from '@holdfast/protocol';
import { LocalFiles } from '../adapters/local-files.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { linesOf, rowsOfState } from '../collect/testing/rows-of-state.ts';
import { firstBackupOf } from '../collect/testing/first-backup.ts';
import { openWorld, ring, type World } from '../collect/testing/world.ts';
import { HoldfastError } from '../errors.ts';
import { CollectedFiles } from '../files/collected-files.ts';
import { SiteRoots } from '../files/roots.ts';
import { Scope } from '../files/scope.ts';
import { SiteTree } from '../files/site-tree.ts';
import { Named } from '../intents/named.ts';
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

test('files: large ones in pieces, and one that is gone before the end is in no state', async () => {
	world = await openWorld(server);
	const site = join(world.folder, 'site');
	mkdirSync(join(site, 'wp-content/uploads'), { recursive: true });
	const large = Buffer.concat(Array.from({ length: 700 }, (_, i) => createHash('sha512').update(String(i)).digest()).flatMap((bytes) => Array<Buffer>(64).fill(bytes)));
	writeFileSync(join(site, 'wp-content/uploads/large.bin'), large);
	writeFileSync(join(site, 'wp-content/uploads/short-lived.txt'), 'x');
	for (let i = 0; i < 300; i++) {
		writeFileSync(join(site, `wp-content/uploads/${i}.txt`), `file ${i}`);
	}
	const local = new LocalFiles();
	const roots = await SiteRoots.resolve(local, { root: site, content: join(site, 'wp-content'), uploads: join(site, 'wp-content/uploads') });
	const tree = new SiteTree(local, new Scope({ roots, release: { version: '7', locale: 'x', written: null }, own: [], excluded: [] }), ring);
	const files = new CollectedFiles({ tree, openState: () => world.states.now(), knowsAll: () => world.index.image() !== null });
	await world.close(true);
	world = await openWorld(server, { files, folder: world.folder, database: world.name, endpoint: world.endpoint });
	await firstBackupOf(world, {
		...small, files,
		onProgress: ({ step, done, total }) => {
			if (step === 'files' && done === total) {
				rmSync(join(site, 'wp-content/uploads/short-lived.txt'), { force: true });
			}
		},
	}).run();
	const state = await world.states.at(world.appender.head.seq);
	const found = new Map<string, FileValue>();
	for await (const { keys, values } of state.range(Buffer.of(0x30), Buffer.of(0x31))) {
		keys.forEach((key, i) => found.set(asBuffer(key).subarray(2).toString(), decodeFile(values[i]!)));
	}
	expect(found.has('short-lived.txt')).toBe(false);
	expect([...found.keys()].filter((path) => path.endsWith('.txt'))).toHaveLength(300);
	const value = found.get('large.bin')!;
	const pieces = value.type === 'file' ? value.pieces : [];
	expect(pieces.length).toBeGreaterThan(1);
	const content = await world.chunks.readMany('content', pieces.map((piece) => piece.id));
	expect(Buffer.concat(content).equals(large)).toBe(true);

	// From now on files that an intent names join their commit, but large ones go ahead.
	const a = world.request(1);
	writeFileSync(join(site, 'wp-content/uploads/new.txt'), 'new');
	a.file(join(site, 'wp-content/uploads/new.txt'));
	a.file(join(site, 'wp-content/uploads/large.bin'));
	writeFileSync(join(site, 'wp-content/uploads/large.bin'), Buffer.concat([Buffer.from('head'), large]));
	a.end();
	const first = await world.collector.collectOnce();
	expect([first.counts.files, first.postponed.length]).toEqual([1, 1]);
	expect(splitCommit(world.endpoint.commitsStored.at(-1)!.commit).header.pending).toHaveLength(1);
	const extra = new Named();
	extra.addFileKey(first.postponed[0]!);
	expect((await world.collector.collectOnce({ extra, largeFiles: 'now' })).counts.files).toBe(1);
	expect(splitCommit(world.endpoint.commitsStored.at(-1)!.commit).header.pending).toHaveLength(0);
});
