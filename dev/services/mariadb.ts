import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';
import { runsDir } from '../paths.ts';
import { devUser, ensureOwnDir, giveTree } from '../system/dev-user.ts';
import { requireProgram } from '../system/programs.ts';
import { freePort } from './ports.ts';
import { Service, type Command } from './service.ts';
import { socketPath } from './sockets.ts';

export interface MariaDbAddress {
	readonly host: string;
	readonly port: number;
	readonly socket: string;
	readonly rootPassword: string;
}

/** A MariaDB of our own: data, socket, port and passwords in one folder; the system's is not touched. */
export class MariaDb extends Service {
	readonly name = 'MariaDB';
	readonly folder: string;
	protected readonly logFile: string;
	#port = 0;
	#rootPassword = '';

	constructor(folder: string) {
		super();
		this.folder = folder;
		this.logFile = join(folder, 'mariadb.log');
	}

	get address(): MariaDbAddress {
		return {
			host: '127.0.0.1',
			port: this.#port,
			socket: socketPath(this.folder, 'mariadb.sock'),
			rootPassword: this.#rootPassword,
		};
	}

	/** SQL as root through the system's own client; returns what it prints, tab-separated, without a heading. */
	async sql(statements: string): Promise<string> {
		const { stdout } = await execa(
			requireProgram('mariadb'),
			[...clientOptions(this.address), '--batch', '--skip-column-names'],
			{
				input: statements,
				env: { MYSQL_PWD: this.#rootPassword },
			},
		);
		return stdout;
	}

	protected override async prepare(): Promise<void> {
		ensureOwnDir(this.folder);
		this.#rootPassword = this.#keptPassword();
		// The port is kept over restarts: sites have it in their settings, and the server's own id is made of it.
		// Tests start several at once, and one that looks for a free port does not see which another is about to take.
		this.#port = this.#port === 0 ? await freePort(this.folder.startsWith(runsDir) ? undefined : 13_306) : this.#port;
		if (!existsSync(join(this.folder, 'data', 'mysql'))) {
			await this.#install();
		}
		// Runs at every start; copies of a data folder thereby get the password of the folder they lie in.
		writeFileSync(this.#initFile, rootOnlyWithPassword(this.#rootPassword), { mode: 0o600 });
		await giveTree(this.#initFile);
	}

	protected command(): Command {
		const data = join(this.folder, 'data');
		const options = {
			datadir: data,
			socket: this.address.socket,
			port: this.#port,
			'bind-address': '127.0.0.1',
			'pid-file': join(this.folder, 'mariadb.pid'),
			'init-file': this.#initFile,
			tmpdir: ensureOwnDir(join(this.folder, 'tmp')),
			'character-set-server': 'utf8mb4',
			'innodb-buffer-pool-size': '96M',
			// Values of 16 MiB have to fit several times.
			'innodb-log-file-size': '160M',
			'max-allowed-packet': '64M',
			'max-connections': '120',
			'key-buffer-size': '8M',
			'performance-schema': 'OFF',
			// Everything survives kill -9 of the process, which is what tests do; surviving a power cut would cost seconds per test.
			'innodb-flush-log-at-trx-commit': '2',
			'innodb-flush-method': 'nosync',
		};
		const user = process.getuid?.() === 0 && devUser().uid === 0 ? ['--user=root'] : [];
		const args = [
			'--no-defaults',
			...user,
			'--skip-name-resolve',
			...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
		];
		return { program: requireProgram('mariadbd'), args, cwd: this.folder };
	}

	protected async probe(): Promise<void> {
		await this.sql('SELECT 1;');
	}

	get #initFile(): string {
		return join(this.folder, 'init.sql');
	}

	#keptPassword(): string {
		const file = join(this.folder, 'root-password');
		if (!existsSync(file)) {
			writeFileSync(file, randomBytes(12).toString('hex'), { mode: 0o600 });
		}
		return readFileSync(file, 'utf8');
	}

	async #install(): Promise<void> {
		const data = ensureOwnDir(join(this.folder, 'data'));
		const asRoot = process.getuid?.() === 0 && devUser().uid === 0 ? ['--user=root'] : [];
		await execa(
			requireProgram('mariadb-install-db'),
			[
				'--no-defaults',
				...asRoot,
				`--datadir=${data}`,
				'--auth-root-authentication-method=normal',
				'--skip-test-db',
				'--innodb-log-file-size=160M',
				'--innodb-flush-method=nosync',
			],
			{ ...devUser().as, cwd: this.folder },
		);
	}
}

function rootOnlyWithPassword(password: string): string {
	return [
		`DELETE FROM mysql.global_priv WHERE User = '' OR ( User = 'root' AND Host NOT IN ( 'localhost', '127.0.0.1' ) );`,
		'FLUSH PRIVILEGES;',
		`CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';`,
		`ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
		`ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
		`GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`,
		'',
	].join('\n');
}

export function clientOptions(address: { socket: string }): string[] {
	return ['--no-defaults', '--protocol=socket', `--socket=${address.socket}`, '--user=root', '--default-character-set=utf8mb4'];
}
