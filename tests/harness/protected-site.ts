import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Point, Status, Timeline } from '@holdfast/protocol';
import { askStatus, holdfast, holdfastJson, untilAgentAnswers, type CliEnd } from '../../dev/product/agent.ts';
import { EndpointService } from '../../dev/product/endpoint-service.ts';
import { activatePlugin, installPlugin } from '../../dev/product/plugin.ts';
import { makeSite, type SiteOptions, type TestSite } from './site.ts';

export interface ProtectedSite extends TestSite {
	readonly endpoint: EndpointService;
	/** The state folder. */
	readonly state: string;
	/** The agent's own command line. */
	holdfast(...args: string[]): Promise<CliEnd>;
	/** The same with --json; a refusal rejects and names its code. */
	ask<Reply>(...args: string[]): Promise<Reply>;
	status(): Promise<Status>;
	/**
	 * Resolves when everything that the site has done so far is at the endpoint. Changes that are all quiet wait a quarter of an hour
	 * for a loud one; `hurry` makes them go: by a comparison where nothing else is given.
	 */
	untilDurable(hurry?: () => Promise<unknown>): Promise<void>;
	points(): Promise<Point[]>;
	/** Starts the agent as WordPress does. */
	startAgent(): Promise<Status>;
	/** kill -9 of the agent. */
	killAgent(): Promise<void>;
}

const durableMsMax = 60_000;
const quietMsMax = 5_000;

export type ProtectedSiteOptions = SiteOptions & {
	readonly connect?: boolean;
	readonly endpointArgs?: readonly string[];
	/** Before the plugin is activated. */
	readonly prepare?: (site: TestSite) => Promise<void>;
};

/** A site with endpoint, plugin and agent; with `connect: false` not yet paired. First backup and its comparison are through. */
export async function makeProtectedSite(options: ProtectedSiteOptions = {}): Promise<ProtectedSite> {
	const site = await makeSite(options);
	const endpoint = new EndpointService(join(site.folder, 'endpoint'), { extra: options.endpointArgs ?? [] });
	await endpoint.start();
	await installPlugin(site);
	await options.prepare?.(site);
	const state = await activatePlugin(site);
	const protectedSite: ProtectedSite = {
		...site,
		endpoint,
		state,
		holdfast: (...args) => holdfast(state, args),
		ask: (...args) => holdfastJson(state, args),
		status: () => untilAgentAnswers(state),
		async untilDurable(hurry = async () => await holdfast(state, ['verify'])) {
			// What was written before this call is in the log; two quiet looks in a row mean that it was collected.
			const since = Date.now();
			let askedAt = since;
			for (let quiet = 0; quiet < 2; await sleep(150)) {
				const { status } = await askStatus(state);
				const through = status !== null && status.waiting.changes === 0 && (status.protectedUntil ?? 0) >= since && status.jobs.length === 0;
				quiet = through ? quiet + 1 : 0;
				if (!through && status?.state === 'protected' && status.waiting.changes > 0 && Date.now() - askedAt > quietMsMax) {
					askedAt = Date.now();
					await hurry();
				}
				if (Date.now() - since > durableMsMax) {
					const logs = await openLogs(state);
					throw new Error(`The site’s changes did not become durable within ${durableMsMax / 1000} s: ${JSON.stringify({ ...status, leftOut: [] })}\n${logs}`);
				}
			}
		},
		points: async () => (await holdfastJson<Timeline>(state, ['timeline', '--limit', '200'])).points,
		async startAgent() {
			await activatePlugin(site);
			return untilAgentAnswers(state);
		},
		async killAgent() {
			const { pid } = await untilAgentAnswers(state);
			process.kill(pid, 'SIGKILL');
			while (isAlive(pid)) {
				await sleep(20);
			}
		},
		async destroy() {
			await holdfast(state, ['stop']);
			await endpoint.stop();
			await site.destroy();
			await rm(site.folder, { recursive: true, force: true });
		},
	};
	await untilAgentAnswers(state);
	if (options.connect !== false) {
		await protectedSite.ask('connect', await endpoint.pairingCode());
		await protectedSite.untilDurable();
	}
	return protectedSite;
}

/** The intent logs that have no end, as far as they go. */
async function openLogs(state: string): Promise<string> {
	const names = await readdir(join(state, 'log'));
	const logs = await Promise.all(names.map(async (name) => `${name}: ${await readFile(join(state, 'log', name), 'utf8')}`));
	return logs.filter((log) => !/\["e",\d+\]\n$/.test(log)).map((log) => log.slice(0, 3_000)).join('\n');
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
