import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Status } from '@holdfast/protocol';
import { DevError } from '../errors.ts';
import { pluginDir } from '../paths.ts';
import { devUser } from '../system/dev-user.ts';

const bundle = join(pluginDir, 'agent', 'holdfast.cjs');
const upMsMax = 30_000;

export type CliEnd = { exitCode: number; stdout: string; stderr: string };

/** The agent's own command line, for a site's state folder; run as the user that the agent runs as. */
export async function holdfast(state: string, args: readonly string[], options: { timeoutMs?: number } = {}): Promise<CliEnd> {
	const { as } = devUser();
	const [verb, ...more] = args as [string, ...string[]];
	const end = await execa(process.execPath, ['--disable-warning=ExperimentalWarning', bundle, verb, '--state', state, ...more], {
		...as,
		env: { ...as.env },
		reject: false,
		timeout: options.timeoutMs ?? 600_000,
	});
	return { exitCode: end.exitCode ?? -1, stdout: end.stdout, stderr: end.stderr };
}

/** As `holdfast` with `--json`; a refusal is an error that names its code. */
export async function holdfastJson<Reply>(state: string, args: readonly string[]): Promise<Reply> {
	const { exitCode, stdout, stderr } = await holdfast(state, [...args, '--json']);
	let reply: unknown;
	try {
		reply = JSON.parse(stdout) as unknown;
	} catch {
		throw new DevError(`holdfast ${args.join(' ')} ended with ${exitCode}:\n${stderr}${stdout}`, `read ${state}/agent.log.`);
	}
	const { error } = reply as { error?: { code: string; message: string; hint: string } };
	if (error !== undefined) {
		throw new DevError(`holdfast ${args[0]}: ${error.message} (${error.code})`, error.hint);
	}
	return reply as Reply;
}

/** Waits until the agent that PHP started answers. */
export async function untilAgentAnswers(state: string): Promise<Status> {
	for (const giveUpAt = Date.now() + upMsMax; ; await sleep(200)) {
		const { running, status } = await askStatus(state);
		if (running && status !== null && status.state !== 'starting') {
			return status;
		}
		if (Date.now() > giveUpAt) {
			throw new DevError('The agent did not answer.', `read ${state}/agent.log and ${state}/keeper.php.`);
		}
	}
}

/** The status of a running agent, asked over its control API. */
export async function askStatus(state: string): Promise<{ running: boolean; status: Status | null }> {
	const { ControlClient } = await import('../../sync-client/src/control/client.ts');
	const { StateFolder } = await import('../../sync-client/src/state-folder/state-folder.ts');
	try {
		const control = await StateFolder.at(state).reach();
		return control === null ? { running: false, status: null } : { running: true, status: await new ControlClient(control).status() };
	} catch {
		return { running: false, status: null };
	}
}
