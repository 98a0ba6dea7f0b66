import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timeline } from '@holdfast/protocol';
import { ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
import { step } from '../../dev/terminal.ts';
import { makeProtectedSite, makeSite, type ProtectedSite, type TestSite, type Visitor } from '../harness/index.ts';
import { numbersFrom, withStack } from './parts/bench-run.ts';
import { added, type Side, type Times } from './parts/added.ts';

const warmUps = 30;
const clockFile = '0-request-clock.php';

/** One of the two sites: the same WordPress, with and without Holdfast. */
interface Arm {
	readonly side: Side;
	readonly site: TestSite;
	readonly admin: Visitor;
	readonly anyone: Visitor;
	readonly post: { id: number; path: string };
	readonly clockLog: string;
}

/** What Holdfast adds to a request, as a visitor and as PHP's own clock see it. See README.md. */
export async function run(args: readonly string[]): Promise<Record<string, number>> {
	const { saves, views } = numbersFrom(args, {
		saves: { byDefault: 400, max: 5_000 },
		views: { byDefault: 600, max: 5_000 },
	});
	return await withStack(async () => {
		const sites = { on: await makeProtectedSite(), off: await makeSite() };
		try {
			const arms = [await armOf('on', sites.on), await armOf('off', sites.off)] as const;
			step(`${saves} saves and ${views} views on each of two sites, in turns`);
			const saving = await inTurns(arms, saves, save);
			await sites.on.untilDurable();
			await expectCaptured(sites.on, saves);
			const viewing = await inTurns(arms, views, view);
			return { ...added('postSave', saving, [0.5, 0.99]), ...added('frontView', viewing, [0.5]) };
		} finally {
			await sites.off.destroy();
			await sites.on.destroy();
		}
	});
}

async function armOf(side: Side, site: TestSite): Promise<Arm> {
	const muPlugins = ensureOwnDir(join(site.root, 'wp-content/mu-plugins'));
	const clockLog = join(site.folder, 'request-clock.log');
	const clock = await readFile(join(import.meta.dirname, 'php/request-clock.php'), 'utf8');
	await writeFile(join(muPlugins, clockFile), clock.replace('{{log}}', clockLog));
	await giveTree(muPlugins);
	const admin = await site.loggedIn();
	const answer = await admin.rest('POST', 'wp/v2/posts', { title: 'Measured', content: '<p>Before.</p>', status: 'publish' });
	const { id, link } = answer.json<{ id: number; link: string }>();
	const path = link.slice(site.url.length);
	return { side, site, admin, anyone: site.visitor(), post: { id, path }, clockLog };
}

type Request = (arm: Arm, n: number) => Promise<void>;

const save: Request = async ({ admin, post }, n) => {
	const content = `<!-- wp:paragraph --><p>${`Edit ${n}. `.repeat(100)}</p><!-- /wp:paragraph -->`;
	const { status } = await admin.rest('POST', `wp/v2/posts/${post.id}`, { content });
	expectOk(status, 'saving');
};

const view: Request = async ({ anyone, post }) => {
	const { status, text } = await anyone.get(post.path);
	expectOk(status, 'viewing');
	if (!text.includes('Measured')) {
		throw new Error('The page that was viewed is not the post.');
	}
};

function expectOk(status: number, what: string): void {
	if (status !== 200) {
		throw new Error(`${what} a post was answered with ${status}`);
	}
}

/** On and off alternate, and so does which of them goes first: what disturbs the machine disturbs both. */
async function inTurns(arms: readonly [Arm, Arm], count: number, request: Request): Promise<Record<Side, Times>> {
	const times: Record<Side, Times> = { on: { wallMs: [], phpMs: [], cpuMs: [] }, off: { wallMs: [], phpMs: [], cpuMs: [] } };
	for (let n = 0; n < warmUps; n++) {
		await request(arms[0], n);
		await request(arms[1], n);
	}
	await Promise.all(arms.map(({ clockLog }) => truncate(clockLog)));
	for (let n = 0; n < count; n++) {
		for (const arm of n % 2 === 0 ? arms : arms.toReversed()) {
			const began = performance.now();
			await request(arm, warmUps + n);
			times[arm.side].wallMs.push(performance.now() - began);
		}
	}
	for (const { side, clockLog } of arms) {
		const lines = (await readFile(clockLog, 'latin1')).trimEnd().split('\n');
		if (lines.length !== count) {
			throw new Error(`PHP’s clock saw ${lines.length} requests of ${count}.`);
		}
		for (const line of lines) {
			const [phpMs, cpuMs] = line.split(' ').map(Number) as [number, number];
			times[side].phpMs.push(phpMs);
			times[side].cpuMs.push(cpuMs);
		}
	}
	return times;
}

/** Without this, a plugin that captures nothing would be the fastest. */
async function expectCaptured(site: ProtectedSite, saves: number): Promise<void> {
	const { points } = await site.ask<Timeline>('timeline', '--limit', '20');
	if (!points.some((point) => point.activities.some((one) => one.sentence.includes('Measured')))) {
		throw new Error(`None of ${saves} saves is told by the newest points.`);
	}
}
