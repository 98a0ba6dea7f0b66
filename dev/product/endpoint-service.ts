import { join } from 'node:path';
import { execa } from 'execa';
import { DevError } from '../errors.ts';
import { repoRoot } from '../paths.ts';
import { Service, type Command } from '../services/service.ts';
import { freePort } from '../services/ports.ts';
import { devUser, ensureOwnDir } from '../system/dev-user.ts';

const main = join(repoRoot, 'endpoint', 'src', 'main.ts');

/** The backup endpoint, as a person would run it: `holdfast-endpoint serve`. */
export class EndpointService extends Service {
	readonly name = 'the endpoint';
	readonly data: string;
	protected readonly logFile: string;
	readonly #extra: readonly string[];
	readonly #mayMove: boolean;
	port: number | undefined;

	/** @param options.port  where to listen; with `mayMove` the next free one where that is taken. */
	constructor(folder: string, { extra = [], port, mayMove = false }: { extra?: readonly string[]; port?: number; mayMove?: boolean } = {}) {
		super();
		this.port = port;
		this.#mayMove = mayMove;
		this.data = join(ensureOwnDir(folder), 'data');
		this.logFile = join(folder, 'endpoint.log');
		this.#extra = extra;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	protected override async prepare(): Promise<void> {
		// The address is part of the pairing: a restart keeps it, and must not meet somebody else's server there.
		const wanted = this.port;
		this.port = await freePort(wanted);
		if (wanted !== undefined && this.port !== wanted && !this.#mayMove) {
			throw new DevError(`Port ${wanted} of the endpoint is taken by another program.`, 'end that program, and start again.');
		}
	}

	protected command(): Command {
		return {
			program: process.execPath,
			args: ['--disable-warning=ExperimentalWarning', main, 'serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, ...this.#extra],
			cwd: repoRoot,
		};
	}

	protected async probe(): Promise<void> {
		const answer = await fetch(`${this.url}/v1/health`);
		if (!answer.ok) {
			throw new Error(`the endpoint answered ${answer.status}`);
		}
	}

	/** Runs another verb of `holdfast-endpoint` on the same data. */
	async cli(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
		const { as } = devUser();
		const [verb, ...more] = args as [string, ...string[]];
		const { exitCode, stdout, stderr } = await execa(
			process.execPath,
			['--disable-warning=ExperimentalWarning', main, verb, '--data', this.data, ...more],
			{ ...as, env: { ...as.env }, reject: false },
		);
		return { exitCode: exitCode ?? -1, stdout, stderr };
	}

	async pairingCode(): Promise<string> {
		const { exitCode, stdout, stderr } = await this.cli('pair', '--json');
		if (exitCode !== 0) {
			throw new DevError(`holdfast-endpoint pair ended with ${exitCode}:\n${stderr}${stdout}`, `read ${this.logFile}.`);
		}
		return (JSON.parse(stdout) as { code: string }).code;
	}
}
