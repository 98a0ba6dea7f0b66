import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Status } from '@holdfast/protocol';
import { giveTree } from '../../../dev/system/dev-user.ts';
import { BackupReader } from '../../bench/parts/backup-reader.ts';
import { HeadWatch } from '../../bench/parts/head-watch.ts';
import { commitsOfMarkers, writeFor } from '../../bench/parts/marked-writes.ts';
import { percentile } from '../../bench/parts/percentile.ts';
import type { ProtectedSite } from '../../harness/index.ts';

const fileBytes = 2_000;
const settleMsMax = 600_000;
const uploads = (site: ProtectedSite, ...path: string[]): string => join(site.root, 'wp-content/uploads', ...path);

/** A fresh site has no uploads yet. */
export async function withUploads(site: ProtectedSite): Promise<void> {
	await mkdir(uploads(site), { recursive: true });
	await giveTree(uploads(site));
}

/** Many files at once, beside the site and moved into it, as an unpacked archive or an import puts them there. */
export async function burst(site: ProtectedSite, name: string, count: number): Promise<void> {
	const waiting = join(site.folder, name);
	for (let at = 0; at < count; at++) {
		if (at % 1000 === 0) { await mkdir(join(waiting, `part-${at / 1000}`), { recursive: true }); }
		await writeFile(join(waiting, `part-${Math.floor(at / 1000)}`, `file-${at}.bin`), randomBytes(fileBytes));
	}
	await giveTree(waiting);
	await rename(waiting, uploads(site, name));
}

/** More folders than are watched, a file in every hundredth. */
export async function manyFolders(site: ProtectedSite, count: number): Promise<void> {
	const home = uploads(site, 'folders');
	await mkdir(home);
	await execa('sh', ['-c', `seq ${count} | awk '{ printf "%d/%d\\n", $1 / 1000, $1 }' | xargs mkdir -p; for i in $(seq 100 100 ${count}); do echo "$i" > $((i / 1000))/$i/note.txt; done`], { cwd: home });
	await giveTree(home);
}

/** A file that another process writes to without a pause: grows, or is written over from its beginning to its end. */
export async function writtenFor(site: ProtectedSite, name: string, how: 'grows' | 'over', ms: number): Promise<void> {
	const script = `
		const { openSync, writeSync, closeSync } = require('node:fs');
		const { randomFillSync } = require('node:crypto');
		const [path, how, ms] = process.argv.slice(1);
		const file = openSync(path, 'w', 0o644);
		const piece = Buffer.alloc(16384);
		const wait = new Int32Array(new SharedArrayBuffer(4));
		for (let n = 0, until = Date.now() + Number(ms); Date.now() < until; n++) {
			randomFillSync(piece);
			writeSync(file, piece, 0, piece.length, how === 'over' ? (n % 50) * piece.length : null);
			Atomics.wait(wait, 0, 0, how === 'over' ? 1 : 5);
		}
		closeSync(file);`;
	const writer = spawn(process.execPath, ['-e', script, uploads(site, name), how, String(ms)], { stdio: ['ignore', 'inherit', 'inherit'] });
	const [code] = (await once(writer, 'exit')) as [number];
	if (code !== 0) { throw new Error(`The process that writes ${name} ended with ${code}.`); }
}

/** Folders that get their first file at once, some of them deep. */
export async function newFolders(site: ProtectedSite, count: number): Promise<void> {
	for (let n = 0; n < count; n++) {
		const folder = uploads(site, 'new', `${n % 7}`, `${n}`, ...Array.from({ length: n % 4 }, (_, i) => `deep-${i}`));
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, 'first.txt'), `first ${n}`);
		await sleep(n % 5 === 0 ? 150 : 0);
	}
}

/** A folder becomes a link to where it went, and a folder again with one more file. */
export async function linkAndBack(site: ProtectedSite, settled: () => Promise<void>): Promise<void> {
	await rm(uploads(site, 'gallery'), { recursive: true, force: true });
	await mkdir(uploads(site, 'gallery/2026'), { recursive: true });
	for (let n = 0; n < 20; n++) { await writeFile(uploads(site, 'gallery/2026', `${n}.txt`), `picture ${n}`); }
	await settled();
	await rename(uploads(site, 'gallery'), uploads(site, 'gallery-moved'));
	await symlink('gallery-moved', uploads(site, 'gallery'));
	await settled();
	await rm(uploads(site, 'gallery'));
	await rename(uploads(site, 'gallery-moved'), uploads(site, 'gallery'));
	await writeFile(uploads(site, 'gallery/2026', 'one-more.txt'), 'more');
	await settled();
}

/** Bytes that the endpoint's data take on its disk. */
export async function storedBytes(site: ProtectedSite): Promise<number> {
	return Number((await execa('du', ['-sb', join(site.folder, 'endpoint')])).stdout.split('\t')[0]);
}

/** Until nothing is on its way any more and all files were looked at since. No comparison of the whole site is asked for. */
export async function untilFilesSettled(site: ProtectedSite): Promise<void> {
	const since = Date.now();
	for (let quiet = 0, status: Status | null = null; quiet < 3; await sleep(200)) {
		status = await site.status();
		quiet = status.waiting.changes === 0 && status.pending.length === 0 && (status.protectedUntil ?? 0) >= since ? quiet + 1 : 0;
		if (Date.now() - since > settleMsMax) { throw new Error(`The files did not settle: ${JSON.stringify({ ...status, leftOut: [] })}`); }
	}
}

/** What the agent says of pending files while something goes on. */
export async function saidMeanwhile(site: ProtectedSite, during: Promise<unknown>): Promise<Set<string>> {
	const said = new Set<string>();
	let over = false;
	const end = during.finally(() => { over = true; });
	end.catch(() => {});
	while (!over) {
		const { pending, problems } = await site.status();
		[...pending, ...problems.map(({ code }) => code)].forEach((one) => said.add(one));
		await sleep(200);
	}
	await end;
	return said;
}

/** The highest memory of the agent's process so far. */
export async function agentMemoryMb(site: ProtectedSite): Promise<number> {
	const { pid } = await site.status();
	return Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** What the machine has to hold: the lag bar, or on one that is busy with other things four times what it takes with nothing else going on. */
export const lagBar = (alone: { p95: number }): number => Math.max(2_000, 4 * alone.p95);

/**
 * Ten writes a second of WordPress beside `act`; how long each took until it was durable, in ms.
 * @param call  another number for each call on one site
 * @param seconds  of writing, again until `act` is through
 */
export async function lagsBeside(site: ProtectedSite, act: () => Promise<void>, call = 0, seconds = 20): Promise<{ p50: number; p95: number; max: number; lost: number }> {
	const backup = await BackupReader.open(site.state);
	const from = await backup.head();
	const watch = new HeadWatch(backup);
	let over = false;
	const acted = act().finally(() => { over = true; });
	acted.catch(() => {});
	const writes = [];
	for (let round = 1000 * call; !over || writes.length === 0; round++) {
		const some = await writeFor(site, { seconds, rate: 10, processes: 1, name: 'p', round });
		writes.push(...some);
	}
	await acted;
	await untilFilesSettled(site);
	await watch.stop();
	const { commitOf } = await commitsOfMarkers(backup, from, writes);
	const found = writes.filter(({ marker }) => commitOf.has(marker));
	const lags = found.map(({ marker, returnedAtMs }) => Math.round(watch.durableAtMs(commitOf.get(marker)!) - returnedAtMs));
	return { p50: percentile(lags, 0.5), p95: percentile(lags, 0.95), max: percentile(lags, 1), lost: writes.length - found.length };
}
