import type { Actor, KeepChoice, Part, Plan, RestoreResult } from '@holdfast/protocol';
import type { Progress } from '../jobs/jobs.ts';
import type { Interrupted } from '../restore/journal.ts';

/** The last restore that can be undone. */
export type Undoable = { restore: string; point: number; at: number; parts: Part[] };

/** Plan and restore as the agent's jobs call them; put together in restore-work.ts. */
export interface Restores {
	/** @throws RESTORE_NOTHING_CHOSEN, POINT_UNKNOWN, POINT_NOT_RESTORABLE */
	plan(point: number, parts: readonly Part[], keep: KeepChoice, by: Actor, progress: Progress): Promise<Plan>;
	/** @throws PLAN_UNKNOWN */
	planById(id: string): Promise<Plan>;
	restore(plan: string, by: Actor, progress: Progress): Promise<RestoreResult>;
	/** Back to the present before a restore; null = the last one. @throws RESTORE_NOTHING_TO_UNDO */
	undo(restore: string | null, by: Actor, progress: Progress): Promise<RestoreResult>;
	/** Of the restore with this id, or the last one; null where there is none. */
	undoable(restore: string | null): Promise<Undoable | null>;
	/** What a killed agent left of a restore; null where nothing. */
	interrupted(): Promise<Interrupted | null>;
	/** As `finishInterrupted`, as far as the site itself goes: needs no endpoint. */
	recoverSite(progress?: Progress): Promise<void>;
	/** Finishes or takes back a restore that a crash interrupted: before `decided` back, after it forward. Null: nothing was finished. */
	finishInterrupted(progress?: Progress): Promise<RestoreResult | null>;
}
