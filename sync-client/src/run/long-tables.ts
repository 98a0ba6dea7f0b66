import type { CollectRequest } from '../collect/collector.ts';
import type { Clock } from '../ports/clock.ts';
import { sweepTables } from '../sweep/sweep.ts';
import type { Engine } from './engine.ts';

/** Comparing a long table takes at most a tenth of the time. */
const comparisonShare = 9;

/** Long tables that were named as a whole: compared beside the loop. */
export class LongTables {
	readonly #engine: Engine;
	readonly #clock: Clock;
	readonly #collect: (request: CollectRequest) => Promise<unknown>;
	/** When their last comparison ended, and how long it took. */
	readonly #compared = new Map<string, { endedUs: number; tookUs: number }>();

	constructor(engine: Engine, clock: Clock, collect: (request: CollectRequest) => Promise<unknown>) {
		this.#engine = engine;
		this.#clock = clock;
		this.#collect = collect;
	}

	/** Those that wait, but for those whose last comparison cost more than a tenth of the time since. */
	get due(): string[] {
		const now = this.#clock.monotonicUs();
		return this.#engine.collector.pending.laterTables.filter((table) => {
			const last = this.#compared.get(table);
			return last === undefined || now - last.endedUs > comparisonShare * last.tookUs;
		});
	}

	async compare(tables: readonly string[], signal: AbortSignal): Promise<void> {
		const { collector, sweepParts } = this.#engine;
		for (const table of tables) {
			const began = this.#clock.monotonicUs();
			collector.pending.comparisonBegins([table]);
			await sweepTables(sweepParts, new Set([table]), async (found, isLast) => {
				await this.#collect({ ...found, largeFiles: 'later', compared: isLast ? [table] : [] });
			}, signal);
			const endedUs = this.#clock.monotonicUs();
			this.#compared.set(table, { endedUs, tookUs: endedUs - began });
		}
	}
}
