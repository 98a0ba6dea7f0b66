import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { pluginDir } from '../../dev/paths.ts';
import type { CliEnd } from '../../dev/product/agent.ts';
import { createDatabase, dropDatabase, siteDatabase } from '../../dev/site/database.ts';
import type { SiteDatabase } from '../../dev/site/site.ts';
import { devUser, ensureOwnDir, giveTree } from '../../dev/system/dev-user.ts';
import type { ProtectedSite } from './protected-site.ts';
import { sharedStack } from './running-stack.ts';
import { rootSql, siteSql } from './sql.ts';

const bundle = join(pluginDir, 'agent', 'holdfast.cjs');

/** A folder and a database with nothing in them, and the agent's bundle: what is left when a server is gone. */
export interface EmptyServer {
	/** Where the site is to come; not there yet. */
	readonly root: string;
	readonly db: SiteDatabase;
	/** A file with this content that only its owner reads; resolves with its path. */
	secretFile(name: string, content: string): Promise<string>;
	sql(statements: string): Promise<(string | null)[][]>;
	/** The bundle, as the dev user, with the database's password in its environment. */
	holdfast(args: readonly string[], more?: { env?: Record<string, string>; signal?: AbortSignal; timeoutMs?: number; onStart?: (pid: number) => void }): Promise<CliEnd>;
	/** `restore --to` of a site onto here, with further options. */
	restoreArgs(site: { readonly endpoint: Pick<ProtectedSite['endpoint'], 'url'> }, keyFile: string, ...more: string[]): string[];
	forget(): Promise<void>;
}

export async function emptyServer(prefix = 'wp_'): Promise<EmptyServer> {
	const { mariadb, folder: runFolder } = sharedStack();
	const id = randomBytes(5).toString('hex');
	const folder = ensureOwnDir(join(runFolder, `empty-${id}`));
	const names = { name: `empty_${id}`, password: id, prefix };
	await rootSql(mariadb, createDatabase(names));
	const db = siteDatabase(mariadb, names);
	const root = join(folder, 'wordpress');
	return {
		root,
		db,
		async secretFile(name, content) {
			const path = join(folder, name);
			await writeFile(path, content, { mode: 0o600 });
			await giveTree(path);
			return path;
		},
		sql: async (statements) => await siteSql(db, statements),
		async holdfast(args, { env = {}, signal, timeoutMs = 300_000, onStart } = {}) {
			const { as } = devUser();
			const running = execa(process.execPath, ['--disable-warning=ExperimentalWarning', bundle, ...args], {
				...as, env: { ...as.env, HOLDFAST_DB_PASSWORD: db.password, ...env }, reject: false, timeout: timeoutMs, ...(signal === undefined ? {} : { cancelSignal: signal, killSignal: 'SIGKILL' as const }),
			});
			onStart?.(running.pid!);
			const end = await running;
			return { exitCode: end.exitCode ?? -1, stdout: end.stdout, stderr: end.stderr };
		},
		restoreArgs: (site, keyFile, ...more) => [
			'restore', '--to', root, '--db', `mysql://${db.user}@localhost/${db.name}?socket=${encodeURIComponent(db.socket)}`, '--endpoint', site.endpoint.url, '--recovery-key-file', keyFile, ...more,
		],
		async forget() {
			await rootSql(mariadb, dropDatabase(db.name));
			await rm(folder, { recursive: true, force: true });
		},
	};
}
