import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timeline } from '@holdfast/protocol';
import { ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
import { step } from '../../dev/terminal.ts';
import { makeProtectedSite, makeSite, type ProtectedSite, type TestSite, type Visitor } from '../harness/index.ts';
import { added, addedPercent, type Costs, type Side } from './parts/added.ts';
import { numbersFrom, withStack } from './parts/bench-run.ts';

const warmUpsMax = 30;
/** Must-use plugins of the bench: the clock has to be loaded before Holdfast's loader. */
const muPlugins = { '0-request-clock.php': 'request-clock.php', 'bench-requests.php': 'bench-requests.php' };

/** One of the two sites: the same WordPress, with and without Holdfast. */
interface Arm {
	readonly side: Side;
	readonly site: TestSite;
	readonly admin: Visitor;
	readonly anyone: Visitor;
	readonly post: { id: number; path: string };
	/** Another post, so that the one that is viewed does not grow by comments. */
	readonly discussed: number;
	readonly clockLog: string;
}

/** What Holdfast adds to a request, as a visitor and as PHP's own clock see it. See README.md. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const { pairs, posts } = numbersFrom(args, {
		pairs: { byDefault: 500, max: 5_000 },
		posts: { byDefault: 20, max: 5_000 },
	});
	return await withStack(async () => {
		const sites = { on: await makeProtectedSite(), off: await makeSite() };
		try {
			const arms = [await armOf('on', sites.on), await armOf('off', sites.off)] as const;
			const figures: Record<string, number> = {};
			const measure = async (name: string, count: number, request: Request): Promise<Record<Side, Costs>> => {
				step(`${name}: ${count} requests to each of two sites, in turns`);
				const costs = await inTurns(arms, count, request);
				await sites.on.untilDurable();
				return costs;
			};
			const saving = await measure('post save', pairs, save);
			await expectTold(sites.on, 'Measured');
			Object.assign(figures, added('postSave', saving, [0.5, 0.99]));
			const commenting = await measure('comment', pairs, comment);
			await expectTold(sites.on, 'Comment by');
			Object.assign(figures, added('comment', commenting, [0.5, 0.99]));
			const bursting = await measure('burst of 60 statements', pairs, bench('burst'));
			Object.assign(figures, added('burst', bursting, [0.5, 0.99]));
			for (const arm of arms) {
				await bench('prepare')(arm, 0);
			}
			const editing = await measure('500 rows by one statement', pairs, bench('statement'));
			Object.assign(figures, added('bulkEdit', editing, [0.5]), addedPercent('bulkEdit', editing));
			const updating = await measure('500 posts by WordPress', posts, bench('posts'));
			Object.assign(figures, added('bulkPosts', updating, [0.5]), addedPercent('bulkPosts', updating));
			Object.assign(figures, added('adminView', await measure('page of wp-admin', pairs, viewAdmin), [0.5]));
			Object.assign(figures, added('frontView', await measure('page of the site', pairs, view), [0.5]));
			figures.memoryMb = Math.max(...['postSave', 'comment', 'burst'].map((name) => figures[`${name}MemoryMb`]!));
			return figures;
		} finally {
			await sites.off.destroy();
			await sites.on.destroy();
		}
	});
}

async function armOf(side: Side, site: TestSite): Promise<Arm> {
	const folder = ensureOwnDir(join(site.root, 'wp-content/mu-plugins'));
	const clockLog = join(site.folder, 'request-clock.log');
	for (const [name, source] of Object.entries(muPlugins)) {
		const text = await readFile(join(import.meta.dirname, 'php', source), 'utf8');
		await writeFile(join(folder, name), text.replace('{{log}}', clockLog));
	}
	await giveTree(folder);
	const admin = await site.loggedIn();
	const write = async (title: string): Promise<{ id: number; link: string }> =>
		(await admin.rest('POST', 'wp/v2/posts', { title, content: '<p>Before.</p>', status: 'publish' })).json();
	const { id: discussed } = await write('Discussed');
	const { id, link } = await write('Measured');
	const path = link.slice(site.url.length);
	return { side, site, admin, anyone: site.visitor(), post: { id, path }, discussed, clockLog };
}

type Request = (arm: Arm, n: number) => Promise<void>;

const save: Request = async ({ admin, post }, n) => {
	const content = `<!-- wp:paragraph --><p>${`Edit ${n}. `.repeat(100)}</p><!-- /wp:paragraph -->`;
	const { status } = await admin.rest('POST', `wp/v2/posts/${post.id}`, { content });
	expectStatus(200, status, 'saving a post');
};

const comment: Request = async ({ admin, discussed }, n) => {
	const { status } = await admin.rest('POST', 'wp/v2/comments', { post: discussed, content: `Comment ${n}: it says more than nothing.` });
	expectStatus(201, status, 'commenting');
};

const bench =
	(kind: string): Request =>
	async ({ anyone }, n) => {
		const { status, text } = await anyone.post('/', { holdfast_bench: kind, mark: String(n + 1) });
		expectStatus(200, status, kind);
		if (text !== 'done') {
			throw new Error(`${kind} was answered with ${text.slice(0, 200)}`);
		}
	};

const viewAdmin: Request = async ({ admin }) => {
	const { status, text } = await admin.get('/wp-admin/edit.php');
	expectStatus(200, status, 'viewing wp-admin');
	if (!text.includes('Measured')) {
		throw new Error('The page of wp-admin that was viewed is not the list of posts.');
	}
};

const view: Request = async ({ anyone, post }) => {
	const { status, text } = await anyone.get(post.path);
	expectStatus(200, status, 'viewing a post');
	if (!text.includes('Measured')) {
		throw new Error('The page that was viewed is not the post.');
	}
};

function expectStatus(expected: number, status: number, what: string): void {
	if (status !== expected) {
		throw new Error(`${what} was answered with ${status}`);
	}
}

/** On and off alternate, and so does which of them goes first: what disturbs the machine disturbs both. */
async function inTurns(arms: readonly [Arm, Arm], count: number, request: Request): Promise<Record<Side, Costs>> {
	const none = (): Costs => ({ wallMs: [], phpMs: [], cpuMs: [], peakBytes: [], statements: [] });
	const costs: Record<Side, Costs> = { on: none(), off: none() };
	const warmUps = Math.min(warmUpsMax, count);
	for (let n = 0; n < warmUps; n++) {
		await request(arms[0], n);
		await request(arms[1], n);
	}
	await Promise.all(arms.map(({ clockLog }) => truncate(clockLog)));
	for (let n = 0; n < count; n++) {
		for (const arm of n % 2 === 0 ? arms : arms.toReversed()) {
			const began = performance.now();
			await request(arm, warmUps + n);
			costs[arm.side].wallMs.push(performance.now() - began);
		}
	}
	for (const { side, clockLog } of arms) {
		const lines = (await readFile(clockLog, 'latin1')).trimEnd().split('\n');
		if (lines.length !== count) {
			throw new Error(`PHP’s clock saw ${lines.length} requests of ${count}.`);
		}
		for (const line of lines) {
			const [phpMs, cpuMs, peakBytes, statements] = line.split(' ').map(Number) as [number, number, number, number];
			costs[side].phpMs.push(phpMs);
			costs[side].cpuMs.push(cpuMs);
			costs[side].peakBytes.push(peakBytes);
			costs[side].statements.push(statements);
		}
	}
	return costs;
}

/** Without this, a plugin that captures nothing would be the fastest. */
async function expectTold(site: ProtectedSite, words: string): Promise<void> {
	const { points } = await site.ask<Timeline>('timeline', '--limit', '20');
	if (!points.some((point) => point.activities.some((one) => one.sentence.includes(words)))) {
		throw new Error(`The newest points do not tell “${words}”.`);
	}
}
