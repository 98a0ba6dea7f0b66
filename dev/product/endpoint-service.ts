import { join } from 'node:path';
import { execa } from 'execa';
import { DevError } from '../errors.ts';
import { repoRoot } from '../paths.ts';
import { Service, type Command } from '../services/service.ts';
import { freePort } from '../services/ports.ts';
import { devUser, ensureOwnDir } from '../system/dev-user.ts';

const main = join(repoRoot, 'endpoint', 'src', 'main.ts');
const firstPort = 7468;

/** The backup endpoint, as a person would run it: `holdfast-endpoint serve`. */
export class EndpointService extends Service {
	readonly name = 'the endpoint';
	readonly data: string;
	protected readonly logFile: string;
	readonly #extra: readonly string[];
	port: number | undefined;

	constructor(folder: string, extra: readonly string[] = []) {
		super();
		this.data = join(ensureOwnDir(folder), 'data');
		this.logFile = join(folder, 'endpoint.log');
		this.#extra = extra;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	protected override async prepare(): Promise<void> {
		// The address is part of the pairing: a restart keeps it.
		this.port ??= await freePort(firstPort);
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
