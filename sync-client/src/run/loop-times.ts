export type LoopTimes = {
	/** How often the log is looked at; fs.watch is only a hint and not needed at this pace. */
	logPollMs: number;
	/** Two commits are at least this far apart: at most four a second. */
	commitGapMsMin: number;
	/** Only open intents and nothing new. */
	openAgainMs: number;
	/** Changes that are all quiet wait this long for a loud one. */
	quietMsMax: number;
	/** Or until so many of them wait, so that neither logs nor what the loop looks at grow without bound; then at this pace. */
	quietChangesMax: number;
	quietGapMsMin: number;
	/** The longest pause between two scans of the files. */
	scanMsMax: number;
	/** After a hint a scan comes this soon, but never takes more than a tenth of the time. */
	scanMsMin: number;
	/** The same where not every folder is watched; it never takes more than a tenth of the time either. */
	scanUnwatchedMs: number;
	/** A full sweep at least this often. */
	sweepMsMax: number;
	/** A table that could not be opened is tried again. */
	brokenAgainMs: number;
	retryMsMin: number;
	retryMsMax: number;
};

export const loopTimes: LoopTimes = {
	logPollMs: 100, commitGapMsMin: 250, openAgainMs: 1_000, quietMsMax: 15 * 60_000, quietChangesMax: 1_000, quietGapMsMin: 5_000, scanMsMax: 5 * 60_000, scanMsMin: 2_000, scanUnwatchedMs: 30_000,
	sweepMsMax: 24 * 3_600_000, brokenAgainMs: 15_000, retryMsMin: 500, retryMsMax: 30_000,
};
