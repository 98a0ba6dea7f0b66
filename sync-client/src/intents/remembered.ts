import type { Intent } from './request-log.ts';

export type RememberedLimits = {
	/** Forgotten intents are kept this long for look-ups that overlap them. */
	overlapMemoryMs: number;
	overlapIntentsMax: number;
};
export const rememberedLimits: RememberedLimits = { overlapMemoryMs: 120_000, overlapIntentsMax: 20_000 };

/** Intents that were forgotten, for look-ups that began before they were closed. PROTOCOL.md section 4, "Overlap". */
export class Remembered {
	readonly #limits: RememberedLimits;
	readonly #startUs: number;
	readonly #byTable = new Map<string, Intent[]>();
	/** Up to when intents on a table were let go of. */
	readonly #letGoUs = new Map<string, number>();
	#count = 0;

	constructor(startUs: number, limits: RememberedLimits) {
		this.#startUs = startUs;
		this.#limits = limits;
	}

	add(intent: Intent): void {
		const list = this.#byTable.get(intent.table) ?? [];
		this.#byTable.set(intent.table, list);
		list.push(intent);
		this.#count++;
	}

	onTable(table: string): readonly Intent[] {
		return this.#byTable.get(table) ?? [];
	}

	/** A look-up on this table that began earlier may overlap something that is not known here. */
	sinceUs(table: string): number {
		return Math.max(this.#startUs, this.#letGoUs.get(table) ?? 0);
	}

	/** Lets go of what is too old or too much, and notes up to when. */
	letGo(nowUs: number): void {
		const horizonUs = Math.max(nowUs - this.#limits.overlapMemoryMs * 1000, this.#count > this.#limits.overlapIntentsMax ? this.#medianUs() : 0);
		for (const [table, list] of this.#byTable) {
			const kept = list.filter((intent) => closedUs(intent) > horizonUs);
			if (kept.length === list.length) {
				continue;
			}
			const lastUs = list.reduce((last, intent) => (closedUs(intent) <= horizonUs ? Math.max(last, closedUs(intent)) : last), 0);
			this.#letGoUs.set(table, Math.max(this.#letGoUs.get(table) ?? 0, lastUs));
			this.#count -= list.length - kept.length;
			if (kept.length === 0) {
				this.#byTable.delete(table);
			} else {
				this.#byTable.set(table, kept);
			}
		}
	}

	#medianUs(): number {
		const times = [...this.#byTable.values()].flat().map(closedUs).sort((a, b) => a - b);
		return times[Math.floor(times.length / 2)] ?? 0;
	}
}

const closedUs = (intent: Intent): number => intent.closedUs ?? 0;
