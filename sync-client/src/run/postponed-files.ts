import type { Clock } from '../ports/clock.ts';
import type { Files, FileStat } from '../ports/files.ts';

/** A file that was changed so recently is being written: reading it now would be for nothing. */
const quietMs = 2_000;
/** But it is read at last after this long: better a copy of several moments than none. */
const putOffMsMax = 60_000;
/** Between two looks at a file that changes while it is read: doubled from the one to the other. */
const againMsMin = 2_000;
const againMsMax = 60_000;

/** When what is being read is due. */
const taken = Infinity;

type Waiting = { key: Uint8Array; sinceUs: number; dueUs: number; againMs: number };

/**
 * Files that wait to be read beside the loop: large ones, and those that changed while they were read. One that is written to without
 * pause is looked at less and less often, and stays pending meanwhile.
 */
export class PostponedFiles {
	readonly #clock: Clock;
	/** By key as latin1. */
	readonly #waiting = new Map<string, Waiting>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Large: due at once, unless they wait already. */
	add(keys: readonly Uint8Array[]): void {
		const now = this.#clock.monotonicUs();
		keys.forEach((key) => {
			if (!this.#waiting.has(nameOf(key))) { this.#waiting.set(nameOf(key), { key, sinceUs: now, dueUs: now, againMs: againMsMin }); }
		});
	}

	/** They changed while they were read: due after a pause. */
	again(keys: readonly Uint8Array[]): void {
		const now = this.#clock.monotonicUs();
		for (const key of keys) {
			const { sinceUs, againMs } = this.#waiting.get(nameOf(key)) ?? { sinceUs: now, againMs: againMsMin };
			this.#waiting.set(nameOf(key), { key, sinceUs, dueUs: now + 1000 * againMs, againMs: Math.min(againMsMax, 2 * againMs) });
		}
	}

	/** Those that were taken have been read, and are exact unless `again` said otherwise. */
	read(keys: readonly Uint8Array[]): void {
		keys.forEach((key) => { if (this.#waiting.get(nameOf(key))?.dueUs === taken) { this.#waiting.delete(nameOf(key)); } });
	}

	/** Reading those that were taken failed: due at once, when work goes on. */
	failed(keys: readonly Uint8Array[]): void {
		keys.forEach((key) => {
			const one = this.#waiting.get(nameOf(key));
			if (one?.dueUs === taken) { one.dueUs = this.#clock.monotonicUs(); }
		});
	}

	get isDue(): boolean {
		const now = this.#clock.monotonicUs();
		return [...this.#waiting.values()].some(({ dueUs }) => dueUs <= now);
	}

	/** Takes those that are due and not being written, until `read` or `failed`. @param placeOf null where a key has no place */
	async take(files: Files, placeOf: (key: Uint8Array) => Uint8Array | null): Promise<Uint8Array[]> {
		const now = this.#clock.monotonicUs();
		const due = [...this.#waiting.values()].filter(({ dueUs }) => dueUs <= now);
		const stats = await files.stat(due.map(({ key }) => placeOf(key) ?? nowhere)).catch(() => due.map(() => null));
		return due.flatMap((one, i) => {
			if (now - one.sinceUs < 1000 * putOffMsMax && isBeingWritten(stats[i] ?? null, this.#clock.wallMs())) {
				one.dueUs = now + 1000 * quietMs;
				return [];
			}
			one.dueUs = taken;
			return [one.key];
		});
	}
}

/** A clock that was set back makes nothing wait. */
function isBeingWritten(stat: FileStat | null, nowMs: number): boolean {
	const sinceMs = stat?.type === 'file' ? nowMs - Number(stat.mtimeNs / 1_000_000n) : Infinity;
	return sinceMs >= 0 && sinceMs < quietMs;
}

const nowhere = Buffer.from('/');
const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');
