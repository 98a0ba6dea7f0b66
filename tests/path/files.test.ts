import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { agentMemoryMb, burst, lagBar, lagsBeside, linkAndBack, newFolders, saidMeanwhile, storedBytes, untilFilesSettled, withUploads, writtenFor } from './load/files.ts';
import { compareWithCopy, untilSettled } from './load/kill.ts';

/* What happens to files beside WordPress, with nothing but the watch and the scans to see it. Long form: npm run soak -- files. */

const testMsMax = 300_000;
/** Nothing is held that grows with the files. What the agent takes at most is a figure of the soak: its bar is 300. */
const memoryMbMax = 512;

let site: ProtectedSite;
let swept: number;
beforeAll(async () => {
	site = await makeProtectedSite({ seed: 'none' });
	await withUploads(site);
	await untilSettled(site);
	swept = (await site.status()).proof!.at;
}, testMsMax);
afterAll(async () => {
	await site?.destroy();
});
afterEach(async () => {
	const mb = await agentMemoryMb(site);
	process.stdout.write(`  memory of the agent at most ${Math.round(mb)} MB\n`);
	expect(mb).toBeLessThan(memoryMbMax);
	expect((await site.status()).proof!.at).toBe(swept); // No comparison has helped.
});

async function expectEqual(): Promise<void> {
	await untilFilesSettled(site);
	expect(await compareWithCopy(site)).toMatchObject({ differences: [], equal: true });
}

test('many files at once, and then all of them in another folder: live changes do not wait, and nothing is uploaded twice', async () => {
	const alone = await lagsBeside(site, async () => {}, 1, 8);
	const beside = await lagsBeside(site, () => burst(site, 'burst', 2_000), 2, 8);
	process.stdout.write(`  lag in ms alone: ${JSON.stringify(alone)}, beside 2,000 files: ${JSON.stringify(beside)}\n`);
	expect(beside.lost).toBe(0);
	expect(beside.p95).toBeLessThan(lagBar(alone));

	const before = await storedBytes(site);
	await rename(join(site.root, 'wp-content/uploads/burst'), join(site.root, 'wp-content/uploads/renamed'));
	await untilFilesSettled(site);
	expect((await storedBytes(site)) - before).toBeLessThan(1_000_000); // Of 4 MB that cannot be compressed.
	await expectEqual();
}, testMsMax);

test('files that are written to without a pause are pending, and exact in the end; new folders have their first files', async () => {
	const said = await saidMeanwhile(site, Promise.all([writtenFor(site, 'grows.bin', 'grows', 12_000), writtenFor(site, 'over.bin', 'over', 12_000), newFolders(site, 60)]));
	expect([...said].join()).toMatch(/A file is being written|A large file is being uploaded/);
	await expectEqual();
}, testMsMax);

test('a folder becomes a link and a folder again', async () => {
	await linkAndBack(site, expectEqual);
}, testMsMax);
