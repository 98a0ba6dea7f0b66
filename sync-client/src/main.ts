#!/usr/bin/env node
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { pino } from 'pino';
import { localAdapters } from './adapters/local.ts';
import { becomeOwnerOf } from './cli/become-owner.ts';
import { emptyServer } from './cli/empty-server.ts';
import { exitCodeOf, exitCodes } from './cli/exit-codes.ts';
import { findStateFolder } from './cli/find-state.ts';
import { buildProgram, type CliEdges, type SiteOptions } from './cli/program.ts';
import { agentLog, runningAgent, startAgent, stopAgent } from './cli/site-process.ts';
import { errorView } from './errors.ts';
import { agentVersion } from './run/version.ts';
import { StateFolder } from './state-folder/state-folder.ts';

/* The only file that knows the process: arguments, signals, exit codes. */

function stateOf(site: SiteOptions): string {
	const folder = findStateFolder(site, process.cwd());
	becomeOwnerOf(folder);
	return folder;
}

const edges: CliEdges = {
	version: agentVersion,
	async withAgent(site, use) {
		const folder = stateOf(site);
		const running = await runningAgent(StateFolder.at(folder));
		if (running !== null) {
			return use(running);
		}
		const own = await startAgent(folder, site.wp ?? null, pino({ level: 'silent' }), localAdapters);
		try {
			return await use(own.client);
		} finally {
			await own.close();
		}
	},
	async run(site) {
		const folder = stateOf(site);
		const log = agentLog(join(folder, 'agent.log'));
		const own = await startAgent(folder, site.wp ?? null, log, localAdapters).catch((error: unknown) => {
			log.error({ err: error }, 'the agent cannot start');
			throw error;
		});
		log.info({ version: agentVersion, pid: process.pid, node: process.version }, 'the agent runs');
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
			process.once(signal, () => own.agent.stop());
		}
		await own.agent.ended;
		await own.close();
		log.info('the agent has ended');
		return exitCodes.ok;
	},
	stop: (site) => stopAgent(stateOf(site)),
	emptyServer: emptyServer({ adapters: localAdapters, workingFolder: process.cwd(), env: process.env, sleep: async (ms) => { await sleep(ms); } }),
	print: (line) => { process.stdout.write(`${line}\n`); },
	printError: (line) => { process.stderr.write(`${line}\n`); },
	redraw(line) {
		if (process.stderr.isTTY) {
			process.stderr.write(line === null ? '\r\u001b[K' : `\r\u001b[K${line}`);
		}
	},
	sleep: async (ms) => { await sleep(ms); },
};

try {
	await buildProgram(edges, (code) => { process.exitCode = code; }).parseAsync(process.argv);
} catch (error) {
	if (error instanceof CommanderError) {
		process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
	} else {
		const view = errorView(error);
		process.stderr.write(`${view.message}\n${view.hint}\n`);
		process.exitCode = exitCodeOf(view.code);
	}
}
// What a library may still hold open must not keep the command alive. A pipe takes 64 KiB at once; the rest must be out first.
process.stdout.write('', () => process.exit());
