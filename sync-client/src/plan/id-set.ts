/** A set of row ids in eight bytes each: a shop may have millions of orders. */
export class IdSet {
	#sorted = new Float64Array(0);
	readonly #more = new Set<number>();

	/** @param ids safe integers, in any order. */
	static of(ids: Iterable<number>): IdSet {
		const set = new IdSet();
		set.#sorted = Float64Array.from(ids).sort();
		return set;
	}

	add(id: number): void { this.#more.add(id); }

	has(id: number): boolean {
		if (this.#more.has(id)) { return true; }
		let low = 0;
		let high = this.#sorted.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#sorted[middle]! < id) { low = middle + 1; } else { high = middle; }
		}
		return low < this.#sorted.length && this.#sorted[low] === id;
	}
}
