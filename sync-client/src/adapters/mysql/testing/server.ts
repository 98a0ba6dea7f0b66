/**
 * A real MariaDB for tests: the one that HOLDFAST_TEST_DB_SOCKET (…_USER, …_PASSWORD) names, else an own one in a temporary folder.
 * `client` is the server's own command-line client: what tests compare with, sharing no code with the product.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WireOptions } from '../wire.ts';
import { KeptClients } from './kept-client.ts';

const startMsMax = 60_000;
const packetBytes = 64 * 1024 * 1024;

export class TestServer {
	readonly socketPath: string;
	readonly user: string;
	readonly password: string;
	readonly #process: ChildProcess | null;
	readonly #folder: string | null;
	#kept: KeptClients | null = null;

	private constructor(socketPath: string, user: string, password: string, process: ChildProcess | null, folder: string | null) {
		this.socketPath = socketPath;
		this.user = user;
		this.password = password;
		this.#process = process;
		this.#folder = folder;
	}

	/** @param network options with which a server of its own listens beyond its socket; none: the socket alone. */
	static async start(network: readonly string[] | null = null): Promise<TestServer> {
		const given = process.env['HOLDFAST_TEST_DB_SOCKET'];
		if (given !== undefined && network === null) {
			const { HOLDFAST_TEST_DB_USER: user = 'root', HOLDFAST_TEST_DB_PASSWORD: password = '' } = process.env;
			const shared = new TestServer(given, user, password, null, null);
			// Values of 16 MiB need larger packets than the default; a shared server is not changed for it.
			if (Number(await shared.client('SELECT @@max_allowed_packet')) >= packetBytes) return shared;
		}
		const folder = mkdtempSync(join(tmpdir(), 'holdfast-db-'));
		const asUser = userInfo().uid === 0 ? 'mysql' : userInfo().username;
		if (asUser === 'mysql') chownSync(folder, Number(idOf('-u')), Number(idOf('-g')));
		// A server that starts clears its temporary folder: of another one's tables, too, where they share it.
		const common = ['--no-defaults', `--user=${asUser}`, `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`];
		execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
			stdio: 'ignore',
		});
		const socketPath = join(folder, 'db.sock');
		const server = spawn(
			'mariadbd',
			[
				...common,
				`--socket=${socketPath}`,
				...(network ?? ['--skip-networking']),
				'--max_allowed_packet=64M',
				'--innodb_flush_log_at_trx_commit=0',
				'--innodb_buffer_pool_size=128M',
			],
			{ stdio: 'ignore' },
		);
		process.once('exit', () => server.kill());
		const started = Date.now();
		while (!existsSync(socketPath)) {
			if (Date.now() - started > startMsMax || server.exitCode !== null) throw new Error('mariadbd did not start');
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		return new TestServer(socketPath, 'root', '', server, folder);
	}

	/** A new empty database; its name. */
	async database(): Promise<string> {
		const name = `hf_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
		await this.client(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
		return name;
	}

	target(database: string): WireOptions {
		return { socketPath: this.socketPath, user: this.user, password: this.password, database };
	}

	/** Runs SQL in the server's own client, in a session of its own; its output, tab-separated, unescaped. */
	async client(sql: string, database = '', options: string[] = []): Promise<string> {
		const args = [
			'--no-defaults',
			`--socket=${this.socketPath}`,
			`--user=${this.user}`,
			'--batch',
			'--raw',
			'--skip-column-names',
			'--max-allowed-packet=64M',
			'--default-character-set=utf8mb4',
			...options,
		];
		if (this.password !== '') args.push(`--password=${this.password}`);
		if (options.length === 0) return await (this.#kept ??= new KeptClients(args)).run(sql, database);
		const running = promisify(execFile)('mariadb', database === '' ? args : [...args, database], { maxBuffer: 1 << 30 });
		running.child.stdin!.end(sql);
		return (await running).stdout;
	}

	async stop(): Promise<void> {
		this.#kept?.end();
		if (this.#process === null) return;
		const ended = new Promise((resolve) => this.#process!.once('exit', resolve));
		this.#process.kill('SIGTERM');
		await ended;
		rmSync(this.#folder!, { recursive: true, force: true });
	}
}

const idOf = (flag: string): string => execFileSync('id', [flag, 'mysql'], { encoding: 'utf8' }).trim();
