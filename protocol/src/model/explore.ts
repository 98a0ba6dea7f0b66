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
	const numbers = new Numbers();
	numbers.of(keyOf(initial));
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
			const number = numbers.of(keyOf(to));
			if (number === found.length) {
				if (number >= statesMax) throw new RangeError(`more than ${statesMax} states`);
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

type Key = readonly [number, number, number];

/** Numbers of states in the order of their first sight: a hash table of keys in three words each, which a Map of strings would take twice as long for. */
class Numbers {
	#slots = new Int32Array(1 << 16).fill(-1);
	#keys = new Int32Array(3 << 15);
	#size = 0;

	/** The number of a key; a new one has the next. */
	of(key: Key): number {
		for (let slot = hashOf(key) & (this.#slots.length - 1); ; slot = (slot + 1) & (this.#slots.length - 1)) {
			const number = this.#slots[slot]!;
			if (number < 0) return this.#add(key, slot);
			const at = 3 * number;
			if (this.#keys[at] === key[0] && this.#keys[at + 1] === key[1] && this.#keys[at + 2] === key[2]) return number;
		}
	}

	#add(key: Key, slot: number): number {
		const number = this.#size++;
		this.#keys.set(key, 3 * number);
		this.#slots[slot] = number;
		if (2 * this.#size >= this.#slots.length) this.#grow();
		return number;
	}

	#grow(): void {
		const keys = new Int32Array(2 * this.#keys.length);
		keys.set(this.#keys);
		this.#keys = keys;
		const slots = new Int32Array(2 * this.#slots.length).fill(-1);
		for (let number = 0; number < this.#size; number++) {
			let slot = hashOf([keys[3 * number]!, keys[3 * number + 1]!, keys[3 * number + 2]!]) & (slots.length - 1);
			while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
			slots[slot] = number;
		}
		this.#slots = slots;
	}
}

function hashOf([x, y, z]: Key): number {
	let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	return hash ^ (hash >>> 13);
}

/** Eight bits: two cells of two bits, rows 1 to 4; null has rows that no site has. */
const siteKey = (site: State['server'] | null): number => (site === null ? 0xff : site.a | (site.b << 2) | ((site.rows >> 1) << 4));
const phases = ['idle', 'listed', 'a', 'b', 'saved', 'sent'];

/** All of a state in 96 bits. @throws RangeError for what does not fit: two states must never share a key */
function keyOf({ server, nextId, requests, memory, deleted, unsent, backup, agentKillsLeft }: State): Key {
	const { phase, gone, namedAtA, closed, forgotten, floors, high, snapshot } = memory;
	const [first, second] = requests;
	const small = first.pc | second.pc | (floors[0] + 1) | (floors[1] + 1) | high | first.id | second.id;
	if ((small & ~15) !== 0 || ((nextId | agentKillsLeft) & ~3) !== 0 || ((server.rows | backup.rows) & ~30) !== 0 || server.rows === 30) throw new RangeError('the state is too large for its key');
	return [
		siteKey(server) | (siteKey(backup) << 8) | (siteKey(snapshot) << 16) | (siteKey(unsent?.state ?? null) << 24),
		first.pc | (second.pc << 4) | (first.life << 8) | (second.life << 10) | (first.outcome << 12) | (second.outcome << 14) | ((first.listed ? 1 : 0) << 16)
			| ((second.listed ? 1 : 0) << 17) | (first.id << 18) | (second.id << 22) | (deleted << 26) | (gone << 28) | ((unsent?.sent ? 1 : 0) << 30),
		namedAtA | (closed << 4) | (forgotten << 8) | (phases.indexOf(phase) << 12) | ((floors[0] + 1) << 15) | ((floors[1] + 1) << 19) | (high << 23) | (nextId << 27) | (agentKillsLeft << 29),
	];
}
