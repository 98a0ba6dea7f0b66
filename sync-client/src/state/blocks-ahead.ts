import type { ChunkId } from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';

/** Blocks asked for in one go: about 2 MiB. */
const aheadBlocks = 8;

/** Reads blocks that are wanted one after the other several at a time: one wait for the network instead of one each. */
export class BlocksAhead {
	readonly #chunks: ChunkSource;
	readonly #order: readonly ChunkId[];
	readonly #place: Map<ChunkId, number>;
	readonly #held = new Map<ChunkId, Uint8Array>();

	constructor(chunks: ChunkSource, order: readonly ChunkId[]) {
		this.#chunks = chunks;
		this.#order = order;
		this.#place = new Map(order.map((id, i) => [id, i]));
	}

	async read(id: ChunkId): Promise<Uint8Array> {
		if (!this.#held.has(id)) {
			this.#held.clear();
			const at = this.#place.get(id) ?? 0;
			const group = this.#order.slice(at, at + aheadBlocks);
			const blocks = await this.#chunks.readMany('entries', group);
			group.forEach((one, i) => this.#held.set(one, blocks[i]!));
		}
		const block = this.#held.get(id)!;
		this.#held.delete(id);
		return block;
	}
}
