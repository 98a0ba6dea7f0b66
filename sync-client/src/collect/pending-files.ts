import { decodeKey, encodeKey, tableKey, type Manifest, type Sequence } from '@holdfast/protocol';
import type { IndexStore } from '../ports/index-store.ts';

const pendingNote = 'pending';
type Pending = NonNullable<Manifest['pending']>[number];

/** Stands for the whole site while a sweep is owed. FORMAT.md section 10. */
const wholeSite = encodeKey({ kind: 'fact', name: 'sweep' }).toString('hex');

type PendingChanges = {
	postponed: readonly { key: Uint8Array; why: string }[];
	settled: Iterable<Uint8Array>;
	tables: { read: readonly string[]; broken: readonly string[] };
	/** Why changes may have been missed; null where none were. */
	missed: string | null;
};

/** What the commits list as not yet exact: kept in the index, so that a later life of the agent finishes it. */
export class PendingKeys {
	readonly #index: IndexStore;
	readonly #pending: Map<string, Pending>;

	constructor(index: IndexStore) {
		this.#index = index;
		const note = index.note(pendingNote);
		this.#pending = new Map((Array.isArray(note) ? (note as Pending[]) : []).map((one) => [one.key, one]));
	}

	get size(): number {
		return this.#pending.size;
	}

	/** Sorted by key, as a manifest lists them. */
	list(): Pending[] {
		return [...this.#pending.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
	}

	/** Whether a comparison is owed: the next one that goes through makes a point that is complete again. */
	get wantsSweep(): boolean {
		return this.#pending.has(wholeSite);
	}

	/** Tables that could not be opened: to be compared as a whole as soon as they can. */
	get tables(): string[] {
		return [...this.#pending.keys()].map((key) => decodeKey(Buffer.from(key, 'hex'))).flatMap((key) => (key.kind === 'table' ? [key.name] : []));
	}

	/**
	 * The pending keys of the next commit, which `settled` leaves out and `postponed` joins; not kept before `take`.
	 * A table's key stands for all of it.
	 */
	next(head: number, { postponed, settled, tables, missed }: PendingChanges): Pending[] {
		const next = new Map(this.#pending);
		next.delete(wholeSite);
		if (missed !== null) {
			next.set(wholeSite, this.#pending.get(wholeSite) ?? { key: wholeSite, exactAt: head as Sequence, why: `Changes may be missing until a full comparison is through, because ${missed}.` });
		}
		for (const key of [...settled, ...tables.read.map(tableKey)]) {
			next.delete(Buffer.from(key).toString('hex'));
		}
		for (const table of tables.broken) {
			const key = tableKey(table).toString('hex');
			next.set(key, this.#pending.get(key) ?? { key, exactAt: head as Sequence, why: `The database cannot open the table ${table}; it has to be repaired.` });
		}
		for (const { key, why } of postponed) {
			const name = Buffer.from(key).toString('hex');
			const exactAt = (this.#index.fileStat(key) === null ? 0 : head) as Sequence;
			next.set(name, this.#pending.get(name) ?? { key: name, exactAt, why });
		}
		return [...next.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
	}

	take(next: readonly Pending[]): void {
		this.#pending.clear();
		next.forEach((one) => this.#pending.set(one.key, one));
		this.#index.setNote(pendingNote, next);
	}
}
