/** The port on a real server: snapshots, pages, bounds, locks, errors, definitions. */
import type { Snapshot, TableLayout } from '../../ports/database.ts';
import { batchOf, encodeRow, pickColumns, readColumn, rowAt, rowCount, type RowBatch } from '../../ports/row-batch.ts';
import { MysqlDatabase } from './database.ts';
import { TestServer } from './testing/server.ts';
import { Wire } from './wire.ts';

let server: TestServer;
let name: string;
let database: MysqlDatabase;
const sql = (text: string): Promise<string> => server.client(text, name);
const bounds = { limitRows: 1000, limitBytes: 1 << 20 };
const texts = (batch: RowBatch, column = 0): (string | undefined)[] =>
	Array.from({ length: rowCount(batch) }, (_, i) => readColumn(batch.bytes, batch.offsets[i]!, column)?.toString());
const keysOf = (layout: TableLayout, batch: RowBatch): RowBatch =>
	pickColumns(
		batch,
		layout.key.columns.map((column) => column.rowIndex),
	);
const key = (...columns: string[]): Buffer => encodeRow(columns.map((column) => Buffer.from(column)));

async function inSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
	const snapshot = await database.openSnapshot();
	try {
		return await work(snapshot);
	} finally {
		await snapshot.close();
	}
}

beforeAll(async () => {
	server = await TestServer.start();
	name = await server.database();
	database = await MysqlDatabase.connect([{ ...server.target(name), socketPath: '/nonexistent.sock' }, server.target(name)]);
}, 90_000);

afterAll(async () => {
	await database?.close();
	await server?.client(`DROP DATABASE IF EXISTS ${name}`);
	await server?.stop();
}, 60_000);

test('identity', async () => {
	const identity = await database.identity();
	expect(identity).toMatchObject({ flavour: 'mariadb', database: name, readOnly: false, defaultEngine: 'InnoDB' });
	expect(identity.uid).toMatch(/.{20,}/);
	expect(Math.abs(identity.nowMs - Date.now())).toBeLessThan(5000);
	expect(identity.startedAtMs).toBeLessThanOrEqual(identity.nowMs);
	expect(identity.startedAtMs).toBe((await database.identity()).startedAtMs);
	expect(Math.abs(identity.nowMs - identity.startedAtMs - identity.uptimeS * 1000)).toBeLessThan(1000);
	expect((await database.connectionIds()).has(identity.connectionId)).toBe(false);
	const other = await MysqlDatabase.connect([server.target(name)]);
	expect((await database.connectionIds()).has((await other.identity()).connectionId)).toBe(true);
	await other.close();
});

test('two snapshots opened between the same commits agree, whatever is written meanwhile', async () => {
	await sql('CREATE TABLE acc (id int primary key, n int); INSERT INTO acc SELECT seq, 100 FROM seq_1_to_50');
	let stop = false;
	const writing = (async () => {
		while (!stop)
			await sql(
				Array.from({ length: 20 }, () => {
					const a = 1 + Math.floor(Math.random() * 50);
					const b = 1 + Math.floor(Math.random() * 50);
					return `START TRANSACTION; UPDATE acc SET n=n-7 WHERE id=${a}; UPDATE acc SET n=n+7 WHERE id=${b}; COMMIT;`;
				}).join(''),
			);
	})();
	for (let round = 0; round < 15; round++) {
		await inSnapshot(async (snapshot) => {
			const layout = await snapshot.readSchema('acc');
			const first = await snapshot.readRange(layout, {}, { limitRows: 20, limitBytes: 1 << 20 });
			await new Promise((resolve) => setTimeout(resolve, 20));
			const second = await snapshot.readRange(layout, { afterKey: rowAt(keysOf(layout, first.rows), 19) }, bounds);
			const again = await snapshot.readRowsByKeys(layout, keysOf(layout, first.rows));
			expect(again.bytes.equals(first.rows.bytes)).toBe(true);
			const sum = [...texts(first.rows, 1), ...texts(second.rows, 1)].reduce((total, n) => total + Number(n), 0);
			expect(sum).toBe(5000);
		});
	}
	stop = true;
	await writing;
	// Two connections, nobody writing between them.
	await sql('FLUSH TABLES');
	const [one, two] = [await database.openSnapshot(), await database.openSnapshot()];
	const layout = await one.readSchema('acc');
	expect((await one.readRange(layout, {}, bounds)).rows.bytes.equals((await two.readRange(layout, {}, bounds)).rows.bytes)).toBe(
		true,
	);
	await one.close();
	await two.close();
}, 60_000);

const keyTables: [string, string, string][] = [
	['signed int', 'a int, PRIMARY KEY (a)', 'SELECT CAST(seq AS SIGNED) - 500 FROM seq_1_to_1000'],
	[
		'unsigned bigint',
		'a bigint unsigned, PRIMARY KEY (a)',
		'SELECT 18446744073709551615 - seq * 9000000000000000 FROM seq_0_to_999',
	],
	[
		'string, ci collation',
		'a varchar(40) character set utf8mb4 collate utf8mb4_unicode_ci, PRIMARY KEY (a)',
		"SELECT CONCAT(CHAR(97 + seq % 26), IF(seq % 2, 'É', 'z'), seq, '😀') FROM seq_1_to_1000",
	],
	[
		'binary',
		'a varbinary(40), PRIMARY KEY (a)',
		"SELECT UNHEX(SHA1(seq)) FROM seq_1_to_995 UNION SELECT '' UNION SELECT x'00' UNION SELECT x'0000' UNION SELECT x'ff' UNION SELECT x'ff00'",
	],
	[
		'composite',
		'a varchar(20), b int, c date, PRIMARY KEY (a, b, c)',
		"SELECT CONCAT('k', seq % 7), CAST(seq % 13 AS SIGNED) - 6, DATE('2020-01-01') + INTERVAL seq DAY FROM seq_1_to_1000",
	],
	[
		'unique not null, beside a nullable one',
		'a int NOT NULL, b int, UNIQUE KEY z (a), UNIQUE KEY y (b)',
		'SELECT seq, NULL FROM seq_1_to_1000',
	],
	['enum first', "a enum('z','b','a'), b int, PRIMARY KEY (a, b)", 'SELECT 1 + seq % 3, seq FROM seq_1_to_1000'],
];

test.each(keyTables)('pages cover every row once, in the order of the index: %s', async (title, columns, rows) => {
	const table = `pages of ${title}`;
	await sql(`CREATE TABLE \`${table}\` (${columns}); INSERT INTO \`${table}\` ${rows}`);
	const seen: string[] = [];
	await inSnapshot(async (snapshot) => {
		const layout = await snapshot.readSchema(table);
		let afterKey: Buffer | null = null;
		for (let more = true; more;) {
			const page = await snapshot.readRange(layout, { afterKey }, { limitRows: 37, limitBytes: 600 });
			more = page.more;
			if (rowCount(page.rows) === 0) continue;
			for (let i = 0; i < rowCount(page.rows); i++) seen.push(rowAt(page.rows, i).toString('hex'));
			const keys = keysOf(layout, page.rows);
			afterKey = rowAt(keys, rowCount(keys) - 1);
			// The same page again, asked for by its last key.
			if (seen.length === rowCount(page.rows))
				expect(
					(await snapshot.readRange(layout, { untilKey: afterKey }, { limitRows: 5000, limitBytes: 1 << 20 })).rows.bytes.equals(
						page.rows.bytes,
					),
				).toBe(true);
		}
		if (layout.indexOrderIsByteOrder && layout.key.columns.every((column) => column.as === 'bytes')) {
			const order = (await snapshot.readRange(layout, {}, { limitRows: 5000, limitBytes: 1 << 22 })).rows;
			const values = Array.from({ length: rowCount(order) }, (_, i) => readColumn(order.bytes, order.offsets[i]!, 0)!);
			expect(values.every((value, i) => i === 0 || Buffer.compare(values[i - 1]!, value) < 0)).toBe(true);
		}
	});
	expect(new Set(seen).size).toBe(1000);
	expect(seen.length).toBe(1000);
});

test('a page ends at its bytes, and a huge overrun is cut short by KILL QUERY without harm to the snapshot', async () => {
	await sql(
		'CREATE TABLE big (id int primary key, b longblob); INSERT INTO big SELECT seq, REPEAT(CHAR(65 + seq), IF(seq < 10, 100, 3000000)) FROM seq_1_to_20',
	);
	await inSnapshot(async (snapshot) => {
		const layout = { ...(await snapshot.readSchema('big')), averageRowBytes: 10 };
		let rows = 0;
		let afterKey: Buffer | null = null;
		for (let more = true; more;) {
			const page = await snapshot.readRange(layout, { afterKey }, { limitRows: 100, limitBytes: 100_000 });
			more = page.more;
			rows += rowCount(page.rows);
			expect(page.rows.bytes.length).toBeLessThan(3_200_000);
			afterKey = rowAt(keysOf(layout, page.rows), rowCount(page.rows) - 1);
		}
		expect(rows).toBe(20);
	});
});

test('reading everything waits for a slow consumer, and can be left half-way', async () => {
	await sql("CREATE TABLE loose (a int, b text); INSERT INTO loose SELECT seq, REPEAT('x', 1000) FROM seq_1_to_20000");
	await inSnapshot(async (snapshot) => {
		const layout = await snapshot.readSchema('loose');
		expect(layout.key.kind).toBe('row');
		let count = 0;
		for await (const batch of snapshot.readAll(layout, 256 * 1024)) {
			expect(batch.bytes.length).toBeLessThan(300 * 1024);
			count += rowCount(batch);
			if (count < 3000) await new Promise((resolve) => setTimeout(resolve, 20));
		}
		expect(count).toBe(20000);
		for await (const batch of snapshot.readAll(layout, 64 * 1024)) {
			expect(rowCount(batch)).toBeGreaterThan(0);
			break;
		}
		expect(
			texts((await snapshot.readWhere(layout, [[{ column: 'a', literal: { kind: 'number', digits: '7' } }]], bounds)).rows),
		).toEqual(['7']);
	});
});

test('conditions: charset of the literal, NULL, alternatives, too many', async () => {
	await sql(
		"CREATE TABLE opt (id bigint unsigned primary key auto_increment, k varchar(191) character set utf8mb4 collate utf8mb4_unicode_ci, v longtext, b varbinary(9), d datetime, KEY (k)); INSERT INTO opt VALUES (1,'é',NULL,x'00ff','2024-01-02 03:04:05'),(2,'É','x','a',NULL),(3,'z',NULL,NULL,NULL)",
	);
	await inSnapshot(async (snapshot) => {
		const layout = await snapshot.readSchema('opt');
		const where = async (alternatives: Parameters<Snapshot['readWhere']>[1]): Promise<unknown> =>
			texts((await snapshot.readWhere(layout, alternatives, bounds)).rows);
		expect(await where([[{ column: 'K', literal: { kind: 'text', charset: 'latin1', bytes: Buffer.from([0xe9]) } }]])).toEqual([
			'1',
			'2',
		]);
		expect(
			await where([
				[
					{ column: 'v', literal: null },
					{ column: 'id', literal: { kind: 'text', charset: 'utf8mb4', bytes: Buffer.from('3') } },
				],
				[{ column: 'b', literal: { kind: 'text', charset: 'utf8mb4', bytes: Buffer.from([0, 255]) } }],
			]),
		).toEqual(['1', '3']);
		expect(
			await where([[{ column: 'd', literal: { kind: 'text', charset: 'utf8mb4', bytes: Buffer.from('2024-01-02 03:04:05') } }]]),
		).toEqual(['1']);
		expect(await where([])).toEqual([]);
		expect((await snapshot.readWhere(layout, [[]], { limitRows: 2, limitBytes: 1 << 20 })).more).toBe(true);
		await expect(snapshot.readWhere(layout, [[{ column: 'gone', literal: null }]], bounds)).rejects.toMatchObject({
			code: 'DB_TABLE_CHANGED',
		});
		expect(await snapshot.maxAutoIncrement(layout)).toBe(3n);
		// An invalid key is looked up as bytes, a key equal under the collation may come too.
		expect(layout.nextAutoIncrement).toBe(4n);
	});
});

test('bytes that are no text as a key: nothing found, nothing broken', async () => {
	await sql("CREATE TABLE sk (k varchar(20) character set utf8mb4 primary key, n int); INSERT INTO sk VALUES ('abc', 1)");
	await inSnapshot(async (snapshot) => {
		const layout = await snapshot.readSchema('sk');
		expect(rowCount(await snapshot.readRowsByKeys(layout, batchOf([encodeRow([Buffer.from([0xff])]), key('abc')])))).toBe(1);
		expect(texts(await snapshot.readRowsByKeys(layout, batchOf([key('ABC')])))).toEqual(['abc']);
	});
	const writer = await database.openWriter();
	expect(
		(
			await writer.applyRows(await database.readSchema('sk'), {
				deleteKeys: batchOf([key('ABC'), encodeRow([Buffer.from([0xff])])]),
			})
		).deleted,
	).toBe(0);
	await writer.close();
});

test('generated, invisible, id 0, backticks in names, defaults', async () => {
	const table = 'odd`näme';
	await sql(
		"CREATE TABLE `odd``näme` (`i``d` int primary key auto_increment, a varchar(10), v varchar(20) AS (CONCAT(a, NOW())) VIRTUAL, s varchar(20) AS (CONCAT(a,'!')) STORED, hid int INVISIBLE DEFAULT 5, `ö` int DEFAULT 3 COMMENT 'x AUTO_INCREMENT=9 )', UNIQUE (s)) AUTO_INCREMENT=77 COMMENT='AUTO_INCREMENT=5'; SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; INSERT INTO `odd``näme` (`i``d`, a, hid) VALUES (0,'zero',1),(-1,NULL,NULL),(3,'',5)",
	);
	const layout = await database.readSchema(table);
	expect(layout.columns.map((column) => [column.name, column.read, column.invisible])).toEqual([
		['i`d', 'plain', false],
		['a', 'plain', false],
		['v', 'none', false],
		['s', 'none', false],
		['hid', 'plain', true],
		['ö', 'plain', false],
	]);
	expect(layout.create.toString()).toMatch(/ENGINE=InnoDB DEFAULT CHARSET=\S+ COLLATE=\S+ COMMENT='AUTO_INCREMENT=5'$/);
	expect(layout.create.toString()).toContain('x AUTO_INCREMENT=9 )');
	expect(layout.nextAutoIncrement).toBe(77n);
	const before = await sql('SELECT `i``d`, a, s, hid, `ö` FROM `odd``näme` ORDER BY 1');
	const rows = await inSnapshot((snapshot) => snapshot.readRange(layout, {}, bounds));
	const writer = await database.openWriter();
	await writer.execute('DROP TABLE `odd``näme`');
	await writer.execute(layout.create);
	expect(await writer.applyRows(layout, { insertRows: rows.rows })).toMatchObject({ inserted: 3, warnings: [] });
	await writer.raiseAutoIncrement(table, 500n);
	await writer.raiseAutoIncrement(table, 20n);
	await writer.close();
	expect(await sql('SELECT `i``d`, a, s, hid, `ö` FROM `odd``näme` ORDER BY 1')).toBe(before);
	expect(await database.readSchema(table)).toMatchObject({
		...layout,
		nextAutoIncrement: 500n,
		averageRowBytes: expect.any(Number),
	});
});

test('one transaction for all changes; rollback leaves nothing; a row above the packet is named before anything is sent', async () => {
	await sql('CREATE TABLE tx (id int primary key, b longblob); INSERT INTO tx VALUES (1, "old"), (2, "old")');
	const layout = await database.readSchema('tx');
	const writer = await database.openWriter();
	const change = { deleteKeys: batchOf([key('1')]), insertRows: batchOf([key('1', 'new'), key('3', "it's \\ new")]) };
	await writer.begin();
	await writer.applyRows(layout, change);
	await expect(writer.execute('DROP TABLE tx')).rejects.toThrow(/inside a transaction/);
	expect(await sql('SELECT GROUP_CONCAT(id, b ORDER BY id) FROM tx')).toBe('1old,2old\n');
	await writer.rollback();
	expect(await sql('SELECT GROUP_CONCAT(id, b ORDER BY id) FROM tx')).toBe('1old,2old\n');
	await writer.applyRows(layout, change);
	await writer.applyRows(layout, change).then(
		() => {
			throw new Error('expected a duplicate');
		},
		(error: unknown) => expect(error).toMatchObject({ code: 'DB_DUPLICATE' }),
	);
	expect(await sql('SELECT GROUP_CONCAT(id, b ORDER BY id) FROM tx')).toBe("1new,2old,3it's \\ new\n");
	const { maxAllowedPacketBytes } = await database.identity();
	const huge = encodeRow([Buffer.from('9'), Buffer.alloc(maxAllowedPacketBytes / 2 + 1, "'")]);
	await expect(writer.applyRows(layout, { deleteKeys: batchOf([key('2')]), insertRows: batchOf([huge]) })).rejects.toMatchObject({
		code: 'DB_ROW_TOO_BIG',
	});
	expect(await sql('SELECT COUNT(*) FROM tx')).toBe('3\n');
	await writer.close();
});

test('bytes that the server does not keep are reported: it replaces invalid UTF-8 as it stores', async () => {
	await sql('CREATE TABLE inv (id int primary key, t text character set utf8mb4)');
	const writer = await database.openWriter();
	const counts = await writer.applyRows(await database.readSchema('inv'), {
		insertRows: batchOf([encodeRow([Buffer.from('1'), Buffer.from([0x61, 0xff])])]),
	});
	expect(counts.warnings[0]).toMatch(/^1366: Incorrect string value/);
	await writer.close();
});

test('views and triggers are made again as they were; neighbours are left alone', async () => {
	await sql(
		"CREATE TABLE wp_options (id int primary key, t text); CREATE TABLE wp_users (id int); CREATE TABLE wp_b_options (id int); CREATE TABLE wp_b_users (id int); CREATE TABLE wpXoptions (id int); CREATE VIEW wp_view AS SELECT id, 'é😀' e FROM wp_options; SET sql_mode='ANSI_QUOTES'; CREATE TRIGGER wp_t BEFORE INSERT ON wp_options FOR EACH ROW SET NEW.t = CONCAT(\"NEW\".t, 'é😀'); CREATE TRIGGER b_t BEFORE INSERT ON wp_b_options FOR EACH ROW SET NEW.id = 1",
	);
	const listing = await database.listTables({ prefix: 'wp_' });
	expect(listing.tables.map((table) => [table.name, table.kind])).toEqual([
		['wp_options', 'table'],
		['wp_users', 'table'],
		['wp_view', 'view'],
	]);
	expect(listing.neighbours).toEqual([{ prefix: 'wp_b_', tables: ['wp_b_options', 'wp_b_users'] }]);
	const definitions = await database.listDefinitions({ prefix: 'wp_' });
	const writer = await database.openWriter();
	for (const definition of definitions) {
		await writer.execute(`DROP ${definition.kind} ${definition.name}`);
		await writer.execute(definition.create, definition);
	}
	await writer.close();
	expect(await database.listDefinitions({ prefix: 'wp_' })).toEqual(definitions);
	expect(definitions.find((one) => one.kind === 'trigger')).toMatchObject({
		table: 'wp_options',
		sqlMode: 'ANSI_QUOTES',
		characterSet: 'utf8mb4',
	});
	expect(await sql("INSERT INTO wp_options VALUES (1, 'a'); SELECT t FROM wp_options")).toBe('aé😀\n');
});

test('the writer lock is one, and its loss is told', async () => {
	const holder = await MysqlDatabase.connect([server.target(name)]);
	const lock = await holder.acquireWriterLock(`holdfast ${'x'.repeat(90)}`);
	await expect(database.acquireWriterLock(`holdfast ${'x'.repeat(90)}`)).rejects.toMatchObject({ code: 'DB_WRITER_LOCK_TAKEN' });
	expect(await lock.isHeld()).toBe(true);
	await sql(`KILL ${(await holder.identity()).connectionId}`);
	expect(await lock.lost).toMatchObject({ code: 'DB_WRITER_LOCK_LOST' });
	expect(await lock.isHeld()).toBe(false);
	expect((await holder.identity()).flavour).toBe('mariadb'); // connects again, without the lock
	for (let free = false; !free; ) {
		// The server ends the connection first and gives its locks free a moment later.
		free = await database.acquireWriterLock(`holdfast ${'x'.repeat(90)}`).then(
			(again) => again.release().then(() => true),
			() => false,
		);
	}
	await holder.close();
});

test('a connection that ends under a statement is lost, and made anew at the next', async () => {
	const wire = await Wire.open(server.target(name));
	const failed = expect(wire.text('SELECT SLEEP(20)')).rejects.toMatchObject({ code: 'DB_GONE' });
	await sql(`KILL ${wire.connectionId}`);
	await failed;
	expect(wire.isLost).toBe(true);
	expect(await wire.lost).toMatchObject({ code: 'DB_GONE' });
});

test('a waiting ALTER of the site is not kept waiting by us; a dropped table and an altered one have names', async () => {
	await sql('CREATE TABLE ddl (id int primary key); CREATE TABLE late (id int primary key)');
	const layout = await database.readSchema('ddl');
	await inSnapshot(async (snapshot) => {
		await sql('ALTER TABLE ddl ADD x int, ALGORITHM=COPY');
		await expect(snapshot.readRange(layout, {}, bounds)).rejects.toMatchObject({ code: 'DB_TABLE_CHANGED', retry: 'now' });
		await sql('DROP TABLE late');
		await expect(snapshot.readSchema('late')).rejects.toMatchObject({ code: 'DB_TABLE_GONE' });
	});
});

test('errors of connecting have names and hints', async () => {
	const target = server.target(name);
	await expect(MysqlDatabase.connect([{ ...target, user: 'nobody_here', password: 'x' }])).rejects.toMatchObject({
		code: 'DB_LOGIN_REFUSED',
	});
	await expect(MysqlDatabase.connect([{ ...target, database: 'no_such_db' }])).rejects.toMatchObject({
		code: 'DB_UNKNOWN_DATABASE',
	});
	await expect(MysqlDatabase.connect([{ ...target, socketPath: '/nonexistent.sock' }])).rejects.toMatchObject({
		code: 'DB_UNREACHABLE',
		retry: 'later',
	});
	expect(
		await inSnapshot((snapshot) =>
			database.readSchema('none').catch((error: Error & { cause: object }) => JSON.stringify(error.cause) + snapshot.takenAtMs),
		),
	).not.toContain('SHOW CREATE');
});

test('the fallback yields the same bytes as the raw rows', async () => {
	const query =
		"SELECT 1, NULL, '', REPEAT('a', 250), REPEAT('b', 251), REPEAT('c', 70000), x'00ff', 1.5 UNION ALL SELECT 2, 'x', NULL, '', '', '', '', 0";
	const read = async (rawRows: boolean): Promise<string> => {
		const wire = await Wire.open({ ...server.target(name), rawRows });
		expect(wire.rawRows).toBe(rawRows);
		const rows: string[] = [];
		await wire.rows(query, (bytes, start, end) => void rows.push(bytes.toString('hex', start, end)));
		await wire.close();
		return rows.join('\n');
	};
	expect(await read(false)).toBe(await read(true));
});
