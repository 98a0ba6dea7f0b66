/** After a restore: the personal data that were erased since the point are erased again, by WordPress. */
import type { RestoreResult } from '@holdfast/protocol';
import type { Erasure } from '../plan/erasures.ts';
import type { Clock } from '../ports/clock.ts';
import type { Erasures } from '../state-folder/erasures.ts';

/** How long WordPress is waited for; what it has not done by then it does at a later request. */
const eraseMsMax = 20_000;
const pauseMs = 200;

/** The order to WordPress. All may be called twice. */
export type ErasureOrder = { order: (people: Erasure[]) => Promise<void>; read: () => Promise<Erasures | null>; forget: () => Promise<void> };

/** @param isAwake whether WordPress was reached at all: else nobody is waited for */
export async function awaitErasures(people: readonly Erasure[], { order, clock, isAwake }: { order: ErasureOrder; clock: Clock; isAwake: boolean }): Promise<NonNullable<RestoreResult['erased']>> {
	if (people.length === 0) { return []; }
	const until = clock.monotonicUs() + eraseMsMax * 1000;
	for (;;) {
		const done = new Map(((await order.read())?.done ?? []).map((one) => [one.email, one]));
		const isOver = people.every(({ email }) => done.has(email));
		if (isOver) { await order.forget(); }
		if (isOver || !isAwake || clock.monotonicUs() > until) {
			return people.map(({ email, at }) => ({ email, at, done: done.has(email), messages: done.get(email)?.messages ?? [] }));
		}
		await clock.sleep(pauseMs);
	}
}
