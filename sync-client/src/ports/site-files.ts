import type { ChunkSink } from './chunks.ts';
import type { FileStat } from './files.ts';
import type { Entries } from './index-store.ts';

/** Which files to read: absolute paths as latin1 of their bytes (`tree`: with all below), and file keys as latin1. */
export type FilesNamed = { readonly paths: ReadonlyMap<string, 'file' | 'tree'>; readonly keys: ReadonlySet<string> };

export type FilesRead = {
	/** Sorted by key: values of what is there, tombstones of what is not, reasons of what is left out. */
	entries: Entries;
	/** Stats that belong to the values; null = gone. Kept in the index once the commit is durable. */
	stats: { key: Uint8Array; stat: FileStat | null }[];
	/** Large files, and folders with many changed files, that were not read: `large` was `later`. */
	postponed: { key: Uint8Array; bytes: number; isFolder: boolean }[];
	/** Files that changed while they were read: to be looked at again. */
	again: Uint8Array[];
	/** What was looked at and is not among the two: exact now, whether it has an entry or not. */
	settled: Uint8Array[];
};

/**
 * The site's files as entries: what collect and image need of `files/`. May be called twice; reads only.
 * A path outside the scope gives nothing.
 */
export interface SiteFiles {
	/** `large`: files above `smallFileBytesMax` are read now, or named in `postponed`. What state(now) has already may be left out. */
	read(named: FilesNamed, sink: ChunkSink, large: 'now' | 'later'): Promise<FilesRead>;
	/**
	 * Every file in scope in key order, from the first key above `after` (null = all), in groups of about `groupBytes` of content.
	 * Bounded memory. For the first backup.
	 */
	all(after: Uint8Array | null, sink: ChunkSink, groupBytes: number): AsyncIterable<FilesRead>;
	/** Of these file keys, those where no file is any more. */
	gone?(keys: readonly Uint8Array[]): Promise<Uint8Array[]>;
	/** Files in scope and their bytes: the totals of the first backup. */
	totals(): Promise<{ files: number; bytes: number; leftOut: { what: string; why: string }[] }>;
}

/** A site without files: for tests of rows. */
export const noFiles: SiteFiles = {
	read: async () => ({ entries: { keys: [], values: [] }, stats: [], postponed: [], again: [], settled: [] }),
	async *all() { /* nothing */ },
	totals: async () => ({ files: 0, bytes: 0, leftOut: [] }),
};
