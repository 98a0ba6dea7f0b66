/** The agent's moves in the model of the collect protocol; see collect.ts. */
import { openWork, readLog, sameSite, type Move, type Run, type State } from './collect.ts';
import { scripts, type Script } from './scripts.ts';

type Site = State['server'];
type Memory = State['memory'];

const allOf = (request: number): number => 3 << (2 * request);
const highest = (rows: number): number => 31 - Math.clz32(rows | 1);
const remember = (state: State, change: Partial<Memory>): State => ({ ...state, memory: { ...state.memory, ...change } });

/** A state that must not be appended, or must not be the last. */
export class Violation extends Error {}

/** What the agent can do next: one step, if any; and being killed. @throws Violation */
export function agentMoves(state: State, run: Run): Move[] {
	const moves: Move[] = [];
	const step = nextStep(state, run);
	if (step) moves.push(step);
	if (state.agentKillsLeft > 0 && (state.memory.phase !== 'idle' || state.memory.forgotten !== 0)) {
		moves.push({ name: 'agent: killed', to: { ...state, memory: afterRestart(state, run), agentKillsLeft: state.agentKillsLeft - 1 } });
	}
	return moves;
}

function afterRestart(state: State, run: Run): Memory {
	const high = run.variant === 'floor from the backup after a restart' ? highest(state.backup.rows) : 0;
	return { phase: 'idle', gone: 0, namedAtA: 0, closed: 0, forgotten: 0, floors: [-1, -1], high, snapshot: null };
}

function nextStep(state: State, run: Run): Move | null {
	const { memory, unsent } = state;
	switch (memory.phase) {
		case 'idle':
			if (unsent) {
				const to = unsent.sent ? { ...state, unsent: null } : { ...state, backup: unsent.state, unsent: { ...unsent, sent: true } };
				return { name: unsent.sent ? 'agent: recognises the unsent commit as appended' : 'agent: sends the unsent commit', to };
			}
			return openWork(state, run) === 0 ? null : { name: 'agent: a0 process list', to: remember(state, { phase: 'listed', gone: goneNow(state, run) }) };
		case 'listed':
			return { name: 'agent: a log', to: readAtA(state, run) };
		case 'a':
			return { name: 'agent: b snapshot', to: remember(state, { phase: 'b', snapshot: state.server }) };
		case 'b':
			return { name: 'agent: c log again, d read, save', to: readAtC(state, run) };
		case 'saved':
			return { name: 'agent: e append', to: { ...remember(state, { phase: 'sent' }), backup: unsent!.state, unsent: { ...unsent!, sent: true } } };
		case 'sent':
			return { name: 'agent: f forget', to: forget({ ...state, unsent: null }, run) };
	}
}

function goneNow(state: State, run: Run): number {
	if (run.variant === 'never look at the process list') return 0;
	const isGone = (i: 0 | 1) => (run.variant === 'a dead PHP process counts as closed' ? state.requests[i].life > 0 : !state.requests[i].listed);
	return (isGone(0) ? 1 : 0) | (isGone(1) ? 2 : 0);
}

/** At the first sight of a request's log: the rows of its new-row intent are above the highest id of the snapshot before. */
function sight(state: State, run: Run, high: number): Memory['floors'] {
	const { named } = readLog(state, run);
	const { floors } = state.memory;
	const floorOf = (i: 0 | 1) => (floors[i] < 0 && (named & allOf(i)) !== 0 ? high : floors[i]);
	return [floorOf(0), floorOf(1)];
}

function closedIn(state: State, run: Run): number {
	const log = readLog(state, run);
	let { closed } = log;
	for (const i of [0, 1]) if ((state.memory.gone & (1 << i)) !== 0) closed |= log.named & allOf(i);
	return run.variant === 'forget open intents too' ? log.named : closed;
}

function readAtA(state: State, run: Run): State {
	const seen = remember(state, { phase: 'a', namedAtA: readLog(state, run).named, closed: closedIn(state, run), floors: sight(state, run, state.memory.high) });
	return run.variant === 'forget before the commit is saved' ? deleteSettled(remember(seen, { forgotten: seen.memory.closed }), run) : seen;
}

function readAtC(state: State, run: Run): State {
	const snapshot = state.memory.snapshot!;
	const high = run.variant === 'floor from the snapshot of the same collect' ? highest(snapshot.rows) : state.memory.high;
	const floors = sight(state, run, high);
	const log = readLog(state, run);
	const named = run.variant === 'read the log before the snapshot only' ? log.named & state.memory.namedAtA : log.named;
	const forgotten = run.variant === 'forget before the commit is saved' ? 0 : state.memory.forgotten;
	const appended = readNamed(state, run, named & ~forgotten, log.made, floors);
	if (!sameSite(appended, snapshot)) throw new Violation('the state that is appended differs from its snapshot');
	const closed = run.variant === 'forget what was closed at c' ? closedIn(state, run) : state.memory.closed;
	return { ...remember(state, { phase: 'saved', floors, closed }), unsent: { state: appended, sent: false } };
}

/** The backup with every named key as the snapshot has it. */
function readNamed(state: State, run: Run, named: number, made: number, floors: Memory['floors']): Site {
	const snapshot = state.memory.snapshot!;
	let { a, b, rows } = state.backup;
	for (const i of [0, 1] as const) {
		const script: Script = scripts[run.pair[i]];
		for (const step of script.steps) {
			if (!('line' in step) || step.line !== 'w' || (named & (1 << (2 * i + step.n - 1))) === 0) continue;
			if (step.scope === 'a') a = snapshot.a;
			else if (step.scope === 'b') b = snapshot.b;
			else {
				const known = (made & (1 << (2 * i + step.n - 1))) !== 0;
				if (!known && run.variant === 'new rows are only named by their r line') continue;
				const wanted = known ? 1 << state.requests[i].id : ~0 << (floors[i] + 1);
				rows = (rows & ~wanted) | (snapshot.rows & wanted);
			}
		}
	}
	return { a, b, rows };
}

function forget(state: State, run: Run): State {
	const { memory } = state;
	const high = Math.max(memory.high, highest(memory.snapshot!.rows));
	const settled = remember(state, { phase: 'idle', gone: memory.gone, forgotten: memory.forgotten | memory.closed, high, snapshot: null, namedAtA: 0, closed: 0 });
	return remember(deleteSettled(settled, run), { gone: 0 });
}

/** A log file is deleted when its request has ended, or its connection was gone at a0, and every intent in it is forgotten. */
function deleteSettled(state: State, run: Run): State {
	const log = readLog(state, run);
	let { deleted } = state;
	for (const i of [0, 1]) {
		const over = ((log.ended | state.memory.gone) & (1 << i)) !== 0;
		if (over && (log.named & allOf(i) & ~state.memory.forgotten) === 0) deleted |= 1 << i;
	}
	return { ...state, deleted };
}
