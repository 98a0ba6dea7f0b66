import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, devDir, ensureDir, runsDir } from '../../dev/paths.ts';
import { claimFolder, isClaimed } from '../../dev/services/claim.ts';
import type { MariaDbAddress } from '../../dev/services/mariadb.ts';
import { Stack } from '../../dev/services/stack.ts';
import { devUser, ensureOwnDir } from '../../dev/system/dev-user.ts';
import { ensureBuilt } from '../../dev/product/plugin.ts';
import { ensurePackages } from '../../dev/system/packages.ts';
import { wordPressTree, type WordPressTree } from '../../dev/wordpress/tree.ts';

/** What test workers need to know of the services that the run shares; travels through an environment variable. */
export interface RunningStack {
	readonly folder: string;
	readonly mariadb: MariaDbAddress;
	readonly phpSocket: string;
	readonly iniFile: string;
	readonly nginx: { readonly sitesFolder: string; readonly pid: number };
	readonly tree: WordPressTree;
}

const variable = 'HOLDFAST_RUNNING_STACK';

/** The services that the whole run shares, for whoever runs tests or benches; started once, by the outermost process. */
export async function startSharedStack(): Promise<() => Promise<void>> {
	if (process.env[variable] !== undefined) {
		return async () => {};
	}
	ensureDir(devDir);
	forgetEndedRuns();
	await ensurePackages('tests');
	await ensureBuilt();
	const tree = await wordPressTree();
	const folder = ensureOwnDir(join(ensureDir(runsDir), `${process.pid}`));
	const release = claimFolder(folder);
	const { stack, running } = await startStack(folder, tree);
	process.env[variable] = JSON.stringify(running);
	// Tests of single packages know nothing of this harness, but take a database server that is offered.
	Object.assign(process.env, {
		HOLDFAST_TEST_DB_SOCKET: running.mariadb.socket,
		HOLDFAST_TEST_DB_USER: 'root',
		HOLDFAST_TEST_DB_PASSWORD: running.mariadb.rootPassword,
	});
	return async () => {
		await stack.stop();
		release();
	};
}

/** A stack of one test's own, to be killed and restarted without disturbing others. */
export async function startStack(folder: string, tree: WordPressTree): Promise<{ stack: Stack; running: RunningStack }> {
	ensureOwnDir(devUser().as.env?.HOME ?? devDir);
	const stack = new Stack(folder);
	await stack.start();
	return {
		stack,
		running: {
			folder,
			mariadb: stack.mariadb.address,
			phpSocket: stack.php.socket,
			iniFile: stack.php.iniFile,
			nginx: { sitesFolder: stack.nginx.sitesFolder, pid: stack.nginx.pid ?? 0 },
			tree,
		},
	};
}

export function sharedStack(): RunningStack {
	const text = process.env[variable];
	if (text === undefined) {
		throw new Error('No services are running: call startSharedStack() first (Jest’s global set-up does).');
	}
	return JSON.parse(text) as RunningStack;
}

/** Logs of the last run are kept until the next one. */
function forgetEndedRuns(): void {
	for (const name of readdirSync(ensureDir(runsDir))) {
		const folder = join(runsDir, name.replace(/\.pid$/, ''));
		if (!isClaimed(folder)) {
			rmSync(folder, { recursive: true, force: true });
			rmSync(`${folder}.pid`, { force: true });
		}
	}
}

export const templatesDir = (): string => {
	const folder = join(cacheDir, 'templates');
	mkdirSync(folder, { recursive: true });
	return folder;
};

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
