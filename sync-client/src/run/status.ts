import { protocolVersion, type ErrorView, type Job, type Status } from '@holdfast/protocol';
import { errorView, HoldfastError } from '../errors.ts';
import { hasShop } from '../plan/keep-rules.ts';
import type { Clock } from '../ports/clock.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Pairing } from '../state-folder/schemas.ts';
import type { Engine } from './engine.ts';
import type { Loop } from './loop.ts';
import type { Undoable } from './restores.ts';
import type { Site } from './site.ts';
import { agentVersion } from './version.ts';

const heartbeatMs = 15_000;
/** Changes older than this are told as "behind". */
const behindMs = 30_000;
/** A failure is loud from the second in a row on. */
const loudFailures = 2;

/** What the agent knows of the endpoint between calls, and what the first backup said. */
export class Facts {
	readonly #clock: Clock;
	#failed: { error: HoldfastError; times: number } | null = null;
	latencyMs: number | null = null;
	storedBytes: number | null = null;
	siteBytes: number | null = null;
	shop = false;
	leftOut: { what: string; why: string }[] = [];

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	endpointFailed(error: HoldfastError): void {
		this.#failed = { error, times: (this.#failed?.times ?? 0) + 1 };
	}

	endpointAnswered(): void {
		this.#failed = null;
	}

	get endpointFailure(): { error: HoldfastError; times: number } | null {
		return this.#failed;
	}

	/** Asks now and then whether the endpoint is there, how far away, and how much it stores. */
	async heartbeat(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			const began = this.#clock.monotonicUs();
			try {
				await endpoint.health();
				this.latencyMs = Math.round((this.#clock.monotonicUs() - began) / 1000);
				this.storedBytes = (await endpoint.site()).storedBytes;
				this.endpointAnswered();
			} catch (error) {
				this.latencyMs = null;
				this.endpointFailed(error instanceof HoldfastError ? error : new HoldfastError('ENDPOINT_UNREACHABLE', String(error), { cause: error }));
			}
			await this.#clock.sleep(heartbeatMs, signal).catch(() => undefined);
		}
	}
}

export type StatusParts = {
	now: number;
	nowUs: number;
	facts: Facts;
	copied: Status['copied'];
	problems: ErrorView[];
	jobs: Job[];
	site: Site | null;
	connected: { pairing: Pairing; engine: Engine; loop: Loop } | null;
	/** Paired, and waiting for the endpoint's first answer. */
	opening: Pairing | null;
	/** False until the site was looked at once. */
	looked: boolean;
	undo: Undoable | null;
};

/** The facts as the page's header shows them. Nothing is told as protected before the endpoint has it. */
export function statusOf({ now, nowUs, facts, copied, problems, jobs, site, connected, opening, looked, undo }: StatusParts): Status {
	const tables = connected?.engine.collector.known.loaded ?? null;
	// While they are read anew, what was known stays.
	if (tables !== null && tables.size > 0 && site !== null) { facts.shop = hasShop(tables, site.settings.prefix, site.told?.keep); }
	const running = jobs.filter((job) => job.state === 'running');
	const waiting = connected?.engine.ledger.waiting() ?? { changes: 0, oldestUs: null };
	const oldestMs = waiting.oldestUs === null ? 0 : Math.max(0, Math.round((nowUs - waiting.oldestUs) / 1000));
	const failures = [facts.endpointFailure, connected?.loop.failure ?? null].filter((one) => one !== null);
	const loud = failures.filter((one) => one.times >= loudFailures);
	const pairing = connected?.pairing ?? opening;
	const newest = connected?.engine.timeline.firstExact() ?? null;
	const exact = newest === null ? null : (connected?.engine.timeline.first() ?? null);
	return {
		version: agentVersion,
		protocol: protocolVersion,
		pid: process.pid,
		now,
		state: stateOf(),
		site: site === null ? null : { id: pairing?.siteId ?? '', home: site.home },
		endpoint: pairing === null ? null : {
			url: pairing.url, host: new URL(pairing.url).host, sameMachine: pairing.endpoint.sameMachine, latencyMs: facts.latencyMs,
			reachable: connected !== null && facts.endpointFailure === null, fingerprint: pairing.fingerprint,
		},
		head: connected === null ? null : connected.engine.appender.head,
		protectedUntil: connected?.engine.hasImage === true ? protectedUntil() : null,
		firstRestorable: exact === null ? null : { seq: exact.seq, at: exact.at },
		waiting: { changes: waiting.changes, oldestMs },
		pending: connected?.engine.collector.pending.list().map((one) => one.why) ?? [],
		storedBytes: facts.storedBytes,
		siteBytes: facts.siteBytes,
		proof: connected?.loop.lastSweep
			? { at: connected.loop.lastSweep.at, equal: connected.loop.lastSweep.result.equal, ...connected.loop.lastSweep.result.compared }
			: null,
		nextSweepAt: connected?.engine.hasImage === true ? connected.loop.nextSweepAt : null,
		jobs: running,
		undo: undo === null ? null : { restore: undo.restore, point: undo.point, at: undo.at },
		copied,
		problems: [...problems, ...failures.map((one) => errorView(one.error)), ...captureProblems()],
		shop: facts.shop,
		leftOut: facts.leftOut,
	};

	function protectedUntil(): number | null {
		// While the endpoint does not answer, what was said last stays said.
		return connected?.loop.protectedUntil ?? null;
	}

	function stateOf(): Status['state'] {
		if (copied !== null) { return 'copied'; }
		if (running.some((job) => job.kind === 'restore' || job.kind === 'undo')) { return 'restoring'; }
		if (connected === null) {
			if (problems.length > 0 || loud.length > 0) { return 'failing'; }
			return opening !== null || !looked ? 'starting' : 'notConnected';
		}
		if (loud.length > 0) { return 'failing'; }
		if (!connected.engine.hasImage) { return 'firstBackup'; }
		// While a comparison is owed, something may have been missed: not promised.
		if (connected.engine.seen.sweepOwed !== null) { return 'behind'; }
		return oldestMs > behindMs && waiting.changes > 0 && 'loud' in waiting && waiting.loud === true ? 'behind' : 'protected';
	}

	function captureProblems(): ErrorView[] {
		const owed = connected?.engine.hasImage === true ? connected.engine.seen.sweepOwed : null;
		const unwatched = connected?.loop.unwatched ?? { folders: 0, everyMs: 0 };
		return [
			...(owed === null ? [] : [new HoldfastError('SWEEP_OWED', `A full comparison is under way, because ${owed.why}.`)]),
			...(unwatched.folders === 0 ? [] : [new HoldfastError('FOLDERS_NOT_WATCHED', notWatched(unwatched))]),
		].map(errorView);
	}
}

function notWatched({ folders, everyMs }: { folders: number; everyMs: number }): string {
	const many = folders === Infinity ? 'The folders of this site' : `${folders} of the folders of this site`;
	return `${many} cannot be watched. Changes in them that WordPress does not announce are found by a scan every ${Math.round(everyMs / 1000)} seconds.`;
}
