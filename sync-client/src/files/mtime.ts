/** What of a modification time survives a restore: runtimes set microseconds, before 1970 milliseconds. */

const floorTo = (value: bigint, unit: bigint): bigint => {
	const rest = value % unit;
	return value - (rest < 0n ? rest + unit : rest);
};

/**
 * Nanoseconds since 1970 cut down to what can be set again. File values hold this, so that a restored file equals its
 * value; the local index compares the whole nanoseconds.
 */
export const settableMtime = (mtimeNs: bigint): bigint => floorTo(mtimeNs, mtimeNs < 0n ? 1_000_000n : 1000n);
