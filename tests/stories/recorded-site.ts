import { readFile, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Activity } from '@holdfast/protocol';
import { installPlugin } from '../../dev/product/plugin.ts';
import { giveTree } from '../../dev/system/dev-user.ts';
import { Oracle } from './oracle.ts';
import { makeSite, type Answer, type SiteOptions, type TestSite, type Visitor } from '../harness/index.ts';

export interface RecordedSite extends TestSite {
	readonly state: string;
	readonly anna: Visitor;
	readonly oracle: Oracle;
	/** The activities since the last look, in the order of the log; the log is emptied. */
	activities(): Promise<Activity[]>;
	/** The same as `sentence · type verb · who, by which door`. */
	told(): Promise<string[]>;
	/** Every line of the log since the last look, without times. */
	lines(): Promise<unknown[][]>;
}

/**
 * A site that records and has no agent: pairing and agent are not what these tests are about, so the state folder says that it is
 * paired and there is no agent to start. What the plugin writes stays in the log until it is looked at.
 */
export async function makeRecordedSite(options: SiteOptions & { prepare?: (site: TestSite) => Promise<void> } = {}): Promise<RecordedSite> {
	const site = await makeSite({ seed: 'none', ...options });
	await installPlugin(site);
	await rm(join(site.root, 'wp-content/plugins/holdfast/agent/holdfast.cjs'), { force: true });
	await options.prepare?.(site);
	const state = await site.php(`
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		activate_plugin( 'holdfast/holdfast.php' );
		$state = Holdfast\\State\\Folder::find();
		touch( $state . '/paired' );
		touch( $state . '/reading' );
		touch( $state . '/ok' );
		echo $state;`);
	const log = join(state, 'log');
	let oracle: Oracle | null = null;
	async function lines(): Promise<unknown[][]> {
		const logs: string[][] = [];
		for (const name of (await readdir(log)).filter((one) => one.endsWith('.php')).sort()) {
			const text = await readFile(join(log, name), 'utf8');
			logs.push(text.trimEnd().split('\n').slice(2));
			await rm(join(log, name));
		}
		await oracle?.look(logs);
		return logs.flat().map((line) => JSON.parse(line) as unknown[]);
	}
	const activities = async (): Promise<Activity[]> => (await lines()).filter(([type]) => type === 'a').map(([, , activity]) => activity as Activity);
	const anna = await site.loggedIn();
	oracle = await Oracle.watch(site);
	await lines();
	return {
		...site,
		state,
		anna,
		oracle,
		lines,
		activities,
		told: async () => (await activities()).map(inShort),
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
