/** The steps of a restore's journal, by name. Tests kill the agent at each of them; nothing else looks at them. */

/** Each is told when it is done, in this order; before one is after the one above it. */
export const restoreSteps = [
	'begun', 'staged', 'maintenance', 'drained', 'collected', 'folded',
	// From here only forward.
	'decided', 'definitionsDropped', 'schemas', 'rowsDeleted', 'rows', 'counters', 'views', 'database',
	'filesRemoved', 'filesPlaced', 'twins', 'files', 'epoch', 'caches', 'open', 'switched', 'recorded', 'proven', 'unstaged',
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

export type OnStep = (step: RestoreStep) => Promise<void>;
export const noStep: OnStep = async () => {};

/** Steps after which a crash leaves the site as it was. */
export const isBeforeDecided = (step: RestoreStep): boolean => restoreSteps.indexOf(step) < restoreSteps.indexOf('decided');
