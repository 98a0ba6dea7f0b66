import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRecoveryKey, parseRootKey, parseSiteId, type Point, type RestoreResult } from '@holdfast/protocol';
import { ensurePackages } from '../../dev/system/packages.ts';
import { step } from '../../dev/terminal.ts';
import { StateFolder } from '../../sync-client/src/state-folder/state-folder.ts';
import { emptyServer, makeProtectedSite, type ProtectedSite } from '../harness/index.ts';
import { sharedStack } from '../harness/running-stack.ts';
import { numbersFrom, withStack } from './parts/bench-run.ts';
import { CountingRelay } from './parts/counting-relay.ts';
import { damage, fillDatabase, fillFiles, fingerprint, type Damage } from './parts/large-site.ts';
import { PeakMemory } from './parts/peak-memory.ts';
import { percentile, rounded } from './parts/percentile.ts';
import { PlainTools, syncDisks } from './parts/plain-tools.ts';

const mebibyte = 1_048_576;
/** A first backup of this size takes its time on a busy machine. */
const firstBackupMsMax = 1_800_000;

/** What one restore took. */
type Took = { ms: number; peakMb: number; fetchedMb: number; windowMs: number };

/** A restore after small damage, and one onto an empty server, against `mariadb < dump` and `restic restore`. See README.md. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const { rows, mb, rounds, damagedRows, damagedFiles } = numbersFrom(args, {
		rows: { byDefault: 1_100_000, max: 5_000_000 },
		mb: { byDefault: 750, max: 20_000 },
		rounds: { byDefault: 3, max: 20 },
		damagedRows: { byDefault: 100, max: 1_000 },
		damagedFiles: { byDefault: 20, max: 20 },
	});
	await ensurePackages('bench');
	return await withStack(async () => {
		const site = await makeProtectedSite({ connect: false });
		const relay = await CountingRelay.to(site.endpoint.port!);
		try {
			const tools = new PlainTools(site, sharedStack().mariadb);
			await fillDatabase(site, rows);
			const dumpBytes = await tools.dump();
			const files = await fillFiles(site, Math.max(mebibyte, mb * mebibyte - dumpBytes));
			step(`${rows} rows, ${rounded(dumpBytes / mebibyte)} MB as a dump; ${files} files`);
			for (const path of ['/', '/wp-login.php', '/?rest_route=/']) { await site.visitor().get(path); } // The first views write.
			await connect(site, relay);
			const point = await site.ask<Point>('backup', '--name', 'The good day');
			await tools.dump();
			await tools.backup();
			const hit: Damage = { rows: damagedRows, files: damagedFiles };
			const plain: number[] = [];
			const small: Took[] = [];
			const empty: Took[] = [];
			for (let round = 1; round <= rounds; round++) {
				await syncDisks();
				plain.push(await tools.restore());
				small.push(await smallRestore(site, relay, point, hit, round));
				empty.push(await emptyRestore(site, relay, point, hit, round));
				step(`round ${round}: plain ${told(plain.at(-1)!)}, small damage ${told(small.at(-1)!.ms)}, empty server ${told(empty.at(-1)!.ms)}`);
			}
			return figuresOf(plain, small, empty);
		} finally {
			await relay.close();
			await site.destroy();
		}
	});
}

/** The agent reaches the endpoint through the relay. Resolves when the first backup is complete and compared. */
async function connect(site: ProtectedSite, relay: CountingRelay): Promise<void> {
	const { stdout } = await site.endpoint.cli('pair', '--json', '--url', relay.url);
	await site.ask('connect', (JSON.parse(stdout) as { code: string }).code);
	for (const giveUpAt = Date.now() + firstBackupMsMax; ; await sleep(500)) {
		const status = await site.status();
		if (status.state === 'protected' && status.jobs.length === 0 && status.proof !== null) { break; }
		if (Date.now() > giveUpAt) { throw new Error(`The first backup is not through: ${JSON.stringify({ ...status, leftOut: [] })}`); }
	}
	await site.untilDurable();
}

async function smallRestore(site: ProtectedSite, relay: CountingRelay, { seq }: Point, hit: Damage, round: number): Promise<Took> {
	const before = await fingerprint(site, hit, round);
	await damage(site, hit, round);
	if ((await fingerprint(site, hit, round)) === before) { throw new Error('The site was not damaged.'); }
	await syncDisks();
	const memory = await PeakMemory.of((await site.status()).pid);
	relay.take();
	const startedAt = performance.now();
	const result = await site.ask<RestoreResult>('restore', '--point', String(seq), '--part', 'everything');
	const ms = performance.now() - startedAt;
	const took = { ms, peakMb: await memory.stop(), fetchedMb: relay.take() / mebibyte, windowMs: result.windowMs };
	refuse(!result.equal, `The site is not the point: ${JSON.stringify(result.differing.slice(0, 10))}`);
	const after = await fingerprint(site, hit, round);
	refuse(after !== before, `The damage is not undone:\n${before}\n${after}`);
	return took;
}

async function emptyRestore(site: ProtectedSite, relay: CountingRelay, { seq }: Point, hit: Damage, round: number): Promise<Took> {
	const on = await emptyServer();
	try {
		const { rootKey, siteId } = (await StateFolder.at(site.state).pairing.read())!;
		const keyFile = await on.secretFile('key', encodeRecoveryKey(parseRootKey(Buffer.from(rootKey, 'hex')), parseSiteId(siteId)));
		await syncDisks();
		relay.take();
		let watched: Promise<PeakMemory> | undefined;
		const startedAt = performance.now();
		const args = on.restoreArgs({ endpoint: relay }, keyFile, '--core', sharedStack().tree.root, '--point', String(seq), '--json');
		const { exitCode, stdout, stderr } = await on.holdfast(args, { onStart: (pid) => { watched = PeakMemory.of(pid); }, timeoutMs: firstBackupMsMax });
		const ms = performance.now() - startedAt;
		const peakMb = await (await watched!).stop();
		refuse(exitCode !== 0, `restore --to ended with ${exitCode}: ${stderr}${stdout}`);
		refuse((await fingerprint(on, hit, round)) !== (await fingerprint(site, hit, round)), 'The new server does not hold what the old one does.');
		return { ms, peakMb, fetchedMb: relay.take() / mebibyte, windowMs: 0 };
	} finally {
		await on.forget();
	}
}

function figuresOf(plain: readonly number[], small: readonly Took[], empty: readonly Took[]): Record<string, number> {
	const median = (took: readonly Took[], of: keyof Took): number => percentile(took.map((one) => one[of]), 0.5);
	const plainMs = percentile(plain, 0.5);
	return {
		smallRatio: rounded(median(small, 'ms') / plainMs),
		emptyRatio: rounded(median(empty, 'ms') / plainMs),
		peakRssMb: rounded(Math.max(...[...small, ...empty].map((one) => one.peakMb))),
		smallFetchedMb: rounded(median(small, 'fetchedMb')),
		windowS: rounded(Math.max(...small.map((one) => one.windowMs)) / 1000),
		plainS: rounded(plainMs / 1000),
		smallS: rounded(median(small, 'ms') / 1000),
		emptyS: rounded(median(empty, 'ms') / 1000),
		smallPeakRssMb: rounded(Math.max(...small.map((one) => one.peakMb))),
		emptyPeakRssMb: rounded(Math.max(...empty.map((one) => one.peakMb))),
		emptyFetchedMb: rounded(median(empty, 'fetchedMb')),
	};
}

const told = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function refuse(when: boolean, why: string): void {
	if (when) { throw new Error(why); }
}
