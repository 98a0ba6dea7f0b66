import { step } from '../../dev/terminal.ts';
import { makeProtectedSite } from '../harness/index.ts';
import { BackupReader } from './parts/backup-reader.ts';
import { numbersFrom, withStack } from './parts/bench-run.ts';
import { HeadWatch } from './parts/head-watch.ts';
import { LogWatch } from './parts/log-watch.ts';
import { commitsOfMarkers, writeFor, type Write } from './parts/marked-writes.ts';
import { percentile, rounded } from './parts/percentile.ts';

/** From a write's return in WordPress to the commit with all of it being durable at the endpoint. See README.md. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const { seconds, rate, processes, floodSeconds, flood } = numbersFrom(args, {
		seconds: { byDefault: 60, max: 240 },
		rate: { byDefault: 50, max: 1_000 },
		processes: { byDefault: 4, max: 16 },
		floodSeconds: { byDefault: 30, max: 240 },
		flood: { byDefault: 1_000, max: 10_000 },
	});
	return await withStack(async () => {
		const site = await makeProtectedSite();
		try {
			const backup = await BackupReader.open(site.state);
			const from = await backup.head();
			const watch = new HeadWatch(backup);
			step(`${rate} writes a second from ${processes} processes for ${seconds} s`);
			const writes = await writeFor(site, { seconds, rate, processes, name: 'p' });
			await site.untilDurable();
			step(`${flood} rows a second for ${floodSeconds} s`);
			const log = new LogWatch(site.state);
			const flooded = await writeFor(site, { seconds: floodSeconds, rate: flood, processes, name: 'f' });
			await site.untilDurable();
			await watch.stop();
			const { commitOf, commits, receivedAt } = await commitsOfMarkers(backup, from, [...writes, ...flooded]);
			const found = writes.filter(({ marker }) => commitOf.has(marker));
			const lags = (durableAt: (seq: number) => number): number[] =>
				found.map(({ marker, returnedAtMs }) => durableAt(commitOf.get(marker)!) - returnedAtMs);
			const durable = lags((seq) => watch.durableAtMs(seq));
			const foundFlooded = flooded.filter(({ marker }) => commitOf.has(marker));
			const lastWritten = Math.max(...flooded.map((write) => write.returnedAtMs));
			const lastDurable = Math.max(...foundFlooded.map(({ marker }) => watch.durableAtMs(commitOf.get(marker)!)));
			return {
				p50Ms: rounded(percentile(durable, 0.5)),
				p95Ms: rounded(percentile(durable, 0.95)),
				maxMs: rounded(percentile(durable, 1)),
				receivedP50Ms: rounded(
					percentile(
						lags((seq) => receivedAt.get(seq)!),
						0.5,
					),
				),
				lost: writes.length + flooded.length - found.length - foundFlooded.length,
				writes: writes.length + flooded.length,
				writesPerSecond: perSecond(writes),
				floodPerSecond: perSecond(flooded),
				catchUpS: rounded(Math.max(0, lastDurable - lastWritten) / 1000),
				logMaxMb: rounded((await log.stop()) / 1_048_576),
				commits,
			};
		} finally {
			await site.destroy();
		}
	});
}

function perSecond(writes: readonly Write[]): number {
	const times = writes.map((write) => write.returnedAtMs);
	return rounded((1000 * (writes.length - 1)) / (percentile(times, 1) - percentile(times, 0)));
}
