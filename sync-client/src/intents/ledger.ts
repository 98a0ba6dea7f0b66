import type { Activity } from '@holdfast/protocol';
import { AnnouncedWatches, type Announced } from './announced.ts';
import type { LogHeader, LogLine } from './log-line.ts';
import { Named } from './named.ts';
import { addEffective, addOwn, overlapView } from './overlap.ts';
import { waitingIn, type Waiting } from './waiting.ts';
import { WrittenWatches } from './written-since.ts';
import { Remembered, rememberedLimits, type RememberedLimits } from './remembered.ts';
import { RequestLog, type FileIntent, type Intent } from './request-log.ts';

export type LedgerLimits = RememberedLimits & { orphanRequestMsMax: number };
export const ledgerLimits: LedgerLimits = { ...rememberedLimits, orphanRequestMsMax: 900_000 };

/** What was closed at step (a) of a collect, and may be forgotten once its commit is durable. */
export type Closed = { intents: Set<Intent>; files: Set<FileIntent> };

/** How far each request's log was used up: kept beside the unsent commit and in `seen.php`. */
export type ForgottenTo = Record<string, { n: number; activities: number }>;

/**
 * All intents that the logs have told and that are not forgotten: the pure core of collect.
 *
 *     line ──> take ──> open ──(c line, or its connection left the process list)──> closed ──(commit durable)──> forgotten
 *                                                                                                     │
 *                                               remembered for overlapMemoryMs, for look-ups that overlap it
 *
 * Holds no clock, no file, no connection: time, lines and the process list are arguments.
 */
export class Ledger {
	readonly requests = new Map<string, RequestLog>();
	/** The highest key seen of a table's AUTO_INCREMENT column, from the last snapshot that looked: the floor of new rows. */
	readonly floors = new Map<string, bigint>();
	readonly #machine: string;
	readonly #boot: string;
	readonly #limits: LedgerLimits;
	readonly #remembered: Remembered;
	#read = 0;
	#reading = 0;
	#sweepWanted: string | null = null;
	#updateSeen = false;
	readonly #watches = new AnnouncedWatches();
	/** Who writes what, for who asks. */
	readonly written = new WrittenWatches(this.requests);
	#databaseBegan = { us: -Infinity, wallMs: -Infinity };

	constructor(origin: { machine: string; boot: string; nowUs: number }, limits: LedgerLimits = ledgerLimits) {
		this.#machine = origin.machine;
		this.#boot = origin.boot;
		this.#remembered = new Remembered(origin.nowUs, limits);
		this.#limits = limits;
	}

	/** A pass over the log begins: one at a time. A connection counts as gone only when a pass that ended before the process list was asked saw it. */
	beginRead(): void {
		this.#reading = this.#read + 1;
	}

	endRead(): void {
		this.#read = this.#reading;
	}

	/** The number of the last pass that has ended. */
	get read(): number { return this.#read; }

	begin(id: string, header: LogHeader, before: { n: number; activities: number } = { n: 0, activities: 0 }): void {
		this.requests.set(id, new RequestLog(id, header, this.#reading, before));
	}

	take(id: string, line: LogLine | null): void {
		const request = this.requests.get(id);
		if (request === undefined || line === null) {
			this.wantSweep('a line of the intent log was not understood');
			return;
		}
		if (line.type === 'lost') {
			this.wantSweep(line.why === '' ? 'capture asked for it' : line.why);
		}
		if (line.type === 'update') {
			this.#updateSeen = true;
		}
		request.take(line, this.#reading, (table) => this.floors.get(table) ?? null);
	}

	wantSweep(why: string): void {
		this.#sweepWanted ??= why;
	}

	/** Why a sweep is wanted. */
	get sweepWanted(): string | null { return this.#sweepWanted; }

	/** Why a sweep is wanted; asking takes the wish away. */
	takeSweepWanted(): string | null {
		const why = this.#sweepWanted;
		this.#sweepWanted = null;
		return why;
	}

	/** Whether an update of plugin, theme or core runs, or ran since the last commit. */
	get duringUpdate(): boolean {
		return this.#updateSeen || [...this.requests.values()].some((request) => request.upgrading);
	}

	/**
	 * Step (a): what is closed now. `gone` says whether a connection id has left the process list that was asked
	 * after pass `askedAfterRead` and before the newest.
	 */
	closed(isGone: (connectionId: number) => boolean, askedAfterRead: number, nowUs: number): Closed {
		const closed: Closed = { intents: new Set(), files: new Set() };
		for (const request of this.requests.values()) {
			this.#findGone(request, isGone, askedAfterRead, nowUs);
			for (const intent of request.intents.values()) {
				if (!intent.forgotten && intent.closedUs !== null) {
					closed.intents.add(intent);
				}
			}
			for (const file of request.files) {
				if (!file.forgotten && file.closed) {
					closed.files.add(file);
				}
			}
		}
		return closed;
	}

	#findGone(request: RequestLog, isGone: (id: number) => boolean, askedAfterRead: number, nowUs: number): void {
		for (const [index, connection] of request.connections.entries()) {
			if (connection === undefined) {
				continue;
			}
			// Once gone it stays gone: what is still announced on it, by a process that has not noticed yet, can do nothing.
			// Without a connection there is no process list to leave: over with its other connections, or when it says nothing for long.
			const over = connection.gone || this.#isOfEarlierLife(request, connection.t) || (connection.id === 0
				? request.ended !== null || request.hasLostAll || nowUs - request.lastUs > this.#limits.orphanRequestMsMax * 1000
				: connection.read <= askedAfterRead && isGone(connection.id));
			if (over) {
				request.connectionGone(index, nowUs);
			}
		}
	}

	/**
	 * The database's process began at this moment or later: connections of before are gone, also those whose number has been given
	 * to another since. `us` for requests of this boot; for others there is only the wall clock.
	 */
	databaseBegan(at: { us: number; wallMs: number }): void {
		this.#databaseBegan = at;
	}

	#isOfEarlierLife({ header }: RequestLog, connectedUs: number): boolean {
		return this.isLocal(header)
			? connectedUs < this.#databaseBegan.us
			: header.wallMs + (connectedUs - header.t) / 1000 < this.#databaseBegan.wallMs;
	}

	/** Step (c): what is named, closed and open alike; apart what only quiet intents name. */
	named(): { loud: Named; quiet: Named } {
		const loud = new Named();
		const quiet = new Named();
		const view = overlapView(this.requests.values(), this.#remembered, (intent) => this.isLocal(intent.request.header));
		for (const request of this.requests.values()) {
			for (const intent of request.intents.values()) {
				if (!intent.forgotten) {
					const target = intent.scope.quiet ? quiet : loud;
					if (intent.lookupUs === null) {
						addOwn(intent, target);
					} else {
						const own = new Named();
						addEffective(intent, own, view);
						target.add(own);
					}
				}
			}
			for (const file of request.files) {
				if (!file.forgotten) {
					loud.addPath(file.path, file.how);
				}
			}
		}
		return { loud, quiet };
	}

	/** From now on keeps what is named, also when it is forgotten. `look` after a read of the log; `end` when nobody asks any more. */
	announcedSince(): { look(): Announced; end(): void } {
		return this.#watches.since(() => this.named());
	}

	/** Activities whose request's earlier intents are all in `closed` or forgotten, in order of time. */
	activities(closed: Closed): Activity[] {
		const over = [...this.requests.values()].flatMap((request) => request.activitiesOver((one) => isIn(closed, one)));
		return over.sort((a, b) => a.at - b.at);
	}

	/** How far the logs would be used up if `closed` were forgotten now. */
	forgottenTo(closed: Closed): ForgottenTo {
		const to: ForgottenTo = {};
		for (const request of this.requests.values()) {
			const told = request.activitiesTold + request.activitiesOver((one) => isIn(closed, one)).length;
			let firstOpen = Infinity;
			let last = request.forgottenTo();
			for (const one of [...request.intents.values(), ...request.files]) {
				last = Math.max(last, one.n);
				if (!one.forgotten && !isIn(closed, one)) {
					firstOpen = Math.min(firstOpen, one.n);
				}
			}
			const n = firstOpen === Infinity ? last : firstOpen - 1;
			to[request.id] = { n, activities: told };
		}
		return to;
	}

	/** Step (f): the commit is durable. `to` is what `forgottenTo` said when the commit was made: lines may have come since. */
	forget(closed: Closed, to: ForgottenTo, nowUs: number): void {
		this.#watches.forgotten(closed);
		this.written.forgotten(closed.intents);
		for (const request of this.requests.values()) {
			request.activitiesTold = Math.max(request.activitiesTold, to[request.id]?.activities ?? 0);
		}
		for (const intent of closed.intents) {
			intent.forgotten = true;
			this.#remembered.add(intent);
		}
		for (const file of closed.files) {
			file.forgotten = true;
		}
		for (const request of this.requests.values()) {
			request.prune();
		}
		this.#updateSeen = false;
		this.#remembered.letGo(nowUs);
	}

	/** The request's log file is gone. */
	drop(id: string): void {
		this.requests.delete(id);
	}

	/** What waits to be collected, and since when. */
	waiting(): Waiting {
		return waitingIn(this.requests.values());
	}

	/** Whether a request was of this machine and boot: its times and process ids mean something here. */
	isLocal(header: LogHeader): boolean {
		return header.machine === this.#machine && header.boot === this.#boot;
	}
}

const isIn = (closed: Closed, one: Intent | FileIntent): boolean => ('table' in one ? closed.intents.has(one) : closed.files.has(one));
