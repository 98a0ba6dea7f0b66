import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';

/** A request of a page is over long before; workers and consoles are not waited for longer. */
const leaveMsMax = 10_000;
const lookMs = 100;

/**
 * Waits until the connections of this moment have left the database. Called once capture is switched on: what a request that began
 * before has written in a transaction that is still open was announced by nobody, and a slice read before its COMMIT would lack it.
 * @returns how many are still there after `msMax`: what they write may be missed, so a sweep is owed.
 */
export async function untilUnseenLeave(database: Database, clock: Clock, signal: AbortSignal, msMax = leaveMsMax): Promise<number> {
	const unseen = await database.connectionIds({ ofThisDatabase: true });
	const until = clock.monotonicUs() + msMax * 1000;
	while (unseen.size > 0 && clock.monotonicUs() < until) {
		await clock.sleep(lookMs, signal);
		const there = await database.connectionIds({ ofThisDatabase: true });
		unseen.forEach((id) => there.has(id) || unseen.delete(id));
	}
	return unseen.size;
}
