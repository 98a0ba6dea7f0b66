/** Flags of a commit, FORMAT.md section 8. Unknown ones are kept and ignored. */
export const commitFlags = {
	/** Nothing in it makes a point. */
	quiet: 1,
	imagePart: 2,
	imageComplete: 4,
	named: 8,
	/** Written while a plugin, theme or core was being updated. */
	duringUpdate: 16,
	/** The present before a restore. */
	beforeRestore: 32,
	restored: 64,
	/** Changes before it may be missing from older points. */
	afterGap: 128,
	afterSweep: 256,
} as const;
export type CommitFlag = keyof typeof commitFlags;

export const flagsOf = (...flags: readonly CommitFlag[]): number => flags.reduce((all, flag) => all | commitFlags[flag], 0);
export const hasFlag = (flags: number, flag: CommitFlag): boolean => (flags & commitFlags[flag]) !== 0;
export const flagNames = (flags: number): CommitFlag[] => (Object.keys(commitFlags) as CommitFlag[]).filter((flag) => hasFlag(flags, flag));
