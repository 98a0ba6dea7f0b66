import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { firstBackupOf } from './testing/first-backup.ts';
import { linesOf, rowsOfState } from './testing/rows-of-state.ts';
import { openWorld, type World } from './testing/world.ts';

let server: TestServer;
let world: World;

beforeAll(async () => { server = await TestServer.start(); });
afterAll(async () => { await server.stop(); });
beforeEach(async () => {
	world = await openWorld(server);
	await world.sql(`
		CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(200)) ENGINE=InnoDB;
		CREATE TABLE wp_names (name varchar(100) NOT NULL PRIMARY KEY, v int) ENGINE=InnoDB;
		CREATE TABLE wp_mine (id int NOT NULL PRIMARY KEY, v varchar(50)) ENGINE=MyISAM;
		INSERT INTO wp_posts (title) VALUES ('one'), ('two');
		INSERT INTO wp_names VALUES ('Anna', 1), ('bert', 2);
		INSERT INTO wp_mine VALUES (1, 'x');`);
	await firstBackupOf(world).run();
});
afterEach(async () => { await world.close(); });

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

async function expectEqual(names: readonly string[]): Promise<void> {
	const state = await world.states.now();
	for (const name of names) {
		expect([name, await rowsOfState(state, name)]).toEqual([name, linesOf(await world.sql(`SELECT * FROM ${quoted(name)}`))]);
	}
	await state.close();
}

test('a table that is dropped by others between capture and reading, and one that comes again: nothing else waits, what is there is read', async () => {
	const a = world.request(1);
	a.intent('wp_names', { k: [['Anna']] });
	a.intent('wp_mine', { k: [[1]] });
	a.intent('wp_posts', { k: [[1]] });
	await world.sql("UPDATE wp_posts SET title = 'changed' WHERE ID = 1; UPDATE wp_names SET v = 9 WHERE name = 'Anna'");
	await world.sql("DROP TABLE wp_names; DROP TABLE wp_mine; CREATE TABLE wp_mine (v varchar(50), id int NOT NULL PRIMARY KEY) ENGINE=InnoDB; INSERT INTO wp_mine VALUES ('again', 1), ('new', 2)");
	a.close().end();
	await world.collector.collectOnce();
	await expectEqual(['wp_posts', 'wp_mine']);
	const state = await world.states.now();
	expect(await rowsOfState(state, 'wp_names')).toBeNull();
	await state.close();
});

test('keys of 3,072 bytes, and tables whose names are keywords or hold dots, backticks, spaces', async () => {
	const odd = ['wp_select', 'wp_a.b', 'wp_`x`', 'wp_ two words', 'wp_über'];
	const key = '\u{1f600}'.repeat(768);
	const a = world.request(1);
	for (const name of odd) {
		a.intent(name, { s: 1 });
		await world.sql(`CREATE TABLE ${quoted(name)} (k varchar(768) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, n int) ENGINE=InnoDB ROW_FORMAT=DYNAMIC; INSERT INTO ${quoted(name)} VALUES ('${key}', 1), ('short', 2)`);
	}
	a.close();
	await world.collector.collectOnce();
	for (const name of odd) {
		a.intent(name, { k: [[key], ['short']] });
		await world.sql(`UPDATE ${quoted(name)} SET n = 5 WHERE k = '${key}'; DELETE FROM ${quoted(name)} WHERE k = 'short'`);
	}
	a.close().end();
	expect((await world.collector.collectOnce()).counts).toMatchObject({ rows: odd.length, deletedRows: odd.length });
	await expectEqual(odd);
});
