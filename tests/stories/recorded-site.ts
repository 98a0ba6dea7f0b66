import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Activity } from '@holdfast/protocol';
import { pluginDir } from '../../dev/paths.ts';
import { giveTree } from '../../dev/system/dev-user.ts';
import { LogReader } from './log-reader.ts';
import { Oracle } from './oracle.ts';
import { makeProtectedSite, type Answer, type Comparison, type ProtectedSite, type ProtectedSiteOptions, type Visitor } from '../harness/index.ts';
import { compareWithCopy, pointsFound, sweepReasons, untilSettled } from '../path/load/kill.ts';

export interface RecordedSite extends ProtectedSite {
	readonly anna: Visitor;
	readonly oracle: Oracle;
	/** The activities since the last look, in the order of the log. */
	activities(): Promise<Activity[]>;
	/** The same as `sentence · type verb · who, by which door`. */
	told(): Promise<string[]>;
	/** Every line of the log since the last look; the oracle looks, too. */
	lines(): Promise<unknown[][]>;
	/**
	 * The end of the recording: the agent comes back and ships what the log names. What is at the endpoint then, brought up elsewhere,
	 * against the site; what only a comparison of the agent's own found counts as a difference.
	 */
	compareWithBackup(): Promise<Comparison>;
}

/**
 * A site that was backed up and whose agent is away since: what the plugin writes stays in the log and can be looked at, until
 * compareWithBackup().
 */
export async function makeRecordedSite(options: ProtectedSiteOptions = {}): Promise<RecordedSite> {
	const site = await makeProtectedSite({ seed: 'none', ...options });
	await untilSettled(site);
	const programs = [join(site.root, 'wp-content/plugins/holdfast/agent/holdfast.cjs'), join(site.state, 'agent')];
	await site.holdfast('stop');
	// A visit of wp-admin would start it again.
	await Promise.all(programs.map(async (path) => { await rm(path, { recursive: true, force: true }); }));
	const log = new LogReader(site.state);
	const anna = await site.loggedIn();
	const oracle = await Oracle.watch(site);
	async function lines(): Promise<unknown[][]> {
		let fresh: string[] = [];
		await oracle.look(async (again) => {
			const files = await log.read(again);
			if (!again) {
				fresh = files.flatMap((file) => file.fresh);
			}
			return files;
		});
		return fresh.map((line) => JSON.parse(line) as unknown[]);
	}
	const activities = async (): Promise<Activity[]> => (await lines()).filter(([type]) => type === 'a').map(([, , activity]) => activity as Activity);
	await lines();
	return {
		...site,
		anna,
		oracle,
		lines,
		activities,
		told: async () => (await activities()).map(inShort),
		async compareWithBackup() {
			await lines();
			await oracle.end();
			const from = Date.now();
			const reasons = (await sweepReasons(site)).length;
			await copyFile(join(pluginDir, 'agent/holdfast.cjs'), programs[0]!);
			await giveTree(programs[0]!);
			await site.startAgent();
			const hurry = async (): Promise<unknown> => await site.php('wp_insert_post( array( "post_title" => "Loud", "post_status" => "publish" ) );');
			await hurry();
			await untilSettled(site, hurry);
			const comparison = await compareWithCopy(site);
			const found = (await pointsFound(site)).filter((point) => point.at > from).map((point) => `found by a comparison: ${JSON.stringify(point)}`);
			const more = [...found, ...(await sweepReasons(site)).slice(reasons)];
			return { ...comparison, equal: comparison.equal && more.length === 0, differences: [...comparison.differences, ...more] };
		},
	};
}

const inShort = ({ sentence, object, verb, actor, via, quiet }: Activity): string =>
	`${sentence} · ${object.type} ${verb} · ${actor.login ?? actor.type}, ${via}${quiet ? ' · quiet' : ''}`;

/** The value of a hidden field or of a nonce in a page's address. */
export function fieldIn(answer: Answer, name: string): string {
	const field = new RegExp(`<input[^>]*name=["']${name}["'][^>]*value=["']([^"']*)["']|<input[^>]*value=["']([^"']*)["'][^>]*name=["']${name}["']`).exec(answer.text);
	const found = field?.[1] ?? field?.[2];
	if (found === undefined) {
		throw new Error(`There is no field ${name} in a page of ${answer.text.length} characters: ${answer.status}`);
	}
	return found;
}

/** The address of the first link of a page that matches. */
export function linkIn(answer: Answer, pattern: RegExp): string {
	for (const [, address] of answer.text.matchAll(/href=["']([^"']+)["']/g)) {
		const plain = address!.replaceAll('&#038;', '&').replaceAll('&amp;', '&');
		if (pattern.test(plain)) {
			return plain;
		}
	}
	throw new Error(`There is no link that matches ${String(pattern)} in a page of ${answer.text.length} characters: ${answer.status}`);
}

/** A file that the web server's user may read and, if it is a folder, write. */
export async function put(path: string, content: string | Uint8Array): Promise<void> {
	await writeFile(path, content);
	await chmod(path, 0o644);
	await giveTree(path);
}
