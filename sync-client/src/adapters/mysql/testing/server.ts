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
	readonly #own: OwnServer | null;
	#kept: KeptClients | null = null;

	private constructor(socketPath: string, user: string, password: string, own: OwnServer | null) {
		this.socketPath = socketPath;
		this.user = user;
		this.password = password;
		this.#own = own;
	}

	/** @param network options of a server of its own; none: the socket alone, and any server will do. */
	static async start(network: readonly string[] | null = null): Promise<TestServer> {
		const given = process.env['HOLDFAST_TEST_DB_SOCKET'];
		if (given !== undefined && network === null) {
			const { HOLDFAST_TEST_DB_USER: user = 'root', HOLDFAST_TEST_DB_PASSWORD: password = '' } = process.env;
			const shared = new TestServer(given, user, password, null);
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
		const args = [
			...common,
			`--socket=${socketPath}`,
			'--max_allowed_packet=64M',
			'--innodb_flush_log_at_trx_commit=0',
			'--innodb_buffer_pool_size=128M',
			...(network ?? ['--skip-networking']),
		];
		const own = { args, folder, process: await serve(args, socketPath) };
		process.once('exit', () => own.process.kill());
		return new TestServer(socketPath, 'root', '', own);
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
		if (this.#own === null) return;
		await end(this.#own.process, 'SIGTERM');
		rmSync(this.#own.folder, { recursive: true, force: true });
	}

	/** kill -9, and a new server over the same data, which is there when this resolves. Only of a server of its own. */
	async killAndRestart(): Promise<void> {
		const { process: killed, args } = this.#own!;
		this.#kept?.end();
		await end(killed, 'SIGKILL');
		rmSync(this.socketPath, { force: true });
		this.#own!.process = await serve(args, this.socketPath);
	}
}

type OwnServer = { args: readonly string[]; folder: string; process: ChildProcess };

async function serve(args: readonly string[], socketPath: string): Promise<ChildProcess> {
	const server = spawn('mariadbd', args, { stdio: 'ignore' });
	const started = Date.now();
	while (!existsSync(socketPath)) {
		if (Date.now() - started > startMsMax || server.exitCode !== null) throw new Error('mariadbd did not start');
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return server;
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	const ended = new Promise((resolve) => server.once('exit', resolve));
	server.kill(signal);
	await ended;
}

const idOf = (flag: string): string => execFileSync('id', [flag, 'mysql'], { encoding: 'utf8' }).trim();
