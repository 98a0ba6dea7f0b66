import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DevError } from '../errors.ts';
import { devUser } from '../system/dev-user.ts';
import { findProgram } from '../system/programs.ts';

export interface Command {
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env?: Record<string, string>;
}

const probeEveryMs = 40;
const readyMsMax = 60_000;
const stopMsMax = 30_000;

/**
 * One server as a child process: start, stop, kill -9, restart. It has a process group of its own, so that Ctrl-C in
 * the terminal reaches only us and we stop things in order; if we die without a chance to, the kernel ends it.
 */
export abstract class Service {
	abstract readonly name: string;
	/** What the server prints; its own log may lie elsewhere. */
	protected abstract readonly logFile: string;
	protected readonly stopSignal: NodeJS.Signals = 'SIGTERM';
	#child: ChildProcess | undefined;

	protected abstract command(): Command;
	/** Resolves when the server answers; throws while it does not. */
	protected abstract probe(): Promise<void>;
	/** Folders and configuration; runs before every start, so it must be repeatable. */
	protected async prepare(): Promise<void> {}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	get running(): boolean {
		return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
	}

	async start(): Promise<void> {
		if (this.running) {
			return;
		}
		await this.prepare();
		const { program, args, cwd, env } = this.command();
		const log = openSync(this.logFile, 'a');
		const [file, ...words] = [...endWithUs(), program, ...args] as [string, ...string[]];
		const { as } = devUser();
		const child = spawn(file, words, {
			cwd,
			detached: true,
			stdio: ['ignore', log, log],
			...(as.uid === undefined ? {} : { uid: as.uid }),
			...(as.gid === undefined ? {} : { gid: as.gid }),
			env: { ...process.env, ...as.env, ...env },
		});
		closeSync(log);
		this.#child = child;
		await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
		await this.#untilReady();
	}

	async stop(): Promise<void> {
		if (!this.running) {
			return;
		}
		const ended = this.#ended();
		this.#child?.kill(this.stopSignal);
		if (!(await Promise.race([ended.then(() => true), sleep(stopMsMax, false, { ref: false })]))) {
			await this.kill();
		}
	}

	/** kill -9 of the server and of everything it started: what a power cut or the kernel's out-of-memory killer does. */
	async kill(): Promise<void> {
		const pid = this.#child?.pid;
		if (!this.running || pid === undefined) {
			return;
		}
		const ended = this.#ended();
		process.kill(-pid, 'SIGKILL');
		await ended;
	}

	async restart(): Promise<void> {
		await this.stop();
		await this.start();
	}

	/** For a server that re-reads its configuration; false when it does not run. */
	signal(signal: NodeJS.Signals): boolean {
		return this.#child?.kill(signal) ?? false;
	}

	logTail(lines = 15): string {
		return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	}

	async #untilReady(): Promise<void> {
		const giveUpAt = performance.now() + readyMsMax;
		let last: unknown;
		while (this.running && performance.now() < giveUpAt) {
			try {
				await this.probe();
				return;
			} catch (cause) {
				last = cause;
				await sleep(probeEveryMs);
			}
		}
		const what = this.running ? `did not answer within ${readyMsMax / 1000} s` : 'ended while it was starting';
		await this.kill();
		throw new DevError(
			`${this.name} ${what}:\n${this.logTail()}`,
			`read ${this.logFile}; \`npm start -- --fresh\` starts over.`,
			last,
		);
	}

	#ended(): Promise<unknown> {
		const child = this.#child;
		return child === undefined || !this.running ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve));
	}
}

/** util-linux, on every Debian: the kernel sends this signal when the process that started it is gone. */
function endWithUs(): string[] {
	const setpriv = findProgram('setpriv');
	return setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'TERM', '--'];
}
