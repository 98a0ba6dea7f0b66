import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readColumns } from '../ports/row-batch.ts';
import { Ledger } from './ledger.ts';
import { LogFolder } from './log-folder.ts';
import type { Intent } from './request-log.ts';

/** Written by the plugin's own test (tests/php), read here: both sides agree on every kind of line. */
const golden = join(import.meta.dirname, '../../../tests/golden/intent-log/every-line.php');
const folder = mkdtempSync(join(tmpdir(), 'hf-golden-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keysOf = (intent: Intent): (string | null)[][] => intent.scope.keys.map((key) => readColumns(key, 0, key.length).map((column) => column?.toString('latin1') ?? null));
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

test('every line that the plugin writes is understood as it was meant', async () => {
	copyFileSync(golden, join(folder, '660e51979136e736.php'));
	const ledger = new Ledger({ machine: '0035969ec53f6e7f', boot: '92a74aef-12dd-4be1-b84a-f0e510eb0d8b', nowUs: 0 });
	await new LogFolder(folder, ledger).read();
	const request = ledger.requests.get('660e51979136e736')!;
	expect(request.header).toMatchObject({ connection: 4711, kind: 'web', pid: 321, t: 1_000_000 });
	expect(ledger.isLocal(request.header)).toBe(true);
	expect(request.connections.map((one) => one.id)).toEqual([4711, 4712]);
	expect(request.ended).toEqual({ t: 1_002_500 });

	const intents = [...request.intents.values()];
	expect(intents.map(({ n, table, lookupUs, closedUs }) => [n, table, lookupUs, closedUs])).toEqual([
		[1, 'wp_options', 1_000_100, 1_000_300], [2, 'wp_posts', null, 1_000_600], [3, 'wp_names', null, 1_002_400], [4, 'wp_options', null, 1_001_500],
		[5, 'wp_log', null, 1_001_500], [6, 'wp_big', null, 1_001_500], [7, 'wp_mixed', null, 1_001_500], [8, 'wp_posts', null, 1_001_500], [9, 'wp_none', null, 1_002_400],
	]);
	expect(intents.map(({ origin }) => origin).slice(0, 2)).toEqual(['plugins/akismet', null]);
	expect(keysOf(intents[0]!)).toEqual([['126']]);
	expect(intents[1]!.created!.map((key) => readColumns(key, 0, key.length).map(String))).toEqual([['41'], ['42']]);
	expect(keysOf(intents[2]!)).toEqual([['de', utf8('Käse 😀')], ['fr', '\xff']]);
	expect(intents[3]!.scope).toMatchObject({ quiet: true, conditions: [[{ column: 'option_name' }], [{ column: 'option_name' }]] });
	expect(intents[4]!.scope.whole).toBe(true);
	expect(intents[5]!.scope.range).toEqual({ low: 9_007_199_254_740_993n, high: null });
	expect(intents[6]!.scope).toMatchObject({ fresh: 1, conditions: [[{ column: 'a', value: { kind: 'number' } }, { column: 'b', value: { kind: 'text' } }]] });
	expect(intents[7]!.scope.schema).toBe(true);
	expect(keysOf(intents[8]!)).toEqual([]);

	expect(request.files.map(({ n, path, how, closed }) => [n, path.toString('latin1'), how, closed])).toEqual([
		[10, utf8('/srv/site/wp-content/uploads/2026/11/é.jpg'), 'file', true],
		[11, '/srv/site/wp-content/uploads/\xff\n', 'file', true], [12, '/srv/site/wp-content/plugins/akismet', 'tree', true],
	]);
	expect(request.activities.map((told) => [told.activity.sentence, told.afterN])).toEqual([['Post “Hello” published', 12]]);
	expect(ledger.duringUpdate).toBe(true);
	expect(ledger.takeSweepWanted()).toMatch(/not understood/);
});
