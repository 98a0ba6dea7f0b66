/** Every column type leaves and enters byte-exactly: read with the port, written into an empty copy, compared by the server itself. */
import { MysqlDatabase } from './database.ts';
import { pickColumns, rowAt, rowCount, sliceBatch } from '../../ports/row-batch.ts';
import { TestServer } from './testing/server.ts';

interface Case {
	type: string;
	values: string[];
	charset?: string;
	set?: string;
}

const bytes00toFF = `x'${Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex')}'`;
const dstHours = ['2024-10-27 00:30:00', '2024-10-27 01:30:00', '2024-03-31 00:59:59', '2024-03-31 01:00:00'].map(
	(time) => `'${time}.123456'`,
);

export const cases: Case[] = [
	{ type: 'tinyint', values: ['-128', '127', '0', 'NULL'] },
	{ type: 'bigint unsigned', values: ['18446744073709551615', '0', '9223372036854775808'] },
	{ type: 'bigint', values: ['-9223372036854775808', '9223372036854775807'] },
	{ type: 'int(8) zerofill', values: ['5', '123456789'] },
	{ type: 'bit(1)', values: ["b'0'", "b'1'", 'NULL'] },
	{ type: 'bit(64)', values: ["b'0'", '0xFFFFFFFFFFFFFFFF', '0x275C00', '1'] },
	{ type: 'bit(10)', values: ['0x3FF', '0x27', '0x5C'] },
	{
		type: 'float',
		values: ['1.175494351e-38', '3.402823466e38', '-3.402823466e38', '1.4e-45', '0.1', '16777217', '-0e0', '1e10', '123456.789'],
	},
	{ type: 'float(10,2)', values: ['1.1', '-99999999.99', '0.01'] },
	{
		type: 'double',
		values: [
			'1.7976931348623157e308',
			'-1.7976931348623157e308',
			'2.2250738585072014e-308',
			'4.9e-324',
			'0.1',
			'1/3',
			'-0e0',
			'9007199254740993',
			'1e22',
			'123456789.123456789',
		],
	},
	{ type: 'double(30,10)', values: ['1.0000000001', '12345678901234567890.0123456789'] },
	{
		type: 'decimal(65,30)',
		values: ['-99999999999999999999999999999999999.999999999999999999999999999999', '0.000000000000000000000000000001', '0'],
	},
	{ type: 'date', values: ["'0000-00-00'", "'2024-00-00'", "'2024-02-31'", "'9999-12-31'", "'0001-01-01'", 'NULL'] },
	{
		type: 'datetime(6)',
		values: ["'0000-00-00 00:00:00'", "'9999-12-31 23:59:59.999999'", "'2024-02-30 01:02:03.000001'", "'0000-01-01 00:00:00.5'"],
	},
	{ type: 'datetime', values: ["'0000-00-00 00:00:00'", "'2024-00-10 00:00:00'"] },
	{ type: 'time(6)', values: ["'-838:59:59.999999'", "'838:59:59.999999'", "'-00:00:00.000001'", "'00:00:00'"] },
	{ type: 'time', values: ["'-838:59:59'", "'-00:30:00'", "'838:59:59'"] },
	{ type: 'year', values: ['0', '1901', '2155'] },
	{
		type: 'timestamp(6) NULL',
		values: [...dstHours, "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'", 'NULL'],
		set: "time_zone='+00:00'",
	},
	{
		type: 'timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP',
		values: ["'0000-00-00 00:00:00'", "'2001-02-03 04:05:06'"],
	},
	{ type: 'char(20) character set utf8mb4', values: ["''", "'a'", "'a  '", "'😀é'", 'NULL', "'\\\\N'", "'NULL'"] },
	{ type: 'varchar(50) character set utf8mb4', values: ["''", "'a  '", "'😀\\0\\n\\r\\Z\\'\"\\\\'", "'\\\\'", "'%_'", 'NULL'] },
	{ type: 'varchar(300) character set latin1', values: [bytes00toFF, "x'C3A9FF80'", "''"] },
	{ type: 'varchar(50) character set utf8mb3', values: ["'é€'", "''"] },
	{ type: 'varchar(50) character set utf16', values: ["_utf16 x'D83DDE000041005C0027'", "''"] },
	{ type: 'varchar(50) character set utf16le', values: ["_utf16le x'3DD800DE4100'", "''"] },
	{ type: 'varchar(50) character set utf32', values: ["_utf32 x'0001F60000000041'"] },
	{ type: 'char(5) character set ucs2', values: ["_ucs2 x'00410020'", "_ucs2 x'20AC'"] },
	{ type: 'varchar(50) character set sjis', values: ["_sjis x'835C41'", "_sjis x'5C'"] },
	{ type: 'varchar(50) character set gbk', values: ["_gbk x'8C5C27'"] },
	{ type: 'varchar(50) character set swe7', values: ["_ascii'abc'"] },
	{ type: 'binary(5)', values: ["''", "x'6100'", "x'0000000000'", "x'275C27FF00'"] },
	{ type: 'varbinary(300)', values: [bytes00toFF, "''", "x'00'", "x'6120'"] },
	{ type: 'blob', values: [bytes00toFF, "''", 'NULL', "REPEAT('\\'\\\\', 5000)"] },
	{
		type: 'longblob',
		values: [
			"REPEAT(x'00ff27', 5600000)",
			"REPEAT('a', 16777215)",
			"REPEAT('b', 16777200)",
			"REPEAT('c', 250)",
			"REPEAT('c', 251)",
			"REPEAT('c', 65535)",
			"REPEAT('c', 65536)",
		],
	},
	{ type: 'longtext character set utf8mb4', values: ["REPEAT('😀', 4300000)", "''"] },
	{ type: 'json', values: ['\'{"a": [1, 2.50, "é😀"], "b":null}\'', "'[]'", "'1e400'", 'NULL'] },
	{
		type: 'geometry',
		values: [
			"ST_GeomFromText('POINT(1 2)', 4326)",
			"ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')",
			'NULL',
		],
	},
	{ type: 'point', values: ['POINT(-1.5, 1e-300)', "ST_GeomFromText('POINT(39 92)', 39)"] },
	{ type: 'polygon', values: ["ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))')"] },
	{
		type: 'uuid',
		values: [
			"'00112233-4455-6677-8899-aabbccddeeff'",
			"'ffffffff-ffff-ffff-ffff-ffffffffffff'",
			"'00000000-0000-0000-0000-000000000000'",
			'NULL',
			"'27275c5c-275c-1eef-8000-5c275c275c27'",
		],
	},
	{ type: 'inet6', values: ["'::'", "'2001:db8::1'", "'::ffff:10.1.2.3'", 'NULL'] },
	{ type: 'inet4', values: ["'0.0.0.0'", "'255.255.255.255'", "'39.92.0.1'", 'NULL'] },
	{ type: "enum('a','b')", values: ["'a'", "'b'", "'not one'", 'NULL', '0'] },
	{ type: "enum('','a','x')", values: ['0', '1', '2', '3', 'NULL'] },
	{ type: "enum('é','ä','it''s') character set latin1", values: ['1', '2', '3', '0'] },
	{ type: "enum('😀','b') character set utf8mb4", values: ['1', '2', '0'] },
	{ type: "enum('a','b') character set utf16", values: ['1', '2', '0'] },
	{ type: "set('a','b','c')", values: ["''", "'a,c'", '7', 'NULL', "'zz'"] },
	{ type: "set('','a')", values: ['0', '1', '2', '3'] },
];

let server: TestServer;
let name: string;
let database: MysqlDatabase;

beforeAll(async () => {
	server = await TestServer.start();
	name = await server.database();
	database = await MysqlDatabase.connect([server.target(name)]);
}, 90_000);

afterAll(async () => {
	await database?.close();
	await server?.client(`DROP DATABASE IF EXISTS ${name}`);
	await server?.stop();
}, 60_000);

const relaxed = "SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', check_constraint_checks=0;";

/** What the server's own client sees of column c, in three forms, and the engine's checksum of the whole table. */
async function seen(table: string, type: string): Promise<string> {
	const number = /geometry|point|polygon|uuid|inet/.test(type) ? "''" : 'c + 0e0';
	const rows = await server.client(
		`SET time_zone='+00:00'; SELECT id, MD5(HEX(c)), LENGTH(c), ${number}, c IS NULL FROM ${table} ORDER BY id; SELECT COUNT(*) FROM ${table}`,
		name,
	);
	const sum = (await server.client(`CHECKSUM TABLE ${table} EXTENDED`, name)).split('\t')[1];
	return `${rows}${sum}`;
}

test.each(cases.map((one, i) => ({ ...one, i })))(
	'$i: $type round-trips',
	async ({ type, values, set, i }) => {
		const table = `t${i}`;
		const rows = values.map((value, row) => `(${row}, ${value})`).join(',');
		await server.client(
			`${relaxed} SET time_zone='+02:00'; ${set === undefined ? '' : `SET ${set};`} CREATE TABLE ${table} (id int primary key, c ${type}); INSERT INTO ${table} VALUES ${rows}; CREATE TABLE ${table}c LIKE ${table};`,
			name,
		);
		const snapshot = await database.openSnapshot();
		const layout = await snapshot.readSchema(table);
		const page = await snapshot.readRange(layout, {}, { limitRows: 1000, limitBytes: 256 * 1024 * 1024 });
		await snapshot.close();
		expect(rowCount(page.rows)).toBe(values.length);
		const writer = await database.openWriter();
		const counts = await writer.applyRows({ ...layout, name: `${table}c` }, { insertRows: page.rows });
		expect(counts.inserted).toBe(values.length);
		await writer.close();
		expect(await seen(`${table}c`, type)).toBe(await seen(table, type));
	},
	60_000,
);

test.each(cases.map((one, i) => ({ ...one, i })))(
	'$i: $type without a key: one of two equal rows goes',
	async ({ type, values, set, i }) => {
		const table = `k${i}`;
		// From the literals: the server's own INSERT … SELECT loses members called ''.
		const rows = values.map((value, row) => `(${row}, ${value})`);
		await server.client(
			`${relaxed} SET time_zone='+02:00'; ${set === undefined ? '' : `SET ${set};`} CREATE TABLE ${table} LIKE t${i}; ALTER TABLE ${table} DROP PRIMARY KEY, ENGINE=MyISAM; INSERT INTO ${table} VALUES ${[...rows, ...rows].join(',')};`,
			name,
		);
		const layout = await database.readSchema(table);
		expect(layout.key.kind).toBe('row');
		const snapshot = await database.openSnapshot();
		const writer = await database.openWriter();
		for await (const batch of snapshot.readAll(await database.readSchema(`t${i}`))) {
			const counts = await writer.applyRows(layout, { deleteRows: batch });
			expect(counts).toMatchObject({ deleted: rowCount(batch), missing: 0 });
		}
		await snapshot.close();
		await writer.close();
		// Without the checksum: it differs between engines.
		const compare = (of: string): Promise<string> =>
			seen(of, type).then((text) => text.trim().slice(0, text.trim().lastIndexOf('\n')));
		expect(await compare(table)).toBe(await compare(`t${i}`));
	},
	60_000,
);

test('rows by keys of every type that can be a key', async () => {
	for (const [i, { type, values }] of cases.entries()) {
		if (/blob|text|json|geometry|point|polygon/.test(type)) continue;
		const distinct = values.filter((value) => value !== 'NULL');
		await server.client(
			`${relaxed} SET time_zone='+00:00'; CREATE TABLE p${i} (c ${type.replace(/ (NOT )?NULL/, '')} NOT NULL, n int, PRIMARY KEY (c)) ; INSERT IGNORE INTO p${i} VALUES ${distinct.map((value, n) => `(${value}, ${n})`).join(',')}`,
			name,
		);
		const snapshot = await database.openSnapshot();
		const layout = await snapshot.readSchema(`p${i}`);
		const all = await snapshot.readRange(layout, {}, { limitRows: 1000, limitBytes: 1 << 20 });
		const keys = pickColumns(
			all.rows,
			layout.key.columns.map((column) => column.rowIndex),
		);
		const again = await snapshot.readRowsByKeys(layout, keys);
		const sorted = (batch: typeof again): string[] =>
			Array.from({ length: rowCount(batch) }, (_, row) => rowAt(batch, row).toString('hex')).sort();
		expect({ type, rows: sorted(again) }).toEqual({ type, rows: sorted(all.rows) });
		// Keyset pages of one row each cover every row exactly once.
		const paged: string[] = [];
		let afterKey: Buffer | null = null;
		for (;;) {
			const page = await snapshot.readRange(layout, { afterKey }, { limitRows: 1, limitBytes: 1 << 20 });
			if (rowCount(page.rows) === 0) break;
			paged.push(rowAt(page.rows, 0).toString('hex'));
			afterKey = rowAt(
				pickColumns(
					page.rows,
					layout.key.columns.map((column) => column.rowIndex),
				),
				0,
			);
			if (paged.length > 100) break;
		}
		expect({ type, rows: paged.sort() }).toEqual({ type, rows: sorted(all.rows) });
		await snapshot.close();
		const writer = await database.openWriter();
		const counts = await writer.applyRows(layout, { deleteKeys: sliceBatch(keys, 0, 1) });
		await writer.applyRows(layout, { deleteKeys: keys });
		await writer.close();
		expect({ type, deleted: counts.deleted, left: (await server.client(`SELECT COUNT(*) FROM p${i}`, name)).trim() }).toEqual({
			type,
			deleted: 1,
			left: '0',
		});
	}
}, 60_000);
