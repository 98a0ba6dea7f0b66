import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readColumns } from '../ports/row-batch.ts';
import { Ledger, ledgerLimits } from './ledger.ts';
import { LogFolder } from './log-folder.ts';
import type { Named } from './named.ts';
import { RequestWriter } from './testing/request-writer.ts';

let folder: string;
let nowUs: number;
let ledger: Ledger;
let log: LogFolder;
/** Ids in the process list. */
let connected: Set<number>;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'hf-log-'));
	nowUs = 1_000_000;
	connected = new Set([1, 2, 3]);
	begin();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function begin(limits = ledgerLimits): void {
	ledger = new Ledger({ machine: 'm', boot: 'b', nowUs }, limits);
	log = new LogFolder(folder, ledger);
}

const request = (connection: number, more: { machine?: string } = {}): RequestWriter => new RequestWriter(folder, { connection, now: () => (nowUs += 10), ...more });

/** Steps (a) and (c), and (f) when `forget`. */
async function collect(forget = true) {
	const asked = ledger.read;
	const list = new Set(connected);
	await log.read();
	const closed = ledger.closed((id) => !list.has(id), asked, nowUs);
	await log.read();
	const named = ledger.named();
	const activities = ledger.activities(closed).map((one) => one.sentence);
	if (forget) {
		ledger.forget(closed, ledger.forgottenTo(closed), nowUs);
		await log.removeSpent((id) => !list.has(id), nowUs);
	}
	return { named, closed: closed.intents.size, files: closed.files.size, activities };
}

const keysOf = (named: { loud: Named }, table: string): string[] =>
	[...(named.loud.tables.get(table)?.keys.values() ?? [])].map((key) => readColumns(key, 0, key.length).map(String).join(',')).sort();

describe('open and closed', () => {
	test('an intent is open until its c line, and read while it is open', async () => {
		const a = request(1);
		a.intent('wp_posts', { k: [[12]] });
		expect(await collect()).toMatchObject({ closed: 0 });
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['12']);
		a.close();
		const last = await collect();
		expect(last.closed).toBe(1);
		expect(keysOf(last.named, 'wp_posts')).toEqual(['12']);
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual([]);
	});

	test('a c line closes only what is up to its number and on its connection', async () => {
		const a = request(1);
		a.line('d', 1, 2);
		a.intent('wp_a', { k: [[1]] }, 0, 0);
		a.intent('wp_b', { k: [[2]] }, 0, 1);
		a.close(0);
		a.intent('wp_c', { k: [[3]] }, 0, 0);
		const { named, closed } = await collect();
		expect(closed).toBe(1);
		expect([...named.loud.tables.keys()].sort()).toEqual(['wp_a', 'wp_b', 'wp_c']);
		expect([...(await collect()).named.loud.tables.keys()].sort()).toEqual(['wp_b', 'wp_c']);
	});

	test('a connection that left the process list closes its intents, but not in the pass that first saw it', async () => {
		connected = new Set();
		request(9).intent('wp_a', { k: [[1]] }, 1);
		// The list was asked before this connection was known: it may have come since.
		expect((await collect()).closed).toBe(0);
		expect((await collect()).closed).toBe(1);
	});

	test('an end line alone does not close a transaction', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] }, 1);
		a.end();
		await collect();
		expect((await collect()).closed).toBe(0);
		connected.delete(1);
		expect((await collect()).closed).toBe(1);
		expect(readdirSync(folder)).toEqual([]);
	});

	test('after a reconnect the intents of the old connection stay open until it is gone', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] }, 1, 0);
		a.line('d', 1, 2);
		a.intent('wp_a', { k: [[2]] }, 0, 1);
		a.close(1);
		await collect();
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		connected.delete(1);
		expect((await collect()).closed).toBe(1);
	});

	test('what a process that has not noticed yet announces on a connection that is gone is closed, too', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] });
		await collect();
		connected.delete(1);
		expect((await collect()).closed).toBe(1);
		a.intent('wp_a', { k: [[2]] });
		connected.add(1);
		const { named, closed } = await collect();
		expect([closed, keysOf(named, 'wp_a')]).toEqual([1, ['2']]);
	});

	test('after a restart of the database its numbers begin anew: connections of before are gone, the reconnected one is not', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] }, 1, 0);
		await collect();
		const restartedUs = (nowUs += 5_000_000);
		a.line('d', 1, 2);
		a.intent('wp_a', { k: [[2]] }, 1, 1);
		ledger.databaseBegan({ us: restartedUs, wallMs: Date.now() });
		const { named, closed } = await collect();
		expect([closed, keysOf(named, 'wp_a')]).toEqual([1, ['1', '2']]);
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['2']);
		a.close(1);
		expect((await collect()).closed).toBe(1);
	});

	test('a later line takes the end back', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] });
		a.close().end();
		a.intent('wp_a', { k: [[2]] });
		await collect();
		expect(readdirSync(folder)).toHaveLength(1);
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['2']);
	});

	test('the file goes when it ended, all is closed and collected, and the request is really over', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] });
		a.close().end();
		await collect();
		expect(readdirSync(folder)).toHaveLength(1);
		nowUs += 10_000_000;
		await collect();
		expect(readdirSync(folder)).toHaveLength(0);
	});
});

test('a request without an end keeps its log while its process lives: it may go on with another connection', async () => {
	connected = new Set();
	const a = request(9);
	a.intent('wp_a', { k: [[1]] });
	await collect();
	await collect();
	expect(readdirSync(folder)).toHaveLength(1);
	a.line('d', 1, 10);
	a.intent('wp_a', { k: [[2]] }, 0, 1);
	expect(keysOf((await collect()).named, 'wp_a')).toEqual(['2']);
	const dead = new LogFolder(folder, ledger, undefined, () => false);
	await dead.read();
	await dead.removeSpent(() => true, nowUs);
	expect(readdirSync(folder)).toHaveLength(1);
});

describe('a file that is seen before its header is whole', () => {
	const name = '660e51979136e736.php';
	const begun = '<?php exit; __halt_compiler();\n{"v":1,"r":"660e51979136e736","c":1,"m":"m","b":"b","p":"0","a":2,';

	test.each(['', begun.slice(0, 10), begun])('says nothing until then, and loses nothing: %j', async (first) => {
		writeFileSync(join(folder, name), first);
		expect((await collect()).named.loud.isEmpty).toBe(true);
		expect(ledger.takeSweepWanted()).toBeNull();
		appendFileSync(join(folder, name), `${begun.slice(first.length)}"t":5,"w":0,"k":"web","pid":1}\n["w",6,1,"wp_a",{"k":[[1]]},0,0]\n`);
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		expect(ledger.takeSweepWanted()).toBeNull();
	});

	test.each([
		['is kept while its process may only be suspended', 2, 3, 1],
		['is kept for an hour in any case', 0.5, 0.2, 1],
		['goes when the machine has been booted since', 2, 1, 0],
	])('%s', async (_, hoursOld, bootedHoursAgo, left) => {
		const hoursAgo = (hours: number): number => Date.now() - hours * 3_600_000;
		writeFileSync(join(folder, name), begun);
		utimesSync(join(folder, name), new Date(), new Date(hoursAgo(hoursOld)));
		const booted = new LogFolder(folder, ledger, undefined, () => false, () => hoursAgo(bootedHoursAgo));
		await booted.read();
		await booted.removeSpent(() => true, nowUs);
		expect(readdirSync(folder)).toHaveLength(left);
		await booted.read();
		expect(ledger.takeSweepWanted()).toBeNull();
	});
});

describe('what is read', () => {
	test('a torn last line is ignored until it is whole', async () => {
		const a = request(1).raw('["w",5,1,"wp_a",{"k":[[1');
		expect((await collect()).named.loud.isEmpty).toBe(true);
		a.raw(']]},0,0]\n');
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		expect(ledger.takeSweepWanted()).toBeNull();
	});

	test.each([
		['an unknown type', '["zz",5]\n'], ['no JSON', 'hello\n'], ['an x line', '["x",5,"too fast"]\n'],
		['an unknown scope', '["w",5,1,"wp_a",{"y":1},0,0]\n'], ['a number that is no integer', '["w",5,1,"wp_a",{"k":[[1.5]]},0,0]\n'],
	])('%s wants a sweep', async (_what, text) => {
		request(1).raw(text);
		await collect();
		expect(ledger.takeSweepWanted()).not.toBeNull();
		expect(ledger.takeSweepWanted()).toBeNull();
	});

	test('a file that is no log wants a sweep and harms nothing', async () => {
		writeFileSync(join(folder, '0123456789abcdef.php'), 'what is this\n'.repeat(10));
		request(1).intent('wp_a', { k: [[1]] });
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		expect(ledger.takeSweepWanted()).toMatch(/not what the plugin writes/);
	});

	test('a line of 10 MB wants a sweep, and another for each time that its file grows; other files are read on', async () => {
		const a = request(1).raw(`["w",5,1,"wp_a",{"k":[["${'x'.repeat(10_000_000)}`);
		request(2).intent('wp_a', { k: [[1]] });
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		expect(ledger.takeSweepWanted()).toMatch(/not what the plugin writes/);
		await collect();
		expect(ledger.takeSweepWanted()).toBeNull();
		a.raw('"]]},0,0]\n');
		a.intent('wp_b', { k: [[2]] });
		expect((await collect()).named.loud.tables.has('wp_b')).toBe(false);
		expect(ledger.takeSweepWanted()).toMatch(/not what the plugin writes/);
	});

	test('what else lies in the folder is no log: names of others, folders, links, a file without its end', async () => {
		mkdirSync(join(folder, '0123456789abcdef'));
		mkdirSync(join(folder, 'fedcba9876543210.php'));
		symlinkSync('nowhere', join(folder, '00000000000000aa.php'));
		writeFileSync(join(folder, 'index.php'), '<?php // Silence is golden.');
		writeFileSync(join(folder, '.0123456789abcdef.tmp'), 'half a he');
		const a = request(1);
		a.intent('wp_a', { k: [[1]] });
		a.raw('["w",5,2,"wp_a",{"k":[[2');
		expect(keysOf((await collect()).named, 'wp_a')).toEqual(['1']);
		expect(readdirSync(folder)).toEqual(expect.arrayContaining(['index.php', '0123456789abcdef', 'fedcba9876543210.php']));
	});

	test('values: long integers, text, bytes, null', async () => {
		request(1).intent('wp_a', { k: [[{ i: '18446744073709551615' }, 'grün', { b: 'AP8=' }, null]] });
		const key = [...(await collect()).named.loud.tables.get('wp_a')!.keys.values()][0]!;
		expect(readColumns(key, 0, key.length)).toEqual([Buffer.from('18446744073709551615'), Buffer.from('grün'), Buffer.from([0, 255]), null]);
	});

	test('scopes unite: keys, conditions, ranges, whole, schema, quiet apart', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]], c: [[['status', 'x']]] });
		a.intent('wp_a', { g: [5, 9] });
		a.intent('wp_b', { t: 1 });
		a.intent('wp_c', { s: 1 });
		a.intent('wp_options', { k: [[7]], q: 1 });
		const { named } = await collect();
		const rows = named.loud.tables.get('wp_a')!;
		expect([rows.keys.size, rows.conditions.size, rows.ranges]).toEqual([1, 1, [{ low: 5n, high: 9n, onlyNew: false }]]);
		expect(named.loud.tables.get('wp_b')!.whole).toBe(true);
		expect(named.loud.tables.get('wp_c')).toMatchObject({ whole: true, schema: true });
		expect(named.loud.tables.has('wp_options')).toBe(false);
		expect(named.quiet.tables.get('wp_options')!.keys.size).toBe(1);
	});

	test('a log of another life of the agent is taken up where it was left', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] });
		a.close().activity('first');
		a.intent('wp_a', { k: [[2]] });
		await log.read();
		const closed = ledger.closed(() => false, 0, nowUs);
		const to = ledger.forgottenTo(closed);
		expect(to[a.id]).toEqual({ n: 1, activities: 1 });
		ledger = new Ledger({ machine: 'm', boot: 'b', nowUs });
		log = new LogFolder(folder, ledger, (id) => to[id]);
		a.close().activity('second');
		const { named, activities } = await collect();
		expect(keysOf(named, 'wp_a')).toEqual(['2']);
		expect(activities).toEqual(['second']);
	});
});

describe('new rows', () => {
	test('without their keys: everything above the floor of the first sight', async () => {
		ledger.floors.set('wp_posts', 40n);
		const a = request(1);
		const n = a.intent('wp_posts', { n: 1 });
		await collect();
		ledger.floors.set('wp_posts', 99n);
		expect((await collect()).named.loud.tables.get('wp_posts')!.ranges).toEqual([{ low: 41n, high: null, onlyNew: true }]);
		a.created(n, [41]);
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['41']);
	});

	test('no floor: the whole table', async () => {
		request(1).intent('wp_posts', { n: 1 });
		expect((await collect()).named.loud.tables.get('wp_posts')!.whole).toBe(true);
	});

	test('an insert that made nothing names nothing', async () => {
		const a = request(1);
		a.created(a.intent('wp_posts', { n: 1 }));
		expect((await collect()).named.loud.isEmpty).toBe(true);
	});
});

describe('overlap', () => {
	test('what another request changed between look-up and statement is read for the later one too', async () => {
		const [a, b] = [request(1), request(2)];
		a.lookup('wp_posts');
		b.intent('wp_posts', { k: [[7]] });
		b.close().end();
		await collect(); // b is forgotten, a has only looked
		a.intent('wp_posts', { k: [[1]] });
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['1', '7']);
		a.close();
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['1', '7']);
	});

	test('what was over before the look-up, or another table, is not', async () => {
		const [a, b] = [request(1), request(2)];
		b.intent('wp_posts', { k: [[7]] });
		b.close();
		b.intent('wp_users', { k: [[8]] });
		await collect();
		a.lookup('wp_posts').intent('wp_posts', { k: [[1]] });
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['1']);
	});

	test('adoption goes on: what the other adopted counts too', async () => {
		const [a, b, c] = [request(1), request(2), request(3)];
		b.lookup('wp_posts');
		a.lookup('wp_posts');
		c.intent('wp_posts', { k: [[9]] });
		b.intent('wp_posts', { k: [[7]] });
		c.close();
		b.close();
		await collect();
		a.intent('wp_posts', { k: [[1]] });
		expect(keysOf((await collect()).named, 'wp_posts')).toEqual(['1', '7', '9']);
	});

	test('another intent by condition widens to the whole table', async () => {
		const [a, b] = [request(1), request(2)];
		a.lookup('wp_posts');
		b.intent('wp_posts', { c: [[['status', 'x']]] });
		b.close();
		a.intent('wp_posts', { k: [[1]] });
		expect((await collect()).named.loud.tables.get('wp_posts')!.whole).toBe(true);
	});

	test('a look-up older than this agent, or than its memory, widens to the whole table', async () => {
		const a = request(1);
		a.lookup('wp_posts');
		nowUs += 100;
		begin();
		a.intent('wp_posts', { k: [[1]] });
		expect((await collect()).named.loud.tables.get('wp_posts')!.whole).toBe(true);

		begin({ ...ledgerLimits, overlapMemoryMs: 1 });
		const [b, c] = [request(2), request(3)];
		b.lookup('wp_users');
		c.intent('wp_users', { k: [[5]] });
		c.close();
		nowUs += 10_000;
		await collect();
		b.intent('wp_users', { k: [[1]] });
		expect((await collect()).named.loud.tables.get('wp_users')!.whole).toBe(true);
	});

	test('another machine cannot be compared', async () => {
		const a = request(1, { machine: 'other' });
		a.lookup('wp_posts').intent('wp_posts', { k: [[1]] });
		expect((await collect()).named.loud.tables.get('wp_posts')!.whole).toBe(true);
	});
});

describe('activities, files, updates', () => {
	test('an activity waits for every intent that its request wrote before it', async () => {
		const a = request(1);
		a.intent('wp_a', { k: [[1]] }, 1);
		a.intent('wp_b', { k: [[2]] }, 1);
		a.activity('Post published');
		a.intent('wp_c', { k: [[3]] }, 1);
		expect((await collect()).activities).toEqual([]);
		a.line('c', 2, 0);
		expect((await collect()).activities).toEqual(['Post published']);
		expect((await collect()).activities).toEqual([]);
	});

	test('files of a request that spoke before it had a connection, and lost that without an end, are closed with it', async () => {
		const a = request(0);
		a.file('/site/wp-content/uploads/a.jpg');
		a.line('d', 1, 2);
		a.intent('wp_posts', { k: [[1]] }, 0, 1);
		await collect(false);
		expect((await collect(false)).files).toBe(0);
		connected.delete(2);
		await collect(false); // Its connection goes in this pass, what had none after it.
		expect(await collect()).toMatchObject({ files: 1, closed: 1 });
		expect(ledger.waiting().changes).toBe(0);
		// It lives after all and goes on: open again.
		a.line('d', 2, 3).file('/site/wp-content/uploads/b.jpg');
		await collect(false);
		expect((await collect(false)).files).toBe(0);
	});

	test('files are named by path and open until the request ends', async () => {
		const a = request(1);
		a.file('/srv/wp/a.jpg');
		a.file('/srv/wp/plugin', 'tree');
		const first = await collect();
		expect([...first.named.loud.paths]).toEqual([['/srv/wp/a.jpg', 'file'], ['/srv/wp/plugin', 'tree']]);
		expect(first.files).toBe(0);
		a.line('c', 1, -1);
		expect((await collect()).files).toBe(1);
		a.end();
		expect((await collect()).files).toBe(1);
		expect(ledger.waiting().changes).toBe(0);
	});

	test('an update marks the commits while it runs, and the one after', async () => {
		const a = request(1);
		a.line('u', 1, 'plugin');
		await collect(false);
		expect(ledger.duringUpdate).toBe(true);
		a.line('u', 0, 'plugin');
		await log.read();
		expect(ledger.duringUpdate).toBe(true);
		await collect();
		expect(ledger.duringUpdate).toBe(false);
	});

	test('what waits is counted, and whether only quiet things wait', async () => {
		const a = request(1);
		a.intent('wp_options', { k: [[1]], q: 1 });
		await log.read();
		expect(ledger.waiting()).toMatchObject({ changes: 1, loud: false, open: true });
		a.intent('wp_posts', { k: [[1]] });
		await log.read();
		expect(ledger.waiting()).toMatchObject({ changes: 2, loud: true });
	});
});
