import type { ChunkId, Position } from '@holdfast/protocol';
import type { FileStat } from './files.ts';

/** A batch of entries in ascending key order: value null is a tombstone. */
export type Entries = { keys: Uint8Array[]; values: (Uint8Array | null)[] };

/** A block of the image that the overlay lies on. */
export type ImageBlock = { first: Uint8Array; last: Uint8Array; chunk: ChunkId; entries: number };

/** Entries that lie over an image's blocks: what of the index a state reads. */
export type Overlay = Pick<IndexStore, 'overlayGet' | 'overlayRange'>;

/** An overlay of its own for one past position, in a temporary place; gone when closed. Later `put`s win. */
export interface ScratchOverlay extends Overlay {
	put(entries: Entries): void;
	close(): void;
}

/**
 * The agent's local index: rebuildable from the endpoint and the site, lost without harm.
 * Holds state(now) as image blocks plus an overlay of everything appended since, the stat of each file as it was last
 * backed up, and the chunk ids known to be stored. One writer, transactions are local and durable enough to be rebuilt.
 */
export interface IndexStore {
	/** The position that the overlay has reached; null when empty. */
	position(): Position | null;
	/**
	 * Applies an appended commit; called in order, once for each; a second call with the same position does nothing.
	 * `entries`: one batch, or several that ascend from one to the next (a commit can hold more than fits in one); all in one transaction.
	 */
	apply(position: Position, entries: Entries | Iterable<Entries>, storedChunks: readonly ChunkId[]): void;
	/** Replaces the image below the overlay and drops overlay rows that it already holds (sequence ≤ base stays out). */
	setImage(base: Position, blocks: readonly ImageBlock[]): void;
	image(): { base: Position; blocks: ImageBlock[] } | null;
	overlayGet(key: Uint8Array): { value: Uint8Array | null } | null;
	/** Overlay entries with from ≤ key < to, ascending, in batches; tombstones included. */
	overlayRange(from: Uint8Array, to: Uint8Array | null, batch: number): IterableIterator<Entries>;
	/** Keys that commits with a sequence above `seq` wrote, with their latest values, in batches ordered by key. */
	overlayChangedAfter(seq: number, batch: number): IterableIterator<Entries>;
	isStored(id: ChunkId): boolean;
	/** Stat of a file (by its key) when its value was last read. */
	fileStat(key: Uint8Array): FileStat | null;
	setFileStats(stats: readonly { key: Uint8Array; stat: FileStat | null }[]): void;
	/** Small facts of the agent by name (JSON), e.g. last sweep, highest key of a table. */
	note(name: string): unknown;
	setNote(name: string, value: unknown): void;
	/** Forgets everything, to be built again. */
	clear(): void;
	close(): void;
}
