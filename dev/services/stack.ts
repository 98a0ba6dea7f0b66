import { join } from 'node:path';
import { ensureOwnDir } from '../system/dev-user.ts';
import { MariaDb } from './mariadb.ts';
import { Nginx } from './nginx.ts';
import { PhpFpm } from './php-fpm.ts';
import { socketPath } from './sockets.ts';

/** What a WordPress site stands on, started and stopped together, all below one folder. */
export class Stack {
	readonly mariadb: MariaDb;
	readonly php: PhpFpm;
	readonly nginx: Nginx;

	constructor(folder: string) {
		ensureOwnDir(folder);
		this.mariadb = new MariaDb(join(folder, 'mariadb'));
		this.php = new PhpFpm(join(folder, 'php'), socketPath(join(folder, 'mariadb'), 'mariadb.sock'));
		this.nginx = new Nginx(join(folder, 'nginx'));
	}

	async start(): Promise<void> {
		await Promise.all([this.mariadb.start(), this.php.start(), this.nginx.start()]).catch(async (cause: unknown) => {
			await this.stop();
			throw cause;
		});
	}

	/** In the order of who needs whom: no request is cut off from its database. */
	async stop(): Promise<void> {
		await this.nginx.stop();
		await this.php.stop();
		await this.mariadb.stop();
	}
}
