import type { Point, Timeline } from '../wire.ts';
import type { TimelineState } from './state.ts';

/* How pages of the timeline come together. Newest first, one point per sequence number, no silent gap. */

/** The newest page over what was loaded before. Where points between may be missing, the older ones are asked for again. */
export function withNewest(known: TimelineState, page: Timeline, head: string | null): TimelineState {
	const newest = { ...known, firstRestorable: page.firstRestorable, readAtHead: head, loaded: true, failure: null };
	const lowest = page.points.at(-1)?.seq;
	const knownNewest = known.points[0]?.seq;
	const joins = page.more && lowest !== undefined && knownNewest !== undefined && lowest <= knownNewest && !isForked(known, page);
	if (!joins) {
		return { ...newest, points: page.points, more: page.more };
	}
	return { ...newest, points: [...page.points, ...known.points.filter((point) => point.seq < lowest)] };
}

export function withOlder(known: TimelineState, page: Timeline): TimelineState {
	const lowest = known.points.at(-1)?.seq ?? Infinity;
	const older = page.points.filter((point) => point.seq < lowest);
	return { ...known, points: [...known.points, ...older], more: page.more, loadingOlder: false, failure: null };
}

/** The same number with another hash: another timeline, after a takeover or a new pairing. */
function isForked(known: TimelineState, page: Timeline): boolean {
	const hashes = new Map(known.points.map((point: Point) => [point.seq, point.hash]));
	return page.points.some((point) => hashes.has(point.seq) && hashes.get(point.seq) !== point.hash);
}
