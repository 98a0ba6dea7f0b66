import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asBuffer, compareBytes, decodeCountedRow, decodeRow, firstGeneration, gearTable, isOutOfLine, keyAfter, KeyRing, parseRootKey, parseSiteId, rowsRange, type Incarnation } from '@holdfast/protocol';
import { MysqlDatabase } from '../adapters/mysql/database.ts';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { sqliteSorters } from '../adapters/sqlite-sorter.ts';
import { NamedRows } from '../intents/named.ts';
import type { Entries } from '../ports/index-store.ts';
import { batchOf, encodeRow } from '../ports/row-batch.ts';
import { differences } from './differences.ts';
import { LargeValues, namingPieces } from './large-values.ts';
import { liveTable, tupleOfKey } from './live-table.ts';
import { readNamedRows } from './named-rows.ts';
import { logKeysAreExact } from './table-shape.ts';

const life = 65_536 as Incarnation;
const ring = new KeyRing(parseRootKey(Buffer.alloc(32, 1)), parseSiteId('aa'.repeat(16)));
const large = new LargeValues(gearTable(ring.cutterKey()), namingPieces(ring.generation(firstGeneration)));

let server: TestServer;
let database: MysqlDatabase;
let name: string;
let folder: string;
beforeAll(async () => {
	server = await TestServer.start();
	name = await server.database();
	database = await MysqlDatabase.connect([server.target(name)]);
	folder = mkdtempSync(join(tmpdir(), 'hf-rows-'));
	await server.client(`
		CREATE TABLE wp_int (id int NOT NULL PRIMARY KEY, v varchar(20));
		INSERT INTO wp_int SELECT CAST(seq AS SIGNED) - 500, CONCAT('v', seq) FROM seq_1_to_1000;
		CREATE TABLE wp_text (k varchar(40) COLLATE utf8mb4_unicode_ci NOT NULL, n int NOT NULL, PRIMARY KEY (k, n));
		INSERT INTO wp_text SELECT CONCAT(CHAR(65 + seq % 26), IF(seq % 2, 'a', 'B'), MD5(seq)), seq FROM seq_1_to_1000;
		CREATE TABLE wp_free (a int, b text);
		INSERT INTO wp_free SELECT seq % 7, NULL FROM seq_1_to_100;
		CREATE TABLE wp_latin (k varchar(40) CHARACTER SET latin1 NOT NULL PRIMARY KEY, t timestamp NULL);
		CREATE TABLE wp_enum (e enum('a','b','') NOT NULL PRIMARY KEY);
		CREATE TABLE wp_big (id int PRIMARY KEY, b longblob);
		INSERT INTO wp_big VALUES (1, REPEAT('0123456789', 600000)), (2, 'small');
	`, name);
});
afterAll(async () => {
	await database.close();
	await server.stop();
	rmSync(folder, { recursive: true });
});

async function all(source: AsyncIterable<Entries>): Promise<Entries> {
	const found: Entries = { keys: [], values: [] };
	for await (const { keys, values } of source) {
		found.keys.push(...keys);
		found.values.push(...values);
	}
	return found;
}

async function read(table: string, from?: Uint8Array, to?: Uint8Array, memoryBytesMax = 1 << 20): Promise<Entries> {
	const snapshot = await database.openSnapshot();
	try {
		const layout = await snapshot.readSchema(table);
		const range = rowsRange(life);
		return await all(liveTable(snapshot, layout, life, { large, openSorter: sqliteSorters(folder, memoryBytesMax), pageRows: 100 }).range(from ?? range.low, to ?? range.high));
	} finally {
		await snapshot.close();
	}
}

const isSorted = ({ keys }: Entries): boolean => keys.every((key, i) => i === 0 || compareBytes(keys[i - 1]!, key) < 0);

describe('a live table', () => {
	test.each([['wp_int', 1000], ['wp_text', 1000], ['wp_free', 7]])('%s is sorted by key bytes', async (table, count) => {
		const entries = await read(table);
		expect([entries.keys.length, isSorted(entries)]).toEqual([count, true]);
	});

	test('the same with spill to disk, of which nothing is left', async () => {
		for (const table of ['wp_text', 'wp_free']) {
			expect(await read(table, undefined, undefined, 2_000)).toEqual(await read(table));
		}
		expect(readdirSync(folder)).toEqual([]);
	});

	test('a table without a key is a multiset', async () => {
		const { values } = await read('wp_free');
		expect(values.map((value) => decodeCountedRow(value!).count).sort()).toEqual([14, 14, 14, 14, 14, 15, 15]);
	});

	test.each(['wp_int', 'wp_text'])('any range of %s is what all of it has there', async (table) => {
		const whole = await read(table);
		for (const [a, b] of [[0, 10], [99, 301], [500, 501], [998, 999]] as const) {
			for (const from of [whole.keys[a]!, keyAfter(whole.keys[a]!), Buffer.concat([whole.keys[a]!, Buffer.from([3, 4])])]) {
				const part = await read(table, from, whole.keys[b]!);
				const wanted = whole.keys.filter((key) => compareBytes(key, from) >= 0 && compareBytes(key, whole.keys[b]!) < 0);
				expect(part.keys.map((key) => asBuffer(key).toString('hex'))).toEqual(wanted.map((key) => asBuffer(key).toString('hex')));
			}
		}
	});

	test('a large column is named, not copied', async () => {
		const { values } = await read('wp_big');
		const [, column] = decodeRow(values[0]!);
		expect(column !== null && isOutOfLine(column!) && column.length).toBe(6_000_000);
		expect(values[1]).toHaveLength(8);
	});
});

describe('named rows', () => {
	const options = { large, charset: 'utf8mb4', liveRowsMax: 100, liveBytesMax: 1 << 20, before: null };
	async function readNamed(table: string, fill: (rows: NamedRows) => void): Promise<Entries | null> {
		const named = new NamedRows();
		fill(named);
		const snapshot = await database.openSnapshot();
		try {
			return await readNamedRows(snapshot, await snapshot.readSchema(table), life, named, options);
		} finally {
			await snapshot.close();
		}
	}
	const key = (...columns: string[]): Buffer => encodeRow(columns.map((column) => Buffer.from(column)));

	test('a key that is not there is a tombstone', async () => {
		const entries = await readNamed('wp_int', (rows) => ['5', '-499', '70000'].forEach((id) => rows.addKey(key(id))));
		expect(entries!.values.map((value) => value !== null)).toEqual([true, true, false]);
		expect(isSorted(entries!)).toBe(true);
	});

	test('a key in another spelling names the row that is there, and its own absence', async () => {
		const whole = await read('wp_text');
		const snapshot = await database.openSnapshot();
		const layout = await snapshot.readSchema('wp_text');
		await snapshot.close();
		const tuple = tupleOfKey(layout, whole.keys[3]!);
		const swapped = tuple.toString('latin1').replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
		const entries = await readNamed('wp_text', (rows) => rows.addKey(Buffer.from(swapped, 'latin1')));
		expect(entries!.values.filter((value) => value === null)).toHaveLength(1);
		expect(entries!.keys.map((one) => asBuffer(one).toString('hex'))).toContain(asBuffer(whole.keys[3]!).toString('hex'));
	});

	test('keys of this format, conditions, and ranges of new rows', async () => {
		const whole = await read('wp_int');
		expect((await readNamed('wp_int', (rows) => rows.addRowKey(whole.keys[7]!)))!.keys).toHaveLength(1);
		expect((await readNamed('wp_int', (rows) => rows.addCondition([{ column: 'v', value: { kind: 'text', bytes: Buffer.from('v7') } }])))!.keys).toHaveLength(1);
		expect((await readNamed('wp_int', (rows) => rows.addRange({ low: 491n, high: null, onlyNew: true })))!.keys).toHaveLength(10);
		expect((await readNamed('wp_int', (rows) => rows.addRange({ low: -499n, high: -490n, onlyNew: true })))!.keys).toHaveLength(10);
	});

	test.each<[string, string, (rows: NamedRows) => void]>([
		['too many rows', 'wp_int', (rows) => rows.addRange({ low: 0n, high: null, onlyNew: true })],
		['a range whose deleted rows nobody knows', 'wp_int', (rows) => rows.addRange({ low: 1n, high: 2n, onlyNew: false })],
		['a condition on a column that is not there', 'wp_int', (rows) => rows.addCondition([{ column: 'x', value: null }])],
		['a key that is no integer', 'wp_int', (rows) => rows.addKey(key('five'))],
		['a key with another number of columns', 'wp_text', (rows) => rows.addKey(key('a'))],
		['a range on a text key', 'wp_text', (rows) => rows.addRange({ low: 1n, high: 2n, onlyNew: true })],
		['no key at all', 'wp_free', (rows) => rows.addKey(key('1'))],
		['text of another character set', 'wp_latin', (rows) => rows.addKey(key('é'))],
		['a key that PHP sees otherwise', 'wp_enum', (rows) => rows.addKey(key('a'))],
	])('%s: only the whole table tells', async (_what, table, fill) => {
		expect(await readNamed(table, fill)).toBeNull();
	});

	test('plain text in a latin1 key is exact', async () => {
		const snapshot = await database.openSnapshot();
		expect(logKeysAreExact(await snapshot.readSchema('wp_latin'), key('plain'))).toBe(true);
		await snapshot.close();
	});
});

test('differences: applied to the one side they make the other', async () => {
	const source = (entries: [string, string][]): AsyncIterable<Entries> => (async function* () {
		for (let at = 0; at < entries.length; at += 3) {
			const part = entries.slice(at, at + 3);
			yield { keys: part.map(([one]) => Buffer.from(one)), values: part.map(([, one]) => Buffer.from(one)) };
		}
	})();
	for (let round = 0; round < 200; round++) {
		const draw = (): [string, string][] => [...'abcdefghij'].filter(() => Math.random() < 0.6).map((letter) => [letter, String(Math.floor(Math.random() * 2))]);
		const [before, after] = [draw(), draw()];
		const made = new Map(before);
		const changes = await all(differences(source(after), source(before)));
		changes.keys.forEach((one, i) => (changes.values[i] === null ? made.delete(String(asBuffer(one))) : made.set(String(asBuffer(one)), String(asBuffer(changes.values[i]!)))));
		expect([...made].sort()).toEqual(after);
	}
	expect(batchOf([]).offsets).toHaveLength(1);
});
