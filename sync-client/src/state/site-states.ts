import { origin } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { IndexStore, ScratchOverlay } from '../ports/index-store.ts';
import type { SiteState, SiteStates } from '../ports/site-state.ts';
import { entriesOfCommit } from './commit-entries.ts';
import { blocksOfImage, type History } from './history.ts';
import { LayeredState } from './layered-state.ts';

/** @property openScratch an empty overlay in a temporary file of the state folder. */
export type StateSources = { index: IndexStore; chunks: ChunkSource; history: History; openScratch: () => ScratchOverlay };

/**
 * state(now) from the local index, state(p) from the endpoint:
 *
 *     newest image with exactFrom ≤ p  +  commits (base, p] ──> scratch overlay in SQLite
 *
 * A key that is pending at p has no entry between its `exactAt` and p, so it has the value of then without further ado.
 */
export class LayeredStates implements SiteStates {
	readonly #sources: StateSources;

	constructor(sources: StateSources) {
		this.#sources = sources;
	}

	/** Before the first image is complete: what commits have said so far. */
	async now(): Promise<SiteState> {
		const { index, chunks } = this.#sources;
		return new LayeredState(index.position() ?? origin, index.image()?.blocks ?? [], index, chunks, { version: () => index.position()?.seq ?? 0 });
	}

	async at(seq: number): Promise<SiteState> {
		const { chunks, history, openScratch } = this.#sources;
		const { head } = await history.images();
		if (!Number.isSafeInteger(seq) || seq < 1 || seq > head.seq) {
			throw new HoldfastError('POINT_UNKNOWN', `There is no point ${seq}: the timeline goes to ${head.seq}.`);
		}
		const image = await history.imageFor(seq);
		if (image === null) {
			throw new HoldfastError('POINT_NOT_RESTORABLE', `Point ${seq} lies before the first backup was complete.`);
		}
		const overlay = openScratch();
		try {
			let position = image.base;
			for await (const commit of history.commits(image.base, seq)) {
				for await (const entries of entriesOfCommit(commit.manifest, chunks)) { overlay.put(entries); }
				position = commit.position;
			}
			return new LayeredState(position, await blocksOfImage(image, chunks), overlay, chunks, { onClose: () => overlay.close() });
		} catch (error) {
			overlay.close();
			throw error;
		}
	}
}
