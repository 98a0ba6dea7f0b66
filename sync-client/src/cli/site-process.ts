import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import { ControlClient } from '../control/client.ts';
import { startControlServer } from '../control/server.ts';
import { HoldfastError } from '../errors.ts';
import { Agent } from '../run/agent.ts';
import type { AgentAdapters } from '../run/adapters.ts';
import { agentVersion } from '../run/version.ts';
import { StateFolder } from '../state-folder/state-folder.ts';
import { RollingFile } from './rolling-file.ts';

const stopWaitMsMax = 30_000;

/** The client of the agent that runs beside a site; null where none answers. */
export async function runningAgent(state: StateFolder): Promise<ControlClient | null> {
	const control = await state.reach().catch(() => null);
	if (control === null) {
		return null;
	}
	const client = new ControlClient({ socket: control.socket, port: control.port, secret: control.secret });
	try {
		await client.status();
		return client;
	} catch (error) {
		if (error instanceof HoldfastError && error.code === 'AGENT_NOT_RUNNING') {
			return null;
		}
		throw error;
	}
}

export type AgentProcess = { agent: Agent; client: ControlClient; close(): Promise<void> };

/**
 * Starts an agent in this process, with its control API.
 * @throws AGENT_ALREADY_RUNNING
 */
export async function startAgent(stateFolder: string, abspath: string | null, log: Logger, adapters: AgentAdapters): Promise<AgentProcess> {
	const state = await StateFolder.open(stateFolder);
	// Before anything of another agent's is touched, such as its socket.
	const lock = adapters.lockFile(state.lock);
	if (lock === null) {
		throw new HoldfastError('AGENT_ALREADY_RUNNING', 'Another agent works on this site already.');
	}
	const agent = new Agent({
		state, abspath, adapters, log, bootId: await bootId(),
	});
	const server = await startControlServer(agent, state.controlSocket);
	await state.control.write({ v: 1, ...server.address, pid: process.pid, version: agentVersion, startedAt: Date.now(), folder: await state.identity() });
	const close = async (): Promise<void> => {
		await agent.close();
		await server.close();
		lock.release();
	};
	// The server is up first: while the database is away the status says so.
	const started = agent.start();
	started.catch(() => undefined);
	await Promise.race([started, sleep(2_000)]).catch(async (error: unknown) => {
		await close();
		throw error;
	});
	return { agent, client: new ControlClient(server.address), close };
}

/** The log of the agent in its state folder, bounded. */
export function agentLog(path: string): Logger {
	return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, level: process.env['HOLDFAST_LOG'] ?? 'info' }, new RollingFile(path));
}

/** Tells a running agent to end and waits until its process is gone. @throws AGENT_NOT_RUNNING */
export async function stopAgent(stateFolder: string): Promise<void> {
	const state = StateFolder.at(stateFolder);
	const control = await state.reach();
	const client = await runningAgent(state);
	if (client === null || control === null) {
		throw new HoldfastError('AGENT_NOT_RUNNING', 'No agent of this site is running.');
	}
	await client.stop();
	for (const giveUpAt = Date.now() + stopWaitMsMax; Date.now() < giveUpAt; await sleep(50)) {
		if (!isAlive(control.pid)) {
			return;
		}
	}
	throw new HoldfastError('AGENT_STOPPING', `The agent (process ${control.pid}) is still finishing what it does.`);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** This boot of the machine, as PHP writes it into the intent log; empty where the system does not tell. */
async function bootId(): Promise<string> {
	return readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim(), () => '');
}
