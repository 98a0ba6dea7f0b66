/** Breadth-first exploration of the model over all interleavings, with the shortest path to what goes wrong. */
import { agentMoves, Violation } from './agent.ts';
import { openWork, requestMoves, sameSite, start, type Move, type Run, type State } from './collect.ts';

export interface Exploration {
	readonly states: number;
	/** States in which nothing but killing the agent can happen. */
	readonly atRest: number;
	readonly violation: { readonly why: string; readonly trace: readonly string[] } | null;
}

/** @throws RangeError above `statesMax`: the model must stay small */
export function explore(run: Run, agentKills: number, statesMax = 2_000_000): Exploration {
	const initial = start(agentKills);
	const found: State[] = [initial];
	const numbers = new Map<string, number>([[keyOf(initial), 0]]);
	const cameFrom: number[] = [-1];
	const names: string[] = [''];
	const edgesFrom: number[] = [];
	const edgesTo: number[] = [];
	const resting: number[] = [];
	const traceTo = (at: number): string[] => (at <= 0 ? [] : [...traceTo(cameFrom[at]!), names[at]!]);

	for (let at = 0; at < found.length; at++) {
		const state = found[at]!;
		let moves: Move[];
		try {
			moves = movesOf(state, run);
			if (moves.every((move) => move.name === 'agent: killed')) {
				checkRest(state, run);
				resting.push(at);
			}
		} catch (error) {
			if (!(error instanceof Violation)) throw error;
			return { states: found.length, atRest: resting.length, violation: { why: error.message, trace: traceTo(at) } };
		}
		for (const { name, to } of moves) {
			const key = keyOf(to);
			let number = numbers.get(key);
			if (number === undefined) {
				number = found.length;
				if (number >= statesMax) throw new RangeError(`more than ${statesMax} states`);
				numbers.set(key, number);
				found.push(to);
				cameFrom.push(at);
				names.push(name);
			}
			edgesFrom.push(at);
			edgesTo.push(number);
		}
	}
	const restless = firstThatCannotReach(resting, found.length, edgesFrom, edgesTo);
	const violation = restless < 0 ? null : { why: 'rest cannot be reached any more', trace: traceTo(restless) };
	return { states: found.length, atRest: resting.length, violation };
}

const movesOf = (state: State, run: Run): Move[] => [...requestMoves(state, 0, run), ...requestMoves(state, 1, run), ...agentMoves(state, run)];

function checkRest(state: State, run: Run): void {
	if (!sameSite(state.backup, state.server)) throw new Violation('at rest the backup differs from the server');
	if (openWork(state, run) !== 0 || state.unsent) throw new Violation('at rest something is left to do');
}

/** Follows the edges backwards from `goals`; the first state that is not reached, −1 when all are. */
function firstThatCannotReach(goals: readonly number[], states: number, from: readonly number[], to: readonly number[]): number {
	const firstInto = new Int32Array(states).fill(-1);
	const nextInto = new Int32Array(from.length);
	for (let edge = 0; edge < from.length; edge++) {
		nextInto[edge] = firstInto[to[edge]!]!;
		firstInto[to[edge]!] = edge;
	}
	const reached = new Uint8Array(states);
	const queue = [...goals];
	for (const goal of goals) reached[goal] = 1;
	for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
		for (let edge = firstInto[at]!; edge >= 0; edge = nextInto[edge]!) {
			if (reached[from[edge]!] === 1) continue;
			reached[from[edge]!] = 1;
			queue.push(from[edge]!);
		}
	}
	return reached.indexOf(0);
}

const siteKey = (site: State['server'] | null): number => (site === null ? 255 : site.a | (site.b << 2) | (site.rows << 4));
const phases = ['idle', 'listed', 'a', 'b', 'saved', 'sent'];

function keyOf({ server, nextId, requests, memory, deleted, unsent, backup, agentKillsLeft }: State): string {
	const codes = [siteKey(server), nextId, deleted, agentKillsLeft, siteKey(backup), siteKey(unsent?.state ?? null), unsent?.sent ? 1 : 0];
	for (const { pc, life, listed, outcome, id } of requests) codes.push(pc, life, listed ? 1 : 0, outcome, id);
	const { phase, gone, namedAtA, closed, forgotten, floors, high, snapshot } = memory;
	codes.push(phases.indexOf(phase), gone, namedAtA, closed, forgotten, floors[0] + 1, floors[1] + 1, high, siteKey(snapshot));
	return String.fromCharCode(...codes);
}
