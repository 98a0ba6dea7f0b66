import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSite } from '../../harness/index.ts';

export type Kind = 'transfer' | 'slow' | 'very_slow' | 'rolled_back' | 'dies' | 'post' | 'option' | 'harbour' | 'upload';

/** What a busy site does, in the order in which it happens most. */
export const everyKind: readonly Kind[] = ['transfer', 'post', 'harbour', 'option', 'upload', 'slow', 'rolled_back', 'dies'];

/** Puts the load's plugin and tables into a site. */
export async function installLoad(site: TestSite): Promise<void> {
	const folder = join(site.root, 'wp-content/mu-plugins');
	await mkdir(folder, { recursive: true });
	await copyFile(join(import.meta.dirname, 'holdfast-load.php'), join(folder, 'holdfast-load.php'));
	await site.php('Holdfast_Load::set_up();');
}

/** One request over HTTP; false where it was not answered well, as when PHP, nginx or the database was killed under it. */
export async function request(site: TestSite, kind: Kind, number = 0): Promise<boolean> {
	try {
		const answer = await fetch(`${site.url}/?holdfast_load=${kind}&n=${number}`, { method: 'POST' });
		return (await answer.text()) === `done ${number}`;
	} catch {
		return false;
	}
}

export interface Load {
	/** Requests answered well so far, and the others. */
	readonly answered: number;
	readonly failed: number;
	/** Resolves when the last request has ended. */
	stop(): Promise<void>;
}

/** Visitors who write without pause over HTTP, and long-running PHP processes beside them. */
export function startLoad(
	site: TestSite,
	{ visitors = 3, workers = 1, kinds = everyKind }: { visitors?: number; workers?: number; kinds?: readonly Kind[] } = {},
): Load {
	let on = true;
	let number = 0;
	const counted = { answered: 0, failed: 0 };
	const visitor = async (): Promise<void> => {
		while (on) {
			const n = ++number;
			const isGood = await request(site, kinds[Math.floor(Math.random() * kinds.length)]!, n);
			counted[isGood ? 'answered' : 'failed']++;
			await sleep(isGood ? 10 : 100);
		}
	};
	const list = kinds.filter((kind) => kind !== 'dies').map((kind) => `'${kind}'`);
	const worker = async (): Promise<void> => {
		while (on) {
			// A database that is killed ends the process; the next one takes over.
			await site
				.php(`Holdfast_Load::go_on( array( ${list.join(', ')} ), time() + 5 );`)
				.catch(async () => await sleep(500));
		}
	};
	const all = Promise.all([...Array.from({ length: visitors }, visitor), ...Array.from({ length: workers }, worker)]);
	return {
		get answered() {
			return counted.answered;
		},
		get failed() {
			return counted.failed;
		},
		async stop() {
			on = false;
			await all;
		},
	};
}
