import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StateFolder } from '../state-folder/state-folder.ts';
import { Seen } from './seen.ts';

let folder: string;
let state: StateFolder;
let seen: Seen;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'hf-seen-'));
	state = await StateFolder.open(folder);
	seen = await Seen.load(state);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a new life of the agent reads. */
const reread = async () => (await Seen.load(state)).sweepOwed;

describe('a sweep that is owed', () => {
	test('stays owed over a restart, with its oldest reason, until one is through', async () => {
		await seen.oweSweep(1, 'first');
		await seen.oweSweep(2, 'second');
		expect(await reread()).toEqual({ since: 1, why: 'first' });
		seen.sweepBegins();
		await seen.sweepEnds(false);
		expect(await reread()).toEqual({ since: 1, why: 'first' });
		seen.sweepBegins();
		await seen.sweepEnds(true);
		expect(await reread()).toBeNull();
	});

	test('a reason that comes up while it runs asks for another one: what it read before may have changed unseen', async () => {
		await seen.oweSweep(1, 'first');
		seen.sweepBegins();
		await seen.oweSweep(5, 'meanwhile');
		expect(seen.sweepOwedAgain).toBe('meanwhile');
		await seen.sweepEnds(true);
		expect(await reread()).toEqual({ since: 5, why: 'meanwhile' });
		seen.sweepBegins();
		expect(seen.sweepOwedAgain).toBeNull();
		await seen.sweepEnds(true);
		expect(await reread()).toBeNull();
	});

	test('one that comes up while a daily sweep runs', async () => {
		seen.sweepBegins();
		await seen.oweSweep(5, 'meanwhile');
		await seen.sweepEnds(true);
		expect(await reread()).toEqual({ since: 5, why: 'meanwhile' });
	});
});

test('a restart of the database is told once, and its sweep is owed in the same write', async () => {
	const database = { startedAtMs: 1_000_000, uptimeS: 5 };
	expect(await seen.look('b', database, 9_000_000, 1)).toBe(false);
	expect(await seen.look('b', { ...database, startedAtMs: 1_001_000 }, 9_000_000, 1)).toBe(false);
	expect(await seen.look('b', { startedAtMs: 2_000_000, uptimeS: 1 }, 9_000_000, 7)).toBe(true);
	expect(await reread()).toEqual({ since: 7, why: 'the database or the machine was restarted' });
	expect(await seen.look('b', { startedAtMs: 2_000_000, uptimeS: 2 }, 10_000_000, 8)).toBe(false);
});
