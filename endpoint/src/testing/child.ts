import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The members of all that commands say with `--json`; a test knows which of them it gets. */
export interface Said {
	readonly ok: boolean;
	readonly url: string;
	readonly code: string;
	readonly damaged: { readonly object: string; readonly code: string }[];
	readonly readIn: { readonly commits: number; readonly packs: number };
	readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

export interface Ran {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** The last line of standard output, where it is JSON. */
	readonly json: Said;
}

/** Runs `holdfast-endpoint` to its end, in a process of its own. */
export async function run(...args: string[]): Promise<Ran> {
	const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
	child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
	const [code] = (await once(child, 'close')) as [number | null];
	const last = stdout.trim().split('\n').at(-1) ?? '';
	return { code, stdout, stderr, json: (last.startsWith('{') ? JSON.parse(last) : {}) as Said };
}

export interface Served {
	readonly child: ChildProcess;
	readonly url: string;
	readonly listening: Said;
	/** Ends it and waits until it is gone. */
	stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs `holdfast-endpoint serve --json` until `stop`. Throws with what it said where it does not come up. */
export async function serve(data: string, ...args: string[]): Promise<Served> {
	const child = spawn(process.execPath, [main, 'serve', '--data', data, '--json', '--listen', '127.0.0.1:0', ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const gone = once(child, 'close') as Promise<[number | null]>;
	let said = '';
	child.stderr.on('data', (data_: Buffer) => (said = (said + data_.toString()).slice(-10_000)));
	const line = await new Promise<string>((resolve, reject) => {
		let out = '';
		child.stdout.on('data', (data_: Buffer) => {
			out += data_.toString();
			if (out.includes('\n')) resolve(out);
		});
		child.once('close', () => reject(new Error(`serve ended: ${out}${said}`)));
	});
	const listening = JSON.parse(line) as Said;
	if (typeof listening.url !== 'string') throw new Error(line);
	return {
		child,
		url: listening.url,
		listening,
		stop: async (signal = 'SIGTERM') => {
			child.kill(signal);
			return (await gone)[0];
		},
	};
}
