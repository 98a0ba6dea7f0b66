/**
 * The server's own command-line client, kept running: a process for each of a test's many small questions would cost more than the
 * answers. Every question gets a new connection (the client's command `\r`), which is gone with the answer: no session variable, open
 * transaction or lock reaches the next one.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';

/** A line that no answer has. */
const mark = '=== end of the answer ===';
/** Where a client waits: no database of a test. */
const elsewhere = 'information_schema';

export class KeptClients {
	readonly #args: readonly string[];
	/** As many as were ever asked at once. */
	readonly #idle: ChildProcessWithoutNullStreams[] = [];

	constructor(args: readonly string[]) {
		this.#args = args;
	}

	/** @throws what the client says where a statement is refused; the ones after it were not run */
	async run(sql: string, database: string): Promise<string> {
		const client = this.#idle.pop() ?? this.#start();
		waitFor(client, true);
		const answer = await ask(client, sql, database === '' ? elsewhere : database);
		waitFor(client, false);
		this.#idle.push(client);
		return answer;
	}

	end(): void {
		this.#idle.splice(0).forEach((client) => client.stdin.end());
	}

	#start(): ChildProcessWithoutNullStreams {
		const client = spawn('mariadb', [...this.#args, '--unbuffered']);
		// A statement that is refused ends the client while more is written to it.
		client.stdin.on('error', () => {});
		return client;
	}
}

/** Whether this process stays for the client: not for an idle one, which ends with its standard input. */
function waitFor(client: ChildProcessWithoutNullStreams, isAsked: boolean): void {
	for (const handle of [client, client.stdin as Socket, client.stdout as Socket, client.stderr as Socket]) {
		if (isAsked) { handle.ref(); } else { handle.unref(); }
	}
}

async function ask(client: ChildProcessWithoutNullStreams, sql: string, database: string): Promise<string> {
	const output: Buffer[] = [];
	const errors: Buffer[] = [];
	let tail = '';
	return await new Promise<string>((resolve, reject) => {
		const onOutput = (data: Buffer): void => {
			output.push(data);
			tail = (tail + data.toString('latin1')).slice(-mark.length - 1);
			if (tail === `${mark}\n`) {
				finish();
				resolve(Buffer.concat(output).toString().slice(0, -mark.length - 1));
			}
		};
		const onErrors = (data: Buffer): void => void errors.push(data);
		const onClose = (code: number | null): void => {
			finish();
			reject(new Error(`mariadb ended with ${code}: ${Buffer.concat(errors).toString()}\n${sql.slice(0, 2_000)}`));
		};
		const finish = (): void => {
			client.stdout.off('data', onOutput);
			client.stderr.off('data', onErrors);
			client.off('close', onClose);
		};
		client.stdout.on('data', onOutput);
		client.stderr.on('data', onErrors);
		client.on('close', onClose);
		client.stdin.write(`\\r ${database}\n${sql}\n;\n\\r ${elsewhere}\nSELECT '${mark}';\n`);
	});
}
