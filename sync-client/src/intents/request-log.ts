import type { Activity } from '@holdfast/protocol';
import type { LogHeader, LogLine, Scope } from './log-line.ts';

/** One intent on rows. `request` and `connection` say whose; times are monotonic microseconds of the writer's machine. */
export type Intent = {
	readonly request: RequestLog;
	readonly n: number;
	readonly table: string;
	readonly scope: Scope;
	/** Index of the database connection in its request. */
	readonly connection: number;
	/** When its look-up began; null where it had none. */
	readonly lookupUs: number | null;
	readonly writtenUs: number;
	closedUs: number | null;
	/** New rows' keys, once the `r` line told them. */
	created: Buffer[] | null;
	/** The highest key known from a snapshot older than the first sight of this intent; null = none known. */
	readonly floor: bigint | null;
	/** Whose code wrote, as the `p` line told; null where there was none. */
	origin: string | null;
	forgotten: boolean;
};

export type FileIntent = { readonly n: number; readonly path: Buffer; readonly how: 'file' | 'tree'; closed: boolean; forgotten: boolean; readonly seenUs: number };

type ToldActivity = { readonly activity: Activity; readonly afterN: number; readonly t: number };

/** What is known of one request from the lines of its log, in order. Pure: time and floors come from outside. */
export class RequestLog {
	readonly id: string;
	readonly header: LogHeader;
	/** Connection ids by index, when each was first named, and the log read in which it was first seen. */
	readonly connections: { id: number; t: number; read: number; gone: boolean }[] = [];
	readonly intents = new Map<number, Intent>();
	readonly files: FileIntent[] = [];
	readonly activities: ToldActivity[] = [];
	/** Activities that a commit has already told, from the beginning. */
	activitiesTold = 0;
	/** Intents up to this number were forgotten in an earlier life of the agent. */
	readonly forgottenBefore: number;
	ended: { t: number } | null = null;
	upgrading = false;
	lastUs: number;
	#highestN = 0;
	/** Not closed yet: what a `c` line has to look at. */
	readonly #open = new Set<Intent>();
	readonly #lookups = new Map<number, { t: number; table: string }>();

	constructor(id: string, header: LogHeader, read: number, before: { n: number; activities: number }) {
		this.id = id;
		this.header = header;
		this.forgottenBefore = before.n;
		this.activitiesTold = before.activities;
		this.lastUs = header.t;
		this.connections[0] = { id: header.connection, t: header.t, read, gone: false };
	}

	/** Takes one line. `floorOf` is asked for an intent with new rows; returns the intent that the line began, if any. */
	take(line: LogLine, read: number, floorOf: (table: string) => bigint | null): Intent | null {
		this.lastUs = line.t;
		this.ended = line.type === 'end' ? { t: line.t } : null;
		switch (line.type) {
			case 'connection':
				this.connections[line.index] = { id: line.id, t: line.t, read, gone: false };
				return null;
			case 'lookup':
				this.#lookups.set(line.n, { t: line.t, table: line.table });
				return null;
			case 'intent':
				return this.#begin(line, floorOf);
			case 'origin': {
				const intent = this.intents.get(line.n);
				if (intent) {
					intent.origin = line.origin;
				}
				return null;
			}
			case 'created': {
				const intent = this.intents.get(line.n);
				if (intent) {
					intent.created = [...(intent.created ?? []), ...line.keys];
				}
				return null;
			}
			case 'closed':
				this.#close(line.n, line.connection, line.t);
				return null;
			case 'file':
				this.#highestN = Math.max(this.#highestN, line.n);
				this.files.push({ n: line.n, path: line.path, how: line.how, closed: false, forgotten: line.n <= this.forgottenBefore, seenUs: line.t });
				return null;
			case 'activity':
				this.activities.push({ activity: line.activity, afterN: this.#highestN, t: line.t });
				return null;
			case 'update':
				this.upgrading = line.begins;
				return null;
			case 'end':
				this.#closeFiles(Infinity);
				this.upgrading = false;
				return null;
			case 'lost':
				return null;
		}
	}

	#begin(line: LogLine & { type: 'intent' }, floorOf: (table: string) => bigint | null): Intent {
		const lookup = this.#lookups.get(line.n);
		this.#lookups.delete(line.n);
		this.#highestN = Math.max(this.#highestN, line.n);
		const intent: Intent = {
			request: this, n: line.n, table: line.table, scope: line.scope, connection: line.connection,
			lookupUs: lookup?.t ?? null, writtenUs: line.t, closedUs: null, created: null,
			floor: line.scope.fresh > 0 ? floorOf(line.table) : null,
			origin: null,
			forgotten: line.n <= this.forgottenBefore,
		};
		this.intents.set(line.n, intent);
		this.#open.add(intent);
		return intent;
	}

	#close(n: number, connection: number, t: number): void {
		if (connection === -1) {
			this.#closeFiles(n);
			return;
		}
		this.#closeWhere((intent) => intent.n <= n && intent.connection === connection, t);
	}

	#closeWhere(isMeant: (intent: Intent) => boolean, t: number): void {
		for (const intent of this.#open) {
			if (isMeant(intent)) {
				intent.closedUs = t;
				this.#open.delete(intent);
			}
		}
	}

	#closeFiles(n: number): void {
		for (const file of this.files) {
			file.closed ||= file.n <= n;
		}
	}

	/** A connection has left the process list: its last transaction is over, and it wrote its last line before. */
	connectionGone(index: number, nowUs: number): void {
		this.connections[index]!.gone = true;
		this.#closeWhere((intent) => intent.connection === index, nowUs);
		if (this.connections.every((connection) => connection?.gone ?? true)) {
			this.#closeFiles(Infinity);
			this.upgrading = false;
		}
	}

	/** The largest N of which every intent ≤ N is forgotten. */
	forgottenTo(): number {
		let to = this.#highestN;
		for (const one of [...this.intents.values(), ...this.files]) {
			if (!one.forgotten) {
				to = Math.min(to, one.n - 1);
			}
		}
		return to;
	}

	/** Activities that may be told once `isOver` holds for every intent written before them; from the first untold on, in order. */
	activitiesOver(isOver: (one: Intent | FileIntent) => boolean): Activity[] {
		let firstOpen = Infinity;
		for (const one of [...this.intents.values(), ...this.files]) {
			if (!one.forgotten && !isOver(one)) {
				firstOpen = Math.min(firstOpen, one.n);
			}
		}
		const over: Activity[] = [];
		for (const told of this.activities.slice(this.activitiesTold)) {
			if (told.afterN >= firstOpen) {
				break;
			}
			over.push(told.activity);
		}
		return over;
	}

	/** It had connections, and each has left the process list. */
	get hasLostAll(): boolean {
		const named = this.connections.filter((connection) => connection !== undefined && connection.id !== 0);
		return named.length > 0 && named.every((connection) => connection.gone);
	}

	/** True while an intent on rows or a file is open. */
	get hasOpen(): boolean {
		return this.#open.size > 0 || this.files.some((file) => !file.closed);
	}

	/** Everything forgotten and told. */
	get isSpent(): boolean {
		return this.activitiesTold >= this.activities.length && this.files.every((file) => file.forgotten) && [...this.intents.values()].every((intent) => intent.forgotten);
	}

	/** Lets go of what is forgotten, so that a request of a million statements stays small. */
	prune(): void {
		for (const [n, intent] of this.intents) {
			if (intent.forgotten) {
				this.intents.delete(n);
			}
		}
		for (let i = this.files.length - 1; i >= 0; i--) {
			if (this.files[i]!.forgotten) {
				this.files.splice(i, 1);
			}
		}
	}
}
