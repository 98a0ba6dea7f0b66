import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { kindRange, wholeRange } from '@holdfast/protocol';
import { LocalFiles } from '../adapters/local-files.ts';
import { openIndex, openScratch } from '../adapters/sqlite-index.ts';
import { ChunkCache } from '../state/chunk-cache.ts';
import { History } from '../state/history.ts';
import { LayeredStates } from '../state/site-states.ts';
import { TestWriter } from '../state/testing/memory-endpoint.ts';
import { CollectedFiles } from './collected-files.ts';
import { fileChanges } from './changes.ts';
import { LiveFiles } from './live-files.ts';
import { SiteRoots } from './roots.ts';
import { Scope } from './scope.ts';
import { SiteTree } from './site-tree.ts';
import { disturb, randomOf } from './testing/random-tree.ts';

const home = mkdtempSync(join(tmpdir(), 'hf-collected-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function setup(site: string) {
	const writer = new TestWriter();
	const index = openIndex(':memory:');
	const chunks = new ChunkCache(writer.endpoint, writer.keys);
	const states = new LayeredStates({ index, chunks, history: new History(writer.endpoint, writer.keys), openScratch: () => openScratch(':memory:') });
	const files = new LocalFiles();
	const roots = await SiteRoots.resolve(files, { root: site, content: join(site, 'wp-content'), uploads: join(site, 'wp-content/uploads') });
	// A clock of tomorrow: every change counts as settled.
	const tree = new SiteTree(files, new Scope({ roots, release: { version: '7', locale: 'x', written: null }, own: [], excluded: [] }), writer.keys, () => Date.now() + 86_400_000);
	const collected = new CollectedFiles({ tree, openState: () => states.now(), knowsAll: () => true });
	const commit = async (read: Awaited<ReturnType<CollectedFiles['read']>>): Promise<void> => {
		if (read.entries.keys.length > 0) {
			const position = await writer.commit(read.entries.keys.map((key, i) => [key, read.entries.values[i]!] as const));
			index.apply(position, read.entries, []);
		}
		index.setFileStats(read.stats);
	};
	const live = async (): Promise<string[]> => {
		const now = await states.now();
		const source = new LiveFiles(tree, null, null);
		const found: string[] = [];
		for await (const batch of source.source()) { for (let i = 0; i < batch.count; i++) { found.push(batch.keys.subarray(batch.keyStarts[i], batch.keyStarts[i + 1]).toString('hex') + ' ' + batch.values.subarray(batch.valueStarts[i], batch.valueStarts[i]! + batch.valueLengths[i]!).toString('hex')); } }
		await now.close();
		return found;
	};
	const stored = async (): Promise<string[]> => {
		const now = await states.now();
		const found: string[] = [];
		const { low, high } = kindRange('file');
		for await (const { keys, values } of now.range(low, high)) { keys.forEach((key, i) => found.push(`${Buffer.from(key).toString('hex')} ${Buffer.from(values[i]!).toString('hex')}`)); }
		return found;
	};
	return { writer, index, states, tree, collected, commit, live, stored };
}

test('random trees: what scans name and collects read makes the state equal to the folders, time after time', async () => {
	for (let seed = 1; seed <= 6; seed++) {
		const site = join(home, `tree-${seed}`);
		const random = randomOf(seed * 7919);
		disturb(join(site, 'wp-content/uploads'), random, 30);
		disturb(site, random, 20);
		const { index, states, tree, collected, commit, live, stored, writer } = await setup(site);
		for await (const group of collected.all(null, writer, 100_000)) { await commit(group); }
		expect(await stored()).toEqual(await live());
		for (let round = 0; round < 4; round++) {
			disturb(join(site, 'wp-content/uploads'), random, 8);
			disturb(site, random, 8);
			const keys = new Set<string>();
			const now = await states.now();
			for await (const changes of fileChanges(tree, index, now)) { for (const { key } of changes) { keys.add(Buffer.from(key).toString('latin1')); } }
			await commit(await collected.read({ paths: new Map(), keys }, writer, 'now'));
			expect(await stored()).toEqual(await live());
			const again = [];
			for await (const changes of fileChanges(tree, index, await states.now())) { again.push(...changes); }
			expect(again).toEqual([]);
		}
	}
});

test('a path that an intent names: file, tree, removed tree, file where a folder was; outside the site nothing', async () => {
	const site = join(home, 'named');
	mkdirSync(join(site, 'wp-content/uploads/2026/11'), { recursive: true });
	writeFileSync(join(site, 'wp-content/uploads/2026/11/a.jpg'), 'a');
	writeFileSync(join(site, 'wp-content/uploads/2026/b.jpg'), Buffer.alloc(2_000_000, 1));
	symlinkSync('/etc', join(site, 'wp-content/etc'));
	const { collected, commit, stored, live, writer, states } = await setup(site);
	const named = (path: string, how: 'file' | 'tree') => collected.read({ paths: new Map([[path.startsWith('/') ? path : join(site, path), how]]), keys: new Set() }, writer, 'now');
	expect((await named('/etc/passwd', 'file')).entries.keys).toEqual([]);
	expect((await named('wp-content/etc/passwd', 'file')).entries.keys).toEqual([]);
	await commit(await named('', 'tree'));
	await commit(await named('wp-content', 'tree'));
	await commit(await named('wp-content/uploads', 'tree'));
	expect(await stored()).toEqual(await live());
	expect((await named('wp-content/uploads', 'tree')).entries.keys).toEqual([]);
	const later = await collected.read({ paths: new Map([[join(site, 'wp-content/uploads'), 'tree']]), keys: new Set() }, writer, 'later');
	expect(later.postponed.map((one) => one.bytes)).toEqual([2_000_000]);
	expect(later.entries.keys).toEqual([]);
	rmSync(join(site, 'wp-content/uploads/2026'), { recursive: true });
	writeFileSync(join(site, 'wp-content/uploads/2026'), 'a file now');
	await commit(await named('wp-content/uploads/2026', 'file'));
	expect(await stored()).toEqual(await live());
	rmSync(join(site, 'wp-content/uploads/2026'));
	await commit(await named('wp-content/uploads/2026', 'tree'));
	expect(await stored()).toEqual(await live());
	const left = [];
	for await (const { keys } of (await states.now()).range(wholeRange.low, null)) { left.push(...keys.filter((key) => key[0] === 0x31)); }
	expect(left.length).toBe(1);
	expect((await collected.totals()).leftOut).toEqual([{ what: 'content/etc', why: 'link to a place outside the site' }]);
});
