import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createDatabase, dropDatabase } from '../../../dev/site/database.ts';
import { devUser, ensureOwnDir } from '../../../dev/system/dev-user.ts';
import { requireProgram } from '../../../dev/system/programs.ts';
import { clientOptions, type MariaDbAddress } from '../../../dev/services/mariadb.ts';
import type { TestSite } from '../../harness/index.ts';
import { rootSql } from '../../harness/sql.ts';

/** The backup that people make by hand: `mariadb-dump` and `restic backup`, on the disk where everything else is. */
export class PlainTools {
	readonly #site: TestSite;
	readonly #server: MariaDbAddress;
	readonly #folder: string;
	#restores = 0;

	constructor(site: TestSite, server: MariaDbAddress) {
		this.#site = site;
		this.#server = server;
		this.#folder = ensureOwnDir(join(site.folder, 'plain-tools'));
	}

	/** @returns bytes of the dump */
	async dump(): Promise<number> {
		const { db } = this.#site;
		const dumping = execa(requireProgram('mariadb-dump'), [...clientOptions(this.#server), '--single-transaction', '--quick', '--triggers', db.name], { env: { MYSQL_PWD: this.#server.rootPassword }, buffer: false });
		dumping.stdout.pipe(createWriteStream(this.#dump));
		await dumping;
		return (await stat(this.#dump)).size;
	}

	async backup(): Promise<void> {
		await this.#restic('init');
		await this.#restic('backup', this.#site.root);
	}

	/** `mariadb < dump` into an empty database, then `restic restore` into an empty folder. @returns how long it took, in ms */
	async restore(): Promise<number> {
		const name = `plain_${this.#site.db.name}_${++this.#restores}`;
		await rootSql(this.#server, createDatabase({ name, password: 'none', prefix: 'wp_' }));
		const target = ensureOwnDir(join(this.#folder, `restored-${this.#restores}`));
		const startedAt = performance.now();
		await execa(requireProgram('mariadb'), [...clientOptions(this.#server), name], { env: { MYSQL_PWD: this.#server.rootPassword }, inputFile: this.#dump });
		await this.#restic('restore', 'latest', '--target', target);
		const took = performance.now() - startedAt;
		await rootSql(this.#server, dropDatabase(name));
		await execa('rm', ['-rf', target]);
		return took;
	}

	get #dump(): string { return join(this.#folder, 'dump.sql'); }

	async #restic(...args: string[]): Promise<void> {
		const { as } = devUser();
		await execa(requireProgram('restic'), ['--quiet', '--repo', join(this.#folder, 'repository'), '--cache-dir', join(this.#folder, 'cache'), ...args], { ...as, env: { ...as.env, RESTIC_PASSWORD: 'bench' } });
	}
}

/** Nobody starts with what others have left to be written. */
export async function syncDisks(): Promise<void> {
	await execa('sync');
}
