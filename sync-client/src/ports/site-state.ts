import type { ChunkId, EntrySource as BatchSource, KeyRange, Position, TableValue } from '@holdfast/protocol';
import type { Entries } from './index-store.ts';

/** Sorted entries of a key range, no tombstones, ascending, in bounded batches. Both sides of a comparison have this shape. */
export interface EntrySource {
	/** from ≤ key < to; `to` null = to the end. */
	range(from: Uint8Array, to: Uint8Array | null): AsyncIterable<Entries>;
}

/** A part of a state's keys; `chunk` where it is exactly one stored block that nothing lies over, so that its id says what it holds. */
export type StateSegment = { range: KeyRange; chunk: ChunkId | null };

/** state(p): FORMAT.md section 10. */
export interface SiteState extends EntrySource {
	readonly position: Position;
	get(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]>;
	/** As `range`, in the protocol's batches: for merge and compare. */
	source(range: KeyRange): BatchSource;
	/** The range cut into segments, in order and without gaps. */
	segments(range: KeyRange): Iterable<StateSegment>;
	/** Tables by name as they were. */
	tables(): Promise<Map<string, TableValue>>;
	close(): Promise<void>;
}

export interface SiteStates {
	/** The state that the last appended commit made, from the local index. */
	now(): Promise<SiteState>;
	/** Rejects with POINT_UNKNOWN or POINT_NOT_RESTORABLE. */
	at(seq: number): Promise<SiteState>;
}
