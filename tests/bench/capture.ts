import { join } from 'node:path';
import { giveTree } from '../../dev/system/dev-user.ts';
import { step, title } from '../../dev/terminal.ts';
import type { Comparison } from '../harness/index.ts';
import { makeProtectedSite } from '../harness/index.ts';
import { killAndRevive, compareWithCopy, pointsFound, sweepReasons, untilSettled } from '../path/load/kill.ts';
import { installLoad, startLoad } from '../path/load/load.ts';
import { contentStories, makeContentSite } from '../stories/content-stories.ts';
import { importContent } from '../stories/import.ts';
import type { Tally } from '../stories/oracle.ts';
import { makeRecordedSite, type RecordedSite } from '../stories/recorded-site.ts';
import { useEveryRoute } from '../stories/rest-routes.ts';
import { makeShop, shopStories, woocommerce } from '../stories/shop-stories.ts';
import { makeStoriesSite, siteStories } from '../stories/site-stories.ts';
import type { Story } from '../stories/story.ts';
import { makeRandomTables, whileLooking, writeAtOnce } from '../stories/writers.ts';
import { numbersFrom, withStack } from './parts/bench-run.ts';
import { rounded } from './parts/percentile.ts';

/** `core`: what WordPress does; `shop`: what WooCommerce does; `random`: statements that nobody would write. */
type Kind = 'core' | 'shop' | 'random';
type Workload = { name: string; kind: Kind; make: () => Promise<RecordedSite>; run: (site: RecordedSite) => Promise<unknown> };
type Sizes = { rounds: number; processes: number; statements: number; kills: number; posts: number; seed: number };

const names = ['content', 'site', 'rest', 'killed', 'shop', 'random', 'live'];

/** Does capture name everything that changes? `args` may name workloads: then only these. See README.md. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const chosen = names.filter((name) => args.includes(name));
	const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
	const sizes = numbersFrom(args.filter((arg) => !names.includes(arg)), {
		rounds: { byDefault: 2, max: 100 },
		processes: { byDefault: 4, max: 16 },
		statements: { byDefault: 1_000, max: 100_000 },
		kills: { byDefault: 4, max: 100 },
		posts: { byDefault: 200, max: 10_000 },
		seed: { byDefault: 1, max: 1_000_000 },
	});
	if (woocommerce === '') {
		step('no shop: HOLDFAST_WOOCOMMERCE does not name a folder of the plugin WooCommerce');
	}
	return await withStack(async () => {
		const done: { kind: Kind; tally: Tally }[] = [];
		let differences = 0;
		for (const workload of workloads(sizes).filter(({ name }) => isChosen(name))) {
			const { tally, comparison } = await recorded(workload);
			done.push({ kind: workload.kind, tally });
			differences += comparison.differences.length;
		}
		if (isChosen('live')) {
			differences += await writersBesideTheAgent(sizes);
		}
		return {
			...figuresOf('', done.filter(({ kind }) => kind === 'core')),
			...figuresOf('shop', done.filter(({ kind }) => kind === 'shop')),
			...figuresOf('random', done.filter(({ kind }) => kind === 'random')),
			missed: sum(done, ({ missed }) => missed.length),
			differences,
		};
	});
}

const workloads = ({ rounds, processes, statements, kills, posts, seed }: Sizes): Workload[] => [
	{ name: 'content', kind: 'core', make: makeContentSite, run: async (site) => { await tell(site, contentStories); } },
	{ name: 'site', kind: 'core', make: makeStoriesSite, run: async (site) => { await tell(site, siteStories); } },
	{ name: 'rest', kind: 'core', make: makeContentSite, run: async (site) => { await routesAndImport(site, posts); } },
	{ name: 'killed', kind: 'core', make: makeKillable, run: async (site) => { await killedLoad(site, kills); } },
	...(woocommerce === '' ? [] : [{ name: 'shop', kind: 'shop' as const, make: makeShop, run: async (site: RecordedSite) => { await tell(site, shopStories()); } }]),
	...Array.from({ length: rounds }, (_, n): Workload => ({
		name: 'random', kind: 'random',
		make: async () => await makeRecordedSite({ prepare: makeRandomTables }),
		run: async (site) => await whileLooking(site.lines, writeAtOnce(site, { ending: processes, killed: kills, statements, seed: seed + n * 100 })),
	})),
];

async function recorded({ name, make, run: work }: Workload): Promise<{ tally: Tally; comparison: Comparison }> {
	title(name);
	const site = await make();
	try {
		await work(site);
		const comparison = await site.compareWithBackup();
		tellTally(site.oracle.tally, comparison);
		return { tally: site.oracle.tally, comparison };
	} finally {
		await site.destroy();
	}
}

async function tell(site: RecordedSite, stories: readonly Story[]): Promise<void> {
	for (const [, , act] of stories) {
		await act(site);
		await site.lines();
	}
}

async function routesAndImport(site: RecordedSite, posts: number): Promise<void> {
	const { routes, unused } = await useEveryRoute(site);
	step(`${routes.length} routes, ${unused.length} of them not used${unused.map((one) => `\n    ${one}`).join('')}`);
	await site.lines();
	await importContent(site, posts);
}

const makeKillable = async (): Promise<RecordedSite> => await makeRecordedSite({
	services: 'own',
	async prepare(site) {
		await installLoad(site);
		await giveTree(join(site.root, 'wp-content/mu-plugins')); // The plugin puts its loader there, too.
	},
});

/** Visitors and workers who write, while PHP processes are killed. */
async function killedLoad(site: RecordedSite, kills: number): Promise<void> {
	const load = startLoad(site);
	const killing = (async () => {
		for (let n = 0; n < kills; n++) {
			await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1_000));
			await killAndRevive(site, n % 4 === 3 ? 'php' : 'worker');
		}
	})();
	try {
		await whileLooking(site.lines, killing);
	} finally {
		await load.stop();
	}
}

/** The same writers, and DDL among them, while the agent collects: no oracle, but the copy has to be equal. */
async function writersBesideTheAgent({ processes, kills, statements, seed }: Sizes): Promise<number> {
	title('live');
	const site = await makeProtectedSite({ seed: 'none', prepare: makeRandomTables });
	try {
		await untilSettled(site);
		const from = Date.now();
		await writeAtOnce(site, { ending: processes, killed: kills, statements, seed, ddl: true });
		await untilSettled(site, async () => await site.php('wp_insert_post( array( "post_title" => "Loud", "post_status" => "publish" ) );'));
		const comparison = await compareWithCopy(site);
		const found = (await pointsFound(site)).filter((point) => point.at > from).map((point) => JSON.stringify(point));
		const all = [...comparison.differences, ...found, ...(await sweepReasons(site))];
		step(`${comparison.rowsCompared} rows compared, ${all.length} differences${all.map((one) => `\n    ${one}`).join('')}`);
		return all.length;
	} finally {
		await site.destroy();
	}
}

function tellTally({ changes, exactly, byRange, byTable, wide, missed }: Tally, comparison: Comparison): void {
	step(`${changes} changes: ${exactly} named exactly, ${byRange} by range, ${byTable} by table, ${missed.length} missed${missed.map((one) => `\n    missed: ${one}`).join('')}`);
	step(`not exactly: ${[...wide].sort((a, b) => b[1] - a[1]).map(([table, n]) => `${table} ${n}`).join(', ') || 'none'}`);
	step(`copy: ${comparison.rowsCompared} rows and ${comparison.filesCompared} files compared, ${comparison.differences.length} differences${comparison.differences.map((one) => `\n    ${one}`).join('')}`);
}

function figuresOf(name: string, done: readonly { tally: Tally }[]): Record<string, number> {
	const figure = (what: string): string => (name === '' ? what : `${name}${what[0]!.toUpperCase()}${what.slice(1)}`);
	const changes = sum(done, (tally) => tally.changes);
	if (changes === 0) {
		return {};
	}
	return {
		[figure('changes')]: changes,
		[figure('exactPercent')]: rounded((100 * sum(done, (tally) => tally.exactly)) / changes),
		[figure('byRange')]: sum(done, (tally) => tally.byRange),
		[figure('byTable')]: sum(done, (tally) => tally.byTable),
	};
}

const sum = (done: readonly { tally: Tally }[], of: (tally: Tally) => number): number => done.reduce((total, { tally }) => total + of(tally), 0);
