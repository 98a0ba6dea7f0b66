import type { ForgottenTo } from '../intents/ledger.ts';
import type { Seen as SeenFile } from '../state-folder/schemas.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';

/** What differs by more is another start of the server. */
const startDifferenceMsMax = 1_500;

/** What this agent remembers of what it has seen: `seen.php`. A change of boot or database start may have swallowed intents. */
export class Seen {
	readonly #state: StateFolder;
	#seen: SeenFile;
	#tail: Promise<void> = Promise.resolve();
	/** While a sweep runs: why it has to run again. */
	#meanwhile: SeenFile['sweepOwed'] = null;
	#sweeping = false;

	private constructor(state: StateFolder, seen: SeenFile) {
		this.#state = state;
		this.#seen = seen;
	}

	static async load(state: StateFolder): Promise<Seen> {
		return new Seen(state, await state.seen.read() ?? { v: 1, boot: null, databaseStartedAt: null, databaseSinceUs: null, sweepOwed: null, requests: {} });
	}

	/** How far a request was used up in an earlier life. */
	request(id: string): { n: number; activities: number } | undefined {
		return this.#seen.requests[id];
	}

	get sweepOwed(): SeenFile['sweepOwed'] {
		return this.#seen.sweepOwed;
	}

	/**
	 * Compares with what is there now; true when machine or database were restarted since. The first look is no restart.
	 * @param nowUs  taken before the database was asked
	 */
	async look(boot: string, database: { startedAtMs: number; uptimeS: number }, nowUs: number, wallMs: number): Promise<boolean> {
		const { boot: bootBefore, databaseStartedAt: startBefore } = this.#seen;
		const restarted = (bootBefore !== null && bootBefore !== boot)
			|| (startBefore !== null && Math.abs(startBefore - database.startedAtMs) > startDifferenceMsMax);
		if (restarted || bootBefore === null || startBefore === null) {
			const databaseSinceUs = Math.floor(nowUs - (Math.max(0, database.uptimeS) + 1) * 1_000_000);
			// The restart and the sweep that it asks for in one: a kill in between must not lose the debt.
			const owed = restarted ? { since: wallMs, why: 'the database or the machine was restarted' } : null;
			await this.#write({ ...this.#seen, boot, databaseStartedAt: database.startedAtMs, databaseSinceUs, sweepOwed: this.#seen.sweepOwed ?? owed });
		}
		return restarted;
	}

	/** What was connected to the database before this moment (monotonic µs) is not any more. */
	get databaseSinceUs(): number {
		return this.#seen.databaseSinceUs ?? -Infinity;
	}

	/** A sweep must come before the next point counts as complete. The oldest reason stays; one that comes up while a sweep runs asks for another. */
	async oweSweep(since: number, why: string): Promise<void> {
		if (this.#sweeping) {
			this.#meanwhile ??= { since, why };
		}
		if (this.#seen.sweepOwed === null) {
			await this.#write({ ...this.#seen, sweepOwed: { since, why } });
		}
	}

	/** From here on whatever is missed is a reason of its own. */
	sweepBegins(): void {
		this.#sweeping = true;
		this.#meanwhile = null;
	}

	/** `through`: it has compared everything. A sweep that broke off stays owed. */
	async sweepEnds(through: boolean): Promise<void> {
		this.#sweeping = false;
		if (through) {
			await this.#write({ ...this.#seen, sweepOwed: this.#meanwhile });
		}
	}

	/** Why the sweep that runs will not have been the last. */
	get sweepOwedAgain(): string | null {
		return this.#meanwhile?.why ?? null;
	}

	/** A commit is durable: these logs are used up to there. Replaces what was said before. */
	async usedUp(requests: ForgottenTo): Promise<void> {
		await this.#write({ ...this.#seen, requests });
	}

	/** One after the other: what is on disk is never older than what was said last. */
	#write(seen: SeenFile): Promise<void> {
		this.#seen = seen;
		const write = () => this.#state.seen.write(this.#seen);
		const turn = this.#tail.then(write, write);
		this.#tail = turn.catch(() => undefined);
		return turn;
	}
}
