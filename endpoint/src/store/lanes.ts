/** Tasks of one key run one after the other, those of different keys side by side. */
export class Lanes {
	readonly #waitingMax: number;
	readonly #full: () => Error;
	readonly #lanes = new Map<string, { last: Promise<unknown>; waiting: number }>();

	/** Of each key at most `waitingMax` tasks wait or run; one more gets the error of `full`. */
	constructor(waitingMax: number, full: () => Error) {
		this.#waitingMax = waitingMax;
		this.#full = full;
	}

	async run<T>(key: string, task: () => Promise<T>): Promise<T> {
		const lane = this.#lanes.get(key) ?? { last: Promise.resolve(), waiting: 0 };
		if (lane.waiting >= this.#waitingMax) throw this.#full();
		this.#lanes.set(key, lane);
		lane.waiting++;
		const mine = lane.last.then(task);
		lane.last = mine.catch(() => {});
		try {
			return await mine;
		} finally {
			lane.waiting--;
			if (lane.waiting === 0) this.#lanes.delete(key);
		}
	}
}
