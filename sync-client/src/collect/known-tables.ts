import { decodeKey, decodeTable, kindRange, type Incarnation, type TableValue } from '@holdfast/protocol';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteStates } from '../ports/site-state.ts';

/** Where the first backup, while it is not complete, began: the sequence of its base. A note of the index. */
export const imageBaseNote = 'imageBase';

/** The tables of state(now), and whether state(now) knows all their rows. */
export class KnownTables {
	readonly #index: IndexStore;
	readonly #states: SiteStates;
	#tables: Map<string, TableValue> | null = null;
	#hasImage = false;

	constructor(index: IndexStore, states: SiteStates) {
		this.#index = index;
		this.#states = states;
	}

	/** What was loaded last; null when it has to be read anew. */
	get loaded(): ReadonlyMap<string, TableValue> | null {
		return this.#tables;
	}

	async load(): Promise<Map<string, TableValue>> {
		if (this.#tables === null) {
			this.#tables = new Map();
			if (this.#index.image() === null) {
				// Nothing below the overlay yet: the initial commit wrote every schema there.
				const { low, high } = kindRange('table');
				for (const { keys, values } of this.#index.overlayRange(low, high, 256)) {
					keys.forEach((key, i) => this.#take(key, values[i]!));
				}
			} else {
				const state = await this.#states.now();
				try {
					this.#tables = new Map(await state.tables());
				} finally {
					await state.close();
				}
			}
		}
		return this.#tables;
	}

	#take(key: Uint8Array, value: Uint8Array | null): void {
		const decoded = decodeKey(key);
		if (decoded.kind === 'table' && value !== null) {
			this.#tables!.set(decoded.name, decodeTable(value));
		}
	}

	/** To be read anew: a schema changed, or the index was filled by someone else. */
	forget(): void {
		this.#tables = null;
		this.#hasImage = false;
	}

	/**
	 * Whether state(now) has every row of an incarnation. While the first backup runs only those that a collect began:
	 * the rows of the others lie in slices that no state has yet.
	 */
	isComparable(incarnation: Incarnation): boolean {
		this.#hasImage ||= this.#index.image() !== null;
		if (this.#hasImage) {
			return true;
		}
		const base = this.#index.note(imageBaseNote);
		return typeof base === 'number' && Math.floor(incarnation / 65_536) > base;
	}
}
