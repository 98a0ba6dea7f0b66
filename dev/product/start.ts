import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import type { Job, Status } from '@holdfast/protocol';
import { DevError } from '../errors.ts';
import type { SitePlace } from '../site/site.ts';
import { step } from '../terminal.ts';
import { askStatus, holdfast, holdfastJson, untilAgentAnswers } from './agent.ts';
import { EndpointService } from './endpoint-service.ts';
import { activatePlugin, ensureBuilt, installPlugin, tellEndpointMoved } from './plugin.ts';

const firstPort = 7468;

/** The product on one site: endpoint, plugin, agent, paired and backed up. */
export interface Product {
	readonly endpointUrl: string;
	readonly endpointData: string;
	readonly state: string;
	readonly endpoint: EndpointService;
	stop(): Promise<void>;
}

/** Endpoint, plugin, agent, pairing and first backup, in this order; what is there already is used. */
export async function startProduct(site: SitePlace, where: { folder: string; iniFile: string }): Promise<Product> {
	await ensureBuilt();
	const portFile = join(where.folder, 'endpoint.port');
	const kept = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : undefined;
	const endpoint = new EndpointService(join(where.folder, 'endpoint'), { port: kept ?? firstPort, mayMove: true });
	await endpoint.start();
	writeFileSync(portFile, String(endpoint.port));
	await installPlugin(site);
	if (kept !== undefined && kept !== endpoint.port) {
		step(`port ${kept} is taken; the endpoint moves to ${endpoint.url}`);
		await tellEndpointMoved({ root: site.root, url: site.url, iniFile: where.iniFile }, endpoint.url);
	}
	const state = await activatePlugin({ root: site.root, url: site.url, iniFile: where.iniFile });
	const stop = async (): Promise<void> => {
		await holdfast(state, ['stop']);
		await endpoint.stop();
	};
	try {
		const status = await untilAgentAnswers(state);
		step(`endpoint on ${endpoint.url}, agent running (process ${status.pid})`);
		await connected(state, endpoint, status);
		await firstBackup(state);
	} catch (error) {
		await stop();
		throw error;
	}
	return { endpointUrl: endpoint.url, endpointData: endpoint.data, state, endpoint, stop };
}

async function connected(state: string, endpoint: EndpointService, status: Status): Promise<void> {
	if (status.state === 'copied') {
		// A port was taken, so the address of the development site changed: it is the same site.
		const { ControlClient } = await import('../../sync-client/src/control/client.ts');
		const { StateFolder } = await import('../../sync-client/src/state-folder/state-folder.ts');
		await new ControlClient((await StateFolder.at(state).reach())!).answerCopied('moved');
		step('the site moved to another address; it stays connected');
		return;
	}
	if (status.state !== 'notConnected') {
		return;
	}
	const reply = await holdfastJson<{ recoveryKey: string }>(state, ['connect', await endpoint.pairingCode()]);
	step(`paired; recovery key ${reply.recoveryKey}`);
}

/** Waits for the first backup with a bar of its steps; returns at once where it was complete. */
export async function firstBackup(state: string): Promise<void> {
	const bar = new SingleBar({ format: '  first backup {bar} {percentage}% | {what}', hideCursor: true, noTTYOutput: false });
	let drawn = false;
	for (;;) {
		const { status } = await askStatus(state);
		const job = status?.jobs.find((one) => one.kind === 'firstBackup');
		if (status !== null && job === undefined && status.state !== 'firstBackup') {
			break;
		}
		if (status?.state === 'failing') {
			bar.stop();
			throw new DevError(status.problems[0]?.message ?? 'The first backup failed.', status.problems[0]?.hint ?? `read ${state}/agent.log.`);
		}
		if (job !== undefined) {
			if (!drawn) {
				bar.start(100, 0, { what: '' });
				drawn = true;
			}
			bar.update(Math.round((job.progress ?? 0) * 100), { what: stepOf(job) });
		}
		await sleep(200);
	}
	if (drawn) {
		bar.update(100, { what: 'complete' });
		bar.stop();
	}
	step('first backup complete; changes are durable within seconds from now on');
}

function stepOf(job: Job): string {
	const running = job.steps.find((one) => one.state === 'running');
	return running === undefined ? '' : `${running.label}: ${running.done}${running.total === null ? '' : ` of ${running.total}`} ${running.unit}`;
}
