/**
 * Pending: keys that a commit knows to be not yet exact. In state(p) such a key has the value of its `exactAt`, not of p.
 * A point is Incomplete until a later commit that no longer lists the key. FORMAT.md section 10.
 */
import type { PendingMark } from '../commit/header.ts';
import type { PendingId, Sequence } from '../ids.ts';

/** What this module needs of a commit's header. */
export interface PendingAt {
	readonly sequence: Sequence;
	readonly pending: readonly PendingMark[];
}

/**
 * From which sequence on each point is complete: its own when nothing is pending in it; that of the first later commit that
 * lists none of its pending keys any more; null while there is none yet. `headers` ascending, of one timeline, without gaps.
 */
export function completeFrom(headers: readonly PendingAt[]): Map<Sequence, Sequence | null> {
	const complete = new Map<Sequence, Sequence | null>();
	let open: { sequence: Sequence; waiting: Set<PendingId> }[] = [];
	for (const { sequence, pending } of headers) {
		const listed = new Set(pending.map((mark) => mark.id));
		open = open.filter((point) => {
			for (const id of point.waiting) if (!listed.has(id)) point.waiting.delete(id);
			if (point.waiting.size > 0) return true;
			complete.set(point.sequence, sequence);
			return false;
		});
		if (listed.size === 0) complete.set(sequence, sequence);
		else open.push({ sequence, waiting: listed });
	}
	for (const { sequence } of open) complete.set(sequence, null);
	return complete;
}

/**
 * The marks of the next commit, ascending: what was pending before and is not `settled` keeps its `exactAt`; what is newly
 * `postponed` was last exact at `head`, the position before the commit, or never (0) when it did not exist there.
 */
export function nextPending(
	before: readonly PendingMark[],
	head: Sequence,
	postponed: Iterable<{ readonly id: PendingId; readonly existed: boolean }>,
	settled: Iterable<PendingId>,
): PendingMark[] {
	const marks = new Map(before.map((mark) => [mark.id, mark]));
	for (const id of settled) marks.delete(id);
	for (const { id, existed } of postponed) {
		if (!marks.has(id)) marks.set(id, { id, exactAt: existed ? head : (0 as Sequence) });
	}
	return [...marks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
