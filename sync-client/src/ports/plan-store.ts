/**
 * A plan on local disk: sorted operations, each a key with what is there and what shall be there. Rows have keys under the
 * incarnation of the state that is restored. Durable after `sync`.
 */

/**
 * `live` null: nothing is there. `target` null: nothing shall be. Equal ones (triggers of a table that is made anew) are no change.
 * `staged`: absolute path of the content that waits beside its place. `whole`: the row with its out-of-line columns inside.
 */
export type PlanOperation = { key: Uint8Array; live: Uint8Array | null; target: Uint8Array | null; staged: Uint8Array | null; whole: Uint8Array | null };

/** A table of the plan. `target`: its entry's value in the state; `incarnation` is that one's. `liveIncarnation`: in state(now) when it was compared. */
export type PlanTable = {
	name: string;
	how: 'same' | 'other' | 'liveOnly' | 'stateOnly';
	incarnation: number | null;
	liveIncarnation: number | null;
	target: Uint8Array | null;
};

export interface PlanStore {
	/** Adds or replaces; keeps nothing that was staged for these keys. */
	put(operations: readonly Pick<PlanOperation, 'key' | 'live' | 'target'>[]): void;
	remove(keys: readonly Uint8Array[]): void;
	get(key: Uint8Array): PlanOperation | null;
	/** from ≤ key < to, ascending, in batches bounded in bytes. May be written between two batches. */
	range(from: Uint8Array, to: Uint8Array | null): IterableIterator<PlanOperation[]>;
	/** The same, without the values: for lists of keys. */
	keys(from: Uint8Array, to: Uint8Array | null): IterableIterator<Uint8Array[]>;
	/** Also remembered in waiting(), whatever becomes of the operations. Written before anything is put there. */
	setStaged(staged: readonly { key: Uint8Array; path: Uint8Array }[]): void;
	/** Every path that content was ever staged at and that was not forgotten. */
	waiting(): Uint8Array[];
	forgetWaiting(): void;
	setWhole(key: Uint8Array, whole: Uint8Array): void;
	setTable(table: PlanTable): void;
	tables(): PlanTable[];
	fact(name: string): unknown;
	setFact(name: string, value: unknown): void;
	/** Durable when it returns. */
	sync(): void;
	close(): void;
}

/** Where plans lie: one file each, named by id. */
export interface Plans {
	create(id: string): PlanStore;
	/** Null where there is none. */
	open(id: string): PlanStore | null;
	list(): string[];
	remove(id: string): void;
	/** A store that is gone when it is closed: for verifying. */
	scratch(): PlanStore;
}
