/**
 * How much room the object store has. A port of its own, so that a test can make a disk full and so that a store
 * without such a bound (a bucket) can say so.
 */
export interface FreeSpace {
	/** Bytes that an unprivileged process could still write; `Number.MAX_SAFE_INTEGER` where there is no bound. */
	freeBytes(): Promise<number>;
}

export const boundlessSpace: FreeSpace = {
	freeBytes: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
};
