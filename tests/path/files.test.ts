import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { agentMemoryMb, burst, lagBar, lagsBeside, linkAndBack, manyFolders, newFolders, saidMeanwhile, storedBytes, untilFilesSettled, withUploads, writtenFor } from './load/files.ts';
import { compareWithCopy, untilSettled } from './load/kill.ts';

/* What happens to files beside WordPress, with nothing but the watch and the scans to see it. Long form: npm run soak -- files. */

let site: ProtectedSite;
let swept: number;
beforeAll(async () => {
	site = await makeProtectedSite({ seed: 'none' });
	await withUploads(site);
	await untilSettled(site);
	swept = (await site.status()).proof!.at;
}, 120_000);
afterAll(async () => {
	process.stdout.write(`  memory of the agent at most ${Math.round(await agentMemoryMb(site))} MB\n`);
	await site?.destroy();
});
afterEach(async () => {
	await untilFilesSettled(site);
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	expect((await site.status()).proof!.at).toBe(swept); // No comparison has helped.
	expect(await agentMemoryMb(site)).toBeLessThan(300);
});

test('thousands of files at once; live changes do not wait for them', async () => {
	const alone = await lagsBeside(site, async () => {}, 1);
	const beside = await lagsBeside(site, () => burst(site, 'burst', 4_000), 2);
	process.stdout.write(`  lag in ms alone: ${JSON.stringify(alone)}, beside 4,000 files: ${JSON.stringify(beside)}\n`);
	expect(beside.lost).toBe(0);
	expect(beside.p95).toBeLessThan(lagBar(alone));
}, 240_000);

test('a big folder is renamed: nothing is uploaded again', async () => {
	const before = await storedBytes(site);
	await rename(join(site.root, 'wp-content/uploads/burst'), join(site.root, 'wp-content/uploads/renamed'));
	await untilFilesSettled(site);
	expect((await storedBytes(site)) - before).toBeLessThan(2_000_000); // Of 8 MB that cannot be compressed.
}, 240_000);

test('files that are written to without a pause are pending, and exact in the end', async () => {
	const said = await saidMeanwhile(site, Promise.all([writtenFor(site, 'grows.bin', 'grows', 12_000), writtenFor(site, 'over.bin', 'over', 12_000)]));
	expect([...said].join()).toMatch(/A file is being written|A large file is being uploaded/);
}, 240_000);

test('new folders with a first file in each', async () => {
	await newFolders(site, 60);
}, 240_000);

test('a folder becomes a link and a folder again', async () => {
	await linkAndBack(site, async () => {
		await untilFilesSettled(site);
		expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
	});
}, 240_000);

test('more folders than are watched: the status says so, and scans find what changes in them', async () => {
	const said = await saidMeanwhile(site, manyFolders(site, 10_500).then(async () => { await untilFilesSettled(site); }));
	expect([...said]).toContain('FOLDERS_NOT_WATCHED');
	expect((await site.status()).state).toBe('protected');
	await newFolders(site, 5);
}, 300_000);
