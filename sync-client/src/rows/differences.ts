import { asBuffer, compareBytes } from '@holdfast/protocol';
import type { Entries } from '../ports/index-store.ts';

/** What turns `before` into `after`: puts of what is new or other, tombstones of what is gone. Both sorted; holds one batch of each. */
export async function* differences(after: AsyncIterable<Entries>, before: AsyncIterable<Entries>): AsyncGenerator<Entries> {
	const left = new Head(after);
	const right = new Head(before);
	let out: Entries = { keys: [], values: [] };
	try {
		for (;;) {
			const [hasLeft, hasRight] = [await left.fill(), await right.fill()];
			if (!hasLeft && !hasRight) {
				break;
			}
			const order = !hasLeft ? 1 : !hasRight ? -1 : compareBytes(left.key, right.key);
			if (order < 0 || (order === 0 && !asBuffer(left.value!).equals(right.value!))) {
				out.keys.push(left.key);
				out.values.push(left.value);
			} else if (order > 0) {
				out.keys.push(right.key);
				out.values.push(null);
			}
			left.at += order <= 0 ? 1 : 0;
			right.at += order >= 0 ? 1 : 0;
			if (out.keys.length >= 1024) {
				yield out;
				out = { keys: [], values: [] };
			}
		}
		if (out.keys.length > 0) {
			yield out;
		}
	} finally {
		await left.close();
		await right.close();
	}
}

/** The next entry of a source. */
class Head {
	at = 0;
	#batch: Entries = { keys: [], values: [] };
	readonly #batches: AsyncIterator<Entries>;

	constructor(source: AsyncIterable<Entries>) {
		this.#batches = source[Symbol.asyncIterator]();
	}

	get key(): Uint8Array { return this.#batch.keys[this.at]!; }
	get value(): Uint8Array | null { return this.#batch.values[this.at]!; }

	/** False at the end. */
	async fill(): Promise<boolean> {
		while (this.at >= this.#batch.keys.length) {
			const next = await this.#batches.next();
			if (next.done === true) {
				return false;
			}
			this.#batch = next.value;
			this.at = 0;
		}
		return true;
	}

	async close(): Promise<void> {
		await this.#batches.return?.();
	}
}
