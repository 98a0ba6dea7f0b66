import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TestServer } from '../adapters/mysql/testing/server.ts';
import { histories, History, type Event } from './testing/history.ts';

const runs = 8;
const home = mkdtempSync(join(tmpdir(), 'hf-model-'));
let server: TestServer;
let begun = 0;
beforeAll(async () => {
	server = await TestServer.start();
}, 120_000);
afterAll(async () => {
	await server?.stop();
	rmSync(home, { recursive: true, force: true });
});

async function play(events: readonly Event[]): Promise<number> {
	const history = await History.begin(server, join(home, String(++begun)));
	try {
		for (const event of events) { await history.play(event); }
		await history.compare();
		return history.compared;
	} finally {
		await history.end();
	}
}

describe('the site equals a model of it', () => {
	test('after random histories of changes, restores, partial restores and undos', async () => {
		let compared = 0;
		await fc.assert(fc.asyncProperty(histories, async (events) => { compared += await play(events); }), { numRuns: runs, endOnFailure: true });
		expect(compared).toBeGreaterThan(runs);
	}, 300_000);

	test('the same point twice, forward again, to the point before a restore, and back by undo', async () => {
		const row = (text: string): Event => ({ is: 'row', id: 1, text });
		const restore = (point: number): Event => ({ is: 'restore', point, part: 'everything' });
		// Points: 0 the first backup, 1 'b', 2 'ä'; each restore adds the one before it.
		const compared = await play([row('b'), { is: 'file', folder: 'uploads', path: 'a', content: null }, { is: 'point' }, row('ä'), { is: 'bag', text: 'b', way: 'in' }, { is: 'point' },
			restore(0), restore(0), restore(2), restore(1), restore(3), { is: 'undo' }, { is: 'undo' }]);
		expect(compared).toBe(8);
	}, 120_000);
});
