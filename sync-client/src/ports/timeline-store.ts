import type { Point } from '@holdfast/protocol';

/** What the agent remembers of the timeline on its own disk: rebuilt from the endpoint when lost. */
export interface TimelineStore {
	/** Sequence up to which every commit was looked at; 0 when empty. */
	reached(): number;
	/** Takes commits in order; `points` are those of them that make one. `exactFrom` where one of them completes an image. */
	add(reached: number, points: readonly Point[], exactFrom: number | null): void;
	/** Lowest sequence that can be restored: the first image's `exactFrom`; null before the first backup is complete. */
	firstExact(): number | null;
	/** Points with from ≤ seq < before, newest first. */
	list(from: number, before: number | null, limit: number): Point[];
	/** The oldest point with seq ≥ from. */
	first(from: number): Point | null;
	get(seq: number): Point | null;
	/** The last point at or before `at` (ms, the database's clock) with seq ≥ from. */
	lastAt(at: number, from: number): Point | null;
	clear(): void;
	close(): void;
}
