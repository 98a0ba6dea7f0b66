import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Point, RestoreResult } from '@holdfast/protocol';
import { compareSnapshots, isBackedUp, makeProtectedSite, snapshotSite, startSharedStack, type ProtectedSite, type Snapshot } from '../harness/index.ts';
import { untilSettled } from '../path/load/kill.ts';
import { prepare } from '../path/load/restore-crash.ts';

/** The long form of the second test in sync-client/src/restore/model.test.ts: 200 points of a site, or as many as the first argument says, restored in random order, each compared with what the site was then. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const count = Number(args[0] ?? 200);
	const stopStack = await startSharedStack();
	const site = await makeProtectedSite();
	const then: { point: Point; snapshot: Snapshot }[] = [];
	try {
		await untilSettled(site);
		await prepare(site);
		for (let n = 1; n <= count; n++) {
			await change(site, n);
			await site.ask('sweep'); // Nothing of it was announced.
			then.push({ point: await site.ask<Point>('backup', '--name', `Point ${n}`), snapshot: await snapshotSite(site, { files: isBackedUp }) });
		}
		let rows = 0;
		for (const [i, at] of shuffled(count).entries()) {
			const { point, snapshot } = then[at]!;
			const result = await site.ask<Partial<RestoreResult>>('restore', '--point', String(point.seq), '--part', 'everything', '--accounts', 'then');
			const now = await snapshotSite(site, { files: isBackedUp });
			const comparison = await compareSnapshots(snapshot, now);
			await now.forget();
			if (!comparison.equal || result.equal === false) { throw new Error([`Point ${at + 1}, restored as number ${i + 1}, is not what the site was.`, ...comparison.differences.slice(0, 20)].join('\n')); }
			rows += comparison.rowsCompared;
			if ((i + 1) % 10 === 0) { console.log(`  ${i + 1} of ${count} points restored`); }
		}
		return { points: count, rowsCompared: rows };
	} finally {
		await Promise.all(then.map(({ snapshot }) => snapshot.forget()));
		await site.destroy();
		await stopStack();
	}
}

const shuffled = (count: number): number[] => Array.from({ length: count }, (_, at) => ({ at, order: Math.random() })).sort((a, b) => a.order - b.order).map(({ at }) => at);

/** Each point has something that no other has; what one adds, another takes away. */
async function change(site: ProtectedSite, n: number): Promise<void> {
	await site.sql(`UPDATE wp_posts SET post_title = 'Point ${n}' ORDER BY ID DESC LIMIT ${1 + (n % 4)}; DELETE FROM wp_harbour_visits LIMIT ${n % 3}; INSERT INTO wp_harbour_visits SELECT * FROM wp_harbour_visits LIMIT ${n % 2};
		${n % 2 === 0 ? 'DROP TABLE IF EXISTS wp_more' : `CREATE TABLE IF NOT EXISTS wp_more (id int PRIMARY KEY, n int); REPLACE INTO wp_more VALUES (${n % 5}, ${n})`};`);
	const file = join(site.root, 'wp-content/uploads', `point-${n % 7}.txt`);
	if (n % 3 === 0) { await rm(file, { force: true }); } else { await writeFile(file, `Point ${n}`); }
}
