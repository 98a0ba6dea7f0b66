import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { fixturesDir, phpDir, repoRoot } from '../../dev/paths.ts';
import { isAlive } from '../../dev/services/claim.ts';
import { install, layOutFiles, seed } from '../../dev/site/create.ts';
import { createDatabase, dropDatabase, siteDatabase } from '../../dev/site/database.ts';
import type { SeedSize } from '../../dev/site/seed-size.ts';
import { adminLogin, siteUrl } from '../../dev/site/site.ts';
import { ensureOwnDir } from '../../dev/system/dev-user.ts';
import { requireProgram } from '../../dev/system/programs.ts';
import { rootSql } from './sql.ts';
import { shortHash, templatesDir, type RunningStack } from './running-stack.ts';

/** A site made once and copied for every test; its address has as many digits as any copy's. */
export interface Template {
	readonly root: string;
	readonly dump: string;
	readonly url: string;
}

const templatePort = 10_000;
const waitForOtherMsMax = 300_000;

/** The template for this size, made now if what goes into it has changed. Workers that need it at once wait for one. */
export async function template(stack: RunningStack, size: SeedSize): Promise<Template> {
	const folder = join(templatesDir(), `${size}-${ingredientsHash(stack)}`);
	const found = { root: join(folder, 'wordpress'), dump: join(folder, 'database.sql'), url: siteUrl(templatePort) };
	const lock = `${folder}.lock`;
	for (const giveUpAt = performance.now() + waitForOtherMsMax; performance.now() < giveUpAt; await sleep(100)) {
		if (existsSync(folder)) {
			return found;
		}
		if (await takeLock(lock)) {
			try {
				await make(stack, size, folder);
			} finally {
				await rm(lock, { recursive: true, force: true });
			}
		}
	}
	throw new Error(`Another process is making the template ${folder} for too long; delete ${lock} if it is gone.`);
}

async function takeLock(lock: string): Promise<boolean> {
	try {
		await mkdir(lock);
		await writeFile(join(lock, 'pid'), String(process.pid));
		return true;
	} catch {
		const pidFile = join(lock, 'pid');
		if (existsSync(pidFile) && !isAlive(Number(readFileSync(pidFile, 'utf8')))) {
			await rm(pidFile, { force: true });
			await rmdir(lock).catch(() => undefined);
		}
		return false;
	}
}

async function make(stack: RunningStack, size: SeedSize, folder: string): Promise<void> {
	const names = { name: `template_${process.pid}`, password: 'template', prefix: 'wp_' };
	const work = ensureOwnDir(`${folder}.${process.pid}`);
	const place = {
		url: siteUrl(templatePort),
		port: templatePort,
		root: join(work, 'wordpress'),
		db: siteDatabase(stack.mariadb, names),
		admin: adminLogin,
	};
	await rootSql(stack.mariadb, createDatabase(names));
	await layOutFiles(place, stack.tree, { blockExternal: true, cron: false });
	await install(place, stack.iniFile);
	await seed(place, stack.iniFile, size);
	await execa(
		requireProgram('mariadb-dump'),
		[
			'--no-defaults',
			`--socket=${stack.mariadb.socket}`,
			'--user=root',
			'--hex-blob',
			'--skip-comments',
			'--default-character-set=utf8mb4',
			names.name,
		],
		{
			env: { MYSQL_PWD: stack.mariadb.rootPassword },
			stdout: { file: join(work, 'database.sql') },
		},
	);
	await rootSql(stack.mariadb, dropDatabase(names.name));
	await rename(work, folder);
}

/** Everything that the template is made of, so that an edit of the seed makes a new one. */
function ingredientsHash(stack: RunningStack): string {
	const folders = [fixturesDir, phpDir, join(repoRoot, 'dev', 'site')];
	const files = folders.flatMap((folder) =>
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name))
			.sort(),
	);
	return shortHash([stack.tree.version, stack.tree.origin, ...files.map((file) => readFileSync(file, 'utf8'))].join('\0'));
}
