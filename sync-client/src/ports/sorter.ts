import type { Entries } from './index-store.ts';

/**
 * Sorts more entries than fit in memory. Used once: `add` until all are there, then `sorted` once, then `close`.
 * Bounded: beyond `memoryBytesMax` of its maker entries lie on disk.
 */
export interface Sorter {
	/** Takes an entry; copies nothing that it can keep. A second one of the same key counts as one more occurrence. */
	add(key: Uint8Array, value: Uint8Array): void;
	/** All entries by ascending key bytes, with how often each was added, in batches. */
	sorted(): IterableIterator<Entries & { counts: number[] }>;
	/** Removes what lies on disk. Safe to call twice. */
	close(): void;
}

export type OpenSorter = () => Sorter;
