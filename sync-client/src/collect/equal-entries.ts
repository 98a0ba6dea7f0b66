import { asBuffer, compareBytes } from '@holdfast/protocol';
import type { Entries, IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';

/** Keys that are looked up in the image for this: a block each. More are written without asking. */
const lookupsMax = 64;

/**
 * Drops entries that state(now) has already: rows that an open transaction has not changed yet, statements that changed nothing.
 * Cheap or not at all: what the overlay does not know is looked up only for a few keys, and only when the state has them all.
 */
export async function withoutEqual(entries: Entries, index: IndexStore, state: SiteState | null): Promise<Entries> {
	const unknown: number[] = [];
	const drop = new Set<number>();
	for (const [i, key] of entries.keys.entries()) {
		const known = index.overlayGet(key);
		if (known === null) {
			unknown.push(i);
		} else if (isEqual(known.value, entries.values[i]!)) {
			drop.add(i);
		}
	}
	if (state !== null && unknown.length > 0 && unknown.length <= lookupsMax) {
		// The endpoint may be away: then they are written, which is never wrong.
		const found = await state.get(unknown.map((i) => entries.keys[i]!)).catch(() => null);
		for (const [at, i] of unknown.entries()) {
			if (found !== null && isEqual(found[at]!, entries.values[i]!)) {
				drop.add(i);
			}
		}
	}
	if (drop.size === 0) {
		return entries;
	}
	return { keys: entries.keys.filter((_, i) => !drop.has(i)), values: entries.values.filter((_, i) => !drop.has(i)) };
}

const isEqual = (a: Uint8Array | null, b: Uint8Array | null): boolean => (a === null || b === null ? a === b : asBuffer(a).equals(b));

/** Two sorted sets of entries of one snapshot as one; where both have a key they have the same value. */
export function merged(a: Entries, b: Entries): Entries {
	if (b.keys.length === 0) {
		return a;
	}
	const out: Entries = { keys: [], values: [] };
	for (let i = 0, j = 0; i < a.keys.length || j < b.keys.length;) {
		const order = i === a.keys.length ? 1 : j === b.keys.length ? -1 : compareBytes(a.keys[i]!, b.keys[j]!);
		const [from, at] = order <= 0 ? [a, i] : [b, j];
		out.keys.push(from.keys[at]!);
		out.values.push(from.values[at]!);
		i += order <= 0 ? 1 : 0;
		j += order >= 0 ? 1 : 0;
	}
	return out;
}
