/**
 * The collect protocol of architecture.md section 5.2 as an explicit-state model: two requests, a server, an agent, explored over all
 * interleavings. Requests may roll back and be killed anywhere (the server may still run what was sent); the agent may be killed anywhere.
 *
 *     agent:  a0 process list ─ a log ─ b snapshot ─ c log again ─ d read, save ─ e append ─ f forget ─┐
 *               └───────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Checked at every d: the state that will be appended equals its snapshot. Checked where nothing can happen any more: the backup equals
 * the server, no intent is left, nothing is unsent. Checked of every state: rest can be reached from it.
 */
import { scripts, type Cell, type Script, type ScriptName } from './scripts.ts';

/** Contents of a site: two cells (which request wrote them last, 0 = none) and the set of new rows, a bit per id. */
interface Site {
	readonly a: number;
	readonly b: number;
	readonly rows: number;
}

interface Request {
	readonly pc: number;
	/** 0 running, 1 killed (no more lines; what was sent may still run), 2 killed and rolled back. */
	readonly life: 0 | 1 | 2;
	/** Its connection is in the process list. */
	readonly listed: boolean;
	/** Its transaction: 0 not ended, 1 committed, 2 rolled back. */
	readonly outcome: 0 | 1 | 2;
	/** The id that it drew, 0 = none. */
	readonly id: number;
}

/** The agent's memory: lost when it is killed. Intents are bits: request × 2 + n − 1. */
interface Memory {
	readonly phase: 'idle' | 'listed' | 'a' | 'b' | 'saved' | 'sent';
	/** Requests that were not in the process list at a0, as bits. */
	readonly gone: number;
	readonly namedAtA: number;
	readonly closed: number;
	readonly forgotten: number;
	/** Per request: rows above this id may be new ones of its intent; −1 = not seen yet. */
	readonly floors: readonly [number, number];
	/** The highest id in the snapshot of the collect before. */
	readonly high: number;
	readonly snapshot: Site | null;
}

export interface State {
	readonly server: Site;
	readonly nextId: number;
	readonly requests: readonly [Request, Request];
	readonly memory: Memory;
	/** On the agent's disk: log files deleted (bits of requests), and the commit that is saved before it is sent. */
	readonly deleted: number;
	readonly unsent: { readonly state: Site; readonly sent: boolean } | null;
	readonly backup: Site;
	readonly agentKillsLeft: number;
}

/** The protocol as it is, and ways to get it wrong. */
export type Variant =
	| 'right'
	| 'forget what was closed at c'
	| 'forget open intents too'
	| 'read the log before the snapshot only'
	| 'a dead PHP process counts as closed'
	| 'never look at the process list'
	| 'forget before the commit is saved'
	| 'floor from the snapshot of the same collect'
	| 'floor from the backup after a restart'
	| 'new rows are only named by their r line'
	| 'the server drops connections from the list before it rolls back';

export interface Run {
	readonly pair: readonly [ScriptName, ScriptName];
	readonly variant: Variant;
}

export interface Move {
	readonly name: string;
	readonly to: State;
}

const empty: Site = { a: 0, b: 0, rows: 0 };
const fresh: Memory = { phase: 'idle', gone: 0, namedAtA: 0, closed: 0, forgotten: 0, floors: [-1, -1], high: 0, snapshot: null };
const ready: Request = { pc: 0, life: 0, listed: true, outcome: 0, id: 0 };

export const start = (agentKills: number): State => ({
	server: empty,
	nextId: 1,
	requests: [ready, ready],
	memory: fresh,
	deleted: 0,
	unsent: null,
	backup: empty,
	agentKillsLeft: agentKills,
});

export const sameSite = (x: Site, y: Site): boolean => x.a === y.a && x.b === y.b && x.rows === y.rows;

const others = [1, 0] as const;
const bit = (request: number, n: number): number => 1 << (2 * request + n - 1);

function withRequest(state: State, i: 0 | 1, change: Partial<Request>): State {
	const changed = { ...state.requests[i], ...change };
	return { ...state, requests: i === 0 ? [changed, state.requests[1]] : [state.requests[0], changed] };
}

/** A transaction that has written a cell and has not ended locks it. */
function locks(script: Script, request: Request, cell: Cell): boolean {
	if (!script.transaction || request.outcome !== 0 || request.life === 2) return false;
	return script.steps.slice(0, request.pc).some((step) => 'server' in step && step.server === 'exec' && step.cell === cell);
}

/** What the transaction of request i has written, into a site. */
function applied(site: Site, script: Script, request: Request, i: number): Site {
	let { a, b, rows } = site;
	for (const step of script.steps.slice(0, request.pc)) {
		if (!('server' in step)) continue;
		if (step.server === 'exec' && step.cell === 'a') a = i + 1;
		if (step.server === 'exec' && step.cell === 'b') b = i + 1;
		if (step.server === 'insert') rows |= 1 << request.id;
	}
	return { a, b, rows };
}

/** Everything request i, or the server for it, can do. */
export function requestMoves(state: State, i: 0 | 1, run: Run): Move[] {
	const request = state.requests[i];
	const script: Script = scripts[run.pair[i]];
	const step = script.steps[request.pc];
	const moves: Move[] = [];
	const go = (name: string, to: State) => moves.push({ name: `request ${i + 1}: ${name}`, to });
	if (step !== undefined && 'line' in step && request.life === 0) go(`line ${step.line}`, withRequest(state, i, { pc: request.pc + 1 }));
	if (step !== undefined && 'server' in step && request.life < 2) for (const move of serverMoves(state, i, run)) go(move.name, move.to);
	if (step !== undefined && request.life === 0) go('killed', withRequest(state, i, { life: 1 }));
	if (request.life === 1) go('rolled back', withRequest(state, i, { life: 2, outcome: request.outcome || 2 }));
	const early = run.variant === 'the server drops connections from the list before it rolls back' && request.life === 1;
	if (request.listed && (request.life === 2 || early)) go('left the process list', withRequest(state, i, { listed: false }));
	return moves;
}

function serverMoves(state: State, i: 0 | 1, run: Run): Move[] {
	const request = state.requests[i];
	const script: Script = scripts[run.pair[i]];
	const step = script.steps[request.pc]!;
	if (!('server' in step)) return [];
	const next = { pc: request.pc + 1 };
	const committing = !script.transaction;
	switch (step.server) {
		case 'exec': {
			const other = others[i];
			if (locks(scripts[run.pair[other]], state.requests[other], step.cell)) return [];
			const moved = withRequest(state, i, next);
			return [{ name: `writes ${step.cell}`, to: committing ? { ...moved, server: { ...state.server, [step.cell]: i + 1 } } : moved }];
		}
		case 'draw':
			return [{ name: `draws id ${state.nextId}`, to: { ...withRequest(state, i, { ...next, id: state.nextId }), nextId: state.nextId + 1 } }];
		case 'insert': {
			const moved = withRequest(state, i, next);
			return [{ name: 'inserts', to: committing ? { ...moved, server: { ...state.server, rows: state.server.rows | (1 << request.id) } } : moved }];
		}
		case 'end':
			return [
				{ name: 'COMMIT', to: { ...withRequest(state, i, { ...next, outcome: 1 }), server: applied(state.server, script, request, i) } },
				{ name: 'ROLLBACK', to: withRequest(state, i, { ...next, outcome: 2 }) },
			];
	}
}

/** What the log says now: which intents are named, which of them closed, which have their r line, which files have ended; all as bits. */
export function readLog(state: State, run: Run): { named: number; closed: number; made: number; ended: number } {
	let [named, closed, made, ended] = [0, 0, 0, 0];
	for (const i of [0, 1] as const) {
		if ((state.deleted & (1 << i)) !== 0) continue;
		const script: Script = scripts[run.pair[i]];
		for (const step of script.steps.slice(0, state.requests[i].pc)) {
			if (!('line' in step)) continue;
			if (step.line === 'w') named |= bit(i, step.n);
			if (step.line === 'r') made |= bit(i, step.n);
			if (step.line === 'c') for (let n = 1; n <= step.n; n++) closed |= bit(i, n);
			if (step.line === 'e') {
				ended |= 1 << i;
				closed |= bit(i, 1) | bit(i, 2);
			}
		}
	}
	return { named, closed: closed & named, made, ended };
}

/** Intents that the agent does not yet know to be settled. */
export const openWork = (state: State, run: Run): number => readLog(state, run).named & ~state.memory.forgotten;
