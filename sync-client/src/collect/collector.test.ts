import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { commitFlags, splitCommit } from '@holdfast/protocol';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { Wire } from '../adapters/mysql/wire.ts';
import { HoldfastError } from '../errors.ts';
import { Named } from '../intents/named.ts';
import { liveLimits } from './rows-step.ts';
import { firstBackupOf } from './testing/first-backup.ts';
import { linesOf, rowsOfState } from './testing/rows-of-state.ts';
import { openWorld, type World } from './testing/world.ts';

let server: TestServer;
let world: World;
const wires: Wire[] = [];

beforeAll(async () => { server = await TestServer.start(); });
afterAll(async () => { await server.stop(); });
afterEach(async () => {
	await Promise.all(wires.splice(0).map((wire) => wire.close()));
	await world.close();
});

const schema = `
	CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(200), status varchar(20)) ENGINE=InnoDB;
	CREATE TABLE wp_names (name varchar(100) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, v int) ENGINE=InnoDB;
	CREATE TABLE wp_log (t int, msg varchar(50)) ENGINE=InnoDB;
	CREATE TABLE wp_mine (id int NOT NULL PRIMARY KEY, v varchar(50)) ENGINE=MyISAM;
	INSERT INTO wp_posts (title, status) VALUES ('one', 'publish'), ('two', 'draft'), ('three', 'draft');
	INSERT INTO wp_names VALUES ('Anna', 1), ('bert', 2);
	INSERT INTO wp_log VALUES (1, 'a'), (1, 'a'), (2, 'b');
	INSERT INTO wp_mine VALUES (1, 'x');
`;
const tables = ['wp_posts', 'wp_names', 'wp_log', 'wp_mine'];

async function begin(more: Parameters<typeof openWorld>[1] = {}): Promise<void> {
	world = await openWorld(server, more);
	await world.sql(schema);
	await firstBackupOf(world).run();
}

/** A connection of the site. */
async function connect(): Promise<Wire> {
	const wire = await Wire.open(server.target(world.name));
	wires.push(wire);
	return wire;
}

async function expectEqual(names: readonly string[] = tables): Promise<void> {
	const state = await world.states.now();
	for (const table of names) {
		expect([table, await rowsOfState(state, table)]).toEqual([table, linesOf(await world.sql(`SELECT * FROM ${table}`))]);
	}
	await state.close();
}

const at = async (seq: number, table: string): Promise<string[] | null> => {
	const state = await world.states.at(seq);
	try {
		return await rowsOfState(state, table);
	} finally {
		await state.close();
	}
};

describe('the first backup', () => {
	test('holds every row of every kind of table, and can be read again from the endpoint alone', async () => {
		await begin();
		await expectEqual();
		const head = world.appender.head.seq;
		for (const table of tables) {
			expect([table, await at(head, table)]).toEqual([table, linesOf(await world.sql(`SELECT * FROM ${table}`))]);
		}
		expect(splitCommit(world.endpoint.commitsStored.at(-1)!.commit).header.flags & commitFlags.imageComplete).not.toBe(0);
	});

	test('an empty site', async () => {
		world = await openWorld(server);
		await firstBackupOf(world).run();
		expect(await (await world.states.now()).tables()).toEqual(new Map());
	});
});

describe('collect', () => {
	test('an update in autocommit, in one commit; nothing more when nothing changed', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { k: [[1]] });
		await world.sql("UPDATE wp_posts SET title = 'changed' WHERE ID = 1");
		a.close().activity('Post updated').end();
		const result = await world.collector.collectOnce();
		expect(result).toMatchObject({ committed: true, counts: { rows: 1, deletedRows: 0 } });
		await expectEqual();
		expect(await world.collector.collectOnce()).toMatchObject({ committed: false });
	});

	test('while a sweep is owed no point is complete; the last collect of the sweep settles it', async () => {
		let owed: string | null = null;
		await begin({ sweepOwed: async (sweepsAll) => (sweepsAll ? null : owed) });
		const pendingOf = async () => (await world.states.now().then((state) => state.close()), splitCommit(world.endpoint.commitsStored.at(-1)!.commit).header.pending);
		owed = 'the database was restarted';
		await world.collector.collectOnce({ always: 'quiet' });
		const [mark] = await pendingOf();
		expect(mark).toMatchObject({ exactAt: world.appender.head.seq - 1 });
		expect(world.collector.pending.list()).toMatchObject([{ why: 'Changes may be missing until a full comparison is through, because the database was restarted.' }]);
		const a = world.request(1);
		a.intent('wp_posts', { k: [[1]] });
		await world.sql("UPDATE wp_posts SET title = 'changed' WHERE ID = 1");
		a.close().end();
		await world.collector.collectOnce();
		expect(await pendingOf()).toEqual([mark]);
		await world.collector.collectOnce({ always: 'point', sweepsAll: true, flags: commitFlags.afterSweep });
		expect(await pendingOf()).toEqual([]);
		expect(world.collector.pending.wantsSweep).toBe(false);
	});

	test('a log that asks for a sweep makes the very commit that holds its change incomplete', async () => {
		await begin();
		const a = world.request(1);
		a.line('x', 'sweep: a transaction began before the site was paired');
		a.intent('wp_posts', { k: [[1]] });
		await world.sql("UPDATE wp_posts SET title = 'changed' WHERE ID = 1");
		a.close().end();
		expect(await world.collector.collectOnce()).toMatchObject({ committed: true });
		expect(world.collector.pending.wantsSweep).toBe(true);
	});

	test('deleted, renamed under a collation, inserted', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { k: [[2]] });
		await world.sql('DELETE FROM wp_posts WHERE ID = 2');
		a.intent('wp_names', { k: [['Anna']] });
		await world.sql("UPDATE wp_names SET name = 'ANNA' WHERE name = 'Anna'");
		const n = a.intent('wp_posts', { n: 2 });
		await world.sql("INSERT INTO wp_posts (title) VALUES ('four'), ('five')");
		a.created(n, [4], [5]).close().end();
		const { counts } = await world.collector.collectOnce();
		expect(counts).toMatchObject({ rows: 3, deletedRows: 2 });
		await expectEqual();
	});

	test('new rows whose keys nobody told: above the floor', async () => {
		await begin();
		world.request(1).intent('wp_posts', { n: 1 });
		await world.sql("INSERT INTO wp_posts (title) VALUES ('four')");
		expect((await world.collector.collectOnce()).counts).toMatchObject({ rows: 1 });
		await expectEqual();
	});

	test('by condition, by range, whole, and a table without a key', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { c: [[['status', 'gone']]] });
		await world.sql("UPDATE wp_posts SET status = 'gone' WHERE ID > 1");
		a.intent('wp_posts', { g: [1, 2] });
		await world.sql('DELETE FROM wp_posts WHERE ID BETWEEN 1 AND 2');
		a.intent('wp_names', { t: 1 });
		await world.sql('DELETE FROM wp_names WHERE v % 2 = 1');
		a.intent('wp_log', { k: [[1]] });
		await world.sql("DELETE FROM wp_log WHERE t = 1 LIMIT 1; INSERT INTO wp_log VALUES (3, 'c'), (2, 'b')");
		a.close().end();
		const { counts } = await world.collector.collectOnce();
		expect(counts.deletedRows).toBe(3); // posts 1 and 2, and Anna: the log's (1, a) only occurs less often
		await expectEqual();
	});

	test('more rows than are read one by one: the whole table is compared, exactly', async () => {
		await begin({ limits: { ...liveLimits, liveRowsMax: 3, liveBytesMax: 1 << 20 } });
		const a = world.request(1);
		a.intent('wp_posts', { g: [null, 100] });
		await world.sql("INSERT INTO wp_posts (title) SELECT CONCAT('n', seq) FROM seq_1_to_500; DELETE FROM wp_posts WHERE ID = 3");
		a.close().end();
		expect((await world.collector.collectOnce()).counts).toMatchObject({ rows: 500, deletedRows: 1 });
		await expectEqual();
	});

	test('schema: a new table, ALTER, TRUNCATE, DROP, a view and a trigger', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_new', { s: 1 });
		await world.sql('CREATE TABLE wp_new (a int PRIMARY KEY, b text); INSERT INTO wp_new VALUES (1, NULL)');
		a.close();
		await world.collector.collectOnce();
		await expectEqual([...tables, 'wp_new']);

		a.intent('wp_posts', { s: 1 });
		await world.sql("ALTER TABLE wp_posts ADD extra int DEFAULT 7 FIRST");
		a.intent('wp_names', { s: 1 });
		await world.sql('TRUNCATE wp_names');
		a.intent('wp_new', { s: 1 });
		await world.sql('DROP TABLE wp_new');
		a.intent('wp_view', { s: 1 });
		await world.sql('CREATE VIEW wp_view AS SELECT ID FROM wp_posts');
		a.intent('wp_log', { s: 1 });
		await world.sql('CREATE TRIGGER wp_t BEFORE INSERT ON wp_log FOR EACH ROW SET NEW.t = NEW.t');
		a.close();
		const { counts } = await world.collector.collectOnce();
		expect(counts.deletedRows).toBe(0); // TRUNCATE and DROP are schema entries
		expect(world.schemasVoided).toBe(2);
		await expectEqual();
		const state = await world.states.now();
		expect((await state.tables()).has('wp_new')).toBe(false);
		const kinds: number[] = [];
		for await (const { keys } of state.range(Buffer.of(0x11), Buffer.of(0x13))) {
			kinds.push(...keys.map((key) => key[0]!));
		}
		expect(kinds).toEqual([0x11, 0x12]);

		a.intent('wp_view', { s: 1 });
		await world.sql('DROP VIEW wp_view; DROP TRIGGER wp_t');
		a.close().end();
		await world.collector.collectOnce();
		for await (const { keys } of (await world.states.now()).range(Buffer.of(0x11), Buffer.of(0x13))) {
			expect(keys).toEqual([]);
		}
	});

	test('quiet changes alone make a quiet commit, and ride along with others', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { k: [[1]], q: 1 });
		await world.sql("UPDATE wp_posts SET title = 'q' WHERE ID = 1");
		a.close();
		await world.collector.collectOnce();
		const flagsOfHead = (): number => splitCommit(world.endpoint.commitsStored.at(-1)!.commit).header.flags;
		expect(flagsOfHead() & commitFlags.quiet).not.toBe(0);
		a.intent('wp_posts', { k: [[1]], q: 1 });
		a.intent('wp_posts', { k: [[2]] });
		await world.sql("UPDATE wp_posts SET title = 'r' WHERE ID < 3");
		a.close().end();
		expect((await world.collector.collectOnce()).counts).toMatchObject({ rows: 2, quiet: 1 });
		expect(flagsOfHead() & commitFlags.quiet).toBe(0);
	});

	test('an intent outside the scope is forgotten', async () => {
		await begin();
		const a = world.request(1);
		a.intent('other_table', { t: 1 });
		await world.sql('CREATE TABLE other_table (a int)');
		a.close().end();
		expect(await world.collector.collectOnce()).toMatchObject({ committed: false, forgotten: 1 });
		expect(world.ledger.waiting().changes).toBe(0);
	});

	test('a large value goes out of line', async () => {
		await begin();
		await world.sql('CREATE TABLE wp_big (id int PRIMARY KEY, b longblob)');
		const a = world.request(1);
		a.intent('wp_big', { s: 1 });
		await world.sql("INSERT INTO wp_big VALUES (1, REPEAT('abcdefgh', 1000000))");
		a.close().end();
		await world.collector.collectOnce();
		for await (const { values } of (await world.states.now()).range(Buffer.of(0x20), Buffer.of(0x21))) {
			values.forEach((value) => expect(value!.length).toBeLessThan(10_000));
		}
	});

	test('a manual backup makes a point where nothing changed', async () => {
		await begin();
		const before = world.appender.head.seq;
		const result = await world.collector.collectOnce({ always: 'point', flags: commitFlags.named, manifest: { name: 'Before the sale', pinned: true } });
		expect([result.committed, result.position.seq]).toEqual([true, before + 1]);
	});

	test('what nobody announced is read when it is named by key', async () => {
		await begin();
		await world.sql("UPDATE wp_posts SET title = 'behind' WHERE ID = 1; DELETE FROM wp_posts WHERE ID = 2");
		const extra = new Named();
		const state = await world.states.now();
		for await (const { keys } of state.range(Buffer.of(0x20), Buffer.of(0x21))) {
			keys.forEach((key) => extra.rows('wp_posts').addRowKey(key));
			break;
		}
		extra.rows('wp_names').addWhole();
		await world.collector.collectOnce({ extra });
		await expectEqual(['wp_posts']);
	});
});

describe('one moment', () => {
	test('a transaction stays open for long while others commit: no point shows half of it', async () => {
		await begin();
		const slow = await connect();
		const a = world.request(slow.connectionId);
		await slow.run('START TRANSACTION');
		a.intent('wp_posts', { k: [[1]] }, 1);
		await slow.run("UPDATE wp_posts SET title = 'slow' WHERE ID = 1");
		a.intent('wp_names', { k: [['bert']] }, 1);
		await slow.run("UPDATE wp_names SET v = 99 WHERE name = 'bert'");
		const points: number[] = [];
		for (let i = 0; i < 5; i++) {
			const b = world.request(1);
			b.intent('wp_posts', { k: [[2]] });
			await world.sql(`UPDATE wp_posts SET title = 'fast ${i}' WHERE ID = 2`);
			b.close().end();
			points.push((await world.collector.collectOnce()).position.seq);
		}
		await slow.run('COMMIT');
		a.line('c', 2, 0).end();
		points.push((await world.collector.collectOnce()).position.seq);
		await expectEqual();
		for (const [i, seq] of points.entries()) {
			const whole = i < 5 ? ['1\tone\tpublish', `2\tfast ${i}\tdraft`, 'Anna\t1', 'bert\t2'] : ['1\tslow\tpublish', '2\tfast 4\tdraft', 'Anna\t1', 'bert\t99'];
			expect([...(await at(seq, 'wp_posts'))!.slice(0, 2), ...(await at(seq, 'wp_names'))!]).toEqual(whole);
		}
	});

	test('rolled back: nothing of it is ever in a point', async () => {
		await begin();
		const wire = await connect();
		const a = world.request(wire.connectionId);
		await wire.run('START TRANSACTION');
		a.intent('wp_posts', { k: [[1]] }, 1);
		await wire.run("UPDATE wp_posts SET title = 'never' WHERE ID = 1");
		await world.collector.collectOnce();
		await wire.run('ROLLBACK');
		a.close().end();
		await world.collector.collectOnce();
		await expectEqual();
		expect(await at(world.appender.head.seq, 'wp_posts')).toContain('1\tone\tpublish');
	});

	test('killed between write and end: read once more when its connection is gone', async () => {
		await begin();
		const wire = await connect();
		const a = world.request(wire.connectionId);
		a.intent('wp_posts', { k: [[1]] });
		await world.collector.collectOnce();
		await wire.run("UPDATE wp_posts SET title = 'last words' WHERE ID = 1");
		wire.destroy();
		wires.length = 0;
		for (let i = 0; i < 50 && (await world.database.connectionIds()).has(a ? wire.connectionId : 0); i++) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		expect(await world.collector.collectOnce()).toMatchObject({ forgotten: 1 });
		await expectEqual();
	});

	test('a table that the server cannot open keeps nothing else waiting, stays as it was, and is compared when it is repaired', async () => {
		await begin();
		const open = world.database.openSnapshot.bind(world.database);
		world.database.openSnapshot = async () => {
			const snapshot = await open();
			const readSchema = snapshot.readSchema.bind(snapshot);
			snapshot.readSchema = async (table) => {
				if (table === 'wp_mine') { throw new HoldfastError('DB_TABLE_BROKEN', 'marked as crashed'); }
				return readSchema(table);
			};
			return snapshot;
		};
		const wire = await connect();
		const a = world.request(wire.connectionId);
		a.intent('wp_mine', { k: [[1]] });
		await wire.run("UPDATE wp_mine SET v = 'y' WHERE id = 1");
		a.close().intent('wp_posts', { k: [[1]] });
		await wire.run("UPDATE wp_posts SET title = 'goes on' WHERE ID = 1");
		a.close();
		await world.collector.collectOnce();
		await expectEqual(['wp_posts']);
		expect(await at(world.appender.head.seq, 'wp_mine')).toEqual(['1\tx']);
		expect(world.collector.pending.list()).toMatchObject([{ why: 'The database cannot open the table wp_mine; it has to be repaired.' }]);
		expect(world.ledger.waiting().changes).toBe(1);
		await world.collector.collectOnce();

		world.database.openSnapshot = open;
		await wire.run("INSERT INTO wp_mine VALUES (2, 'by the repair')"); // announced by nobody
		await world.collector.collectOnce();
		await expectEqual();
		expect(world.collector.pending.list()).toEqual([]);
		expect(world.ledger.waiting().changes).toBe(0);
	});

	/** Runs `act` just before or just after the snapshot of the next collect is opened. */
	function aroundSnapshot(when: 'before' | 'after', act: () => Promise<void>): void {
		const open = world.database.openSnapshot.bind(world.database);
		world.database.openSnapshot = async () => {
			world.database.openSnapshot = open;
			if (when === 'before') {
				await act();
			}
			const snapshot = await open();
			if (when === 'after') {
				await act();
			}
			return snapshot;
		};
	}

	test('closed after the snapshot: read again, because the snapshot did not see it', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { k: [[1]] });
		aroundSnapshot('after', async () => {
			await world.sql("UPDATE wp_posts SET title = 'late' WHERE ID = 1");
			a.close().end();
		});
		expect(await world.collector.collectOnce()).toMatchObject({ forgotten: 0 });
		expect(await world.collector.collectOnce()).toMatchObject({ forgotten: 1, counts: { rows: 1 } });
		await expectEqual();
	});

	test('written and committed between the log and the snapshot: in this commit, with what it belongs to', async () => {
		await begin();
		const a = world.request(1);
		aroundSnapshot('before', async () => {
			a.intent('wp_posts', { k: [[1]] });
			a.intent('wp_names', { k: [['bert']] });
			await world.sql("START TRANSACTION; UPDATE wp_posts SET title = 'early' WHERE ID = 1; UPDATE wp_names SET v = 3 WHERE name = 'bert'; COMMIT");
		});
		const { position } = await world.collector.collectOnce();
		expect([(await at(position.seq, 'wp_posts'))![0], (await at(position.seq, 'wp_names'))![1]]).toEqual(['1\tearly\tpublish', 'bert\t3']);
	});

	test('a table that is altered under the reading is read again', async () => {
		await begin();
		const a = world.request(1);
		a.intent('wp_posts', { k: [[1]] });
		aroundSnapshot('after', async () => {
			a.intent('wp_posts', { s: 1 });
			await world.sql('ALTER TABLE wp_posts ADD extra varchar(20) DEFAULT "x"');
			a.close().end();
		});
		await world.collector.collectOnce();
		await world.collector.collectOnce();
		await expectEqual();
	});

	test('a higher key committed before a lower one: the lower one is found above its own floor', async () => {
		await begin();
		const [slow, fast] = [await connect(), await connect()];
		await slow.run('START TRANSACTION');
		const a = world.request(slow.connectionId);
		a.intent('wp_posts', { n: 1 }, 1);
		await slow.run("INSERT INTO wp_posts (title) VALUES ('lower')");
		const b = world.request(fast.connectionId);
		const n = b.intent('wp_posts', { n: 1 });
		await fast.run("INSERT INTO wp_posts (title) VALUES ('higher')");
		b.created(n, [5]).close().end();
		await world.collector.collectOnce();
		await slow.run('COMMIT');
		await world.collector.collectOnce();
		await expectEqual();
	});
});

describe('while the first backup runs', () => {
	test('rows that change, come and go between slices; a table emptied by a statement nobody understands', async () => {
		world = await openWorld(server);
		await world.sql(schema);
		await world.sql("INSERT INTO wp_posts (title, status) SELECT CONCAT('post ', seq), 'publish' FROM seq_1_to_3000");
		let on = true;
		// A connection that lives: intents of one that is not in the process list count as closed before their statements run.
		const { connectionId } = await connect();
		const writes = (async () => {
			for (let i = 0; on; i++) {
				const a = world.request(connectionId);
				a.intent('wp_posts', { k: [[1 + (i * 37) % 3000]] });
				await world.sql(`UPDATE wp_posts SET title = 'moved ${i}' WHERE ID = ${1 + (i * 37) % 3000}`);
				const n = a.intent('wp_posts', { n: 1 });
				const [id] = linesOf(await world.sql("INSERT INTO wp_posts (title) VALUES ('new'); SELECT LAST_INSERT_ID()"));
				a.created(n, [Number(id)]);
				a.intent('wp_posts', { k: [[2 + (i * 91) % 3000]] });
				await world.sql(`DELETE FROM wp_posts WHERE ID = ${2 + (i * 91) % 3000}`);
				if (i === 3) {
					a.intent('wp_names', { t: 1 });
					await world.sql("DELETE FROM wp_names WHERE v < 2; INSERT INTO wp_names VALUES ('carl', 5)");
				}
				a.close().end();
			}
		})();
		const collects = (async () => {
			while (on) {
				if (world.index.position() !== null) {
					await world.collector.collectOnce();
				}
				await new Promise((resolve) => setTimeout(resolve, 30));
			}
		})();
		await new Promise((resolve) => setTimeout(resolve, 100));
		await firstBackupOf(world, { onProgress: () => {} }).run();
		await new Promise((resolve) => setTimeout(resolve, 200));
		on = false;
		await Promise.all([writes, collects]);
		await world.collector.collectOnce();
		await expectEqual();
		for (const table of tables) {
			expect([table, await at(world.appender.head.seq, table)]).toEqual([table, linesOf(await world.sql(`SELECT * FROM ${table}`))]);
		}
	});
});
