import type { CollectRequest, CollectResult } from '../collect/collector.ts';
import type { WrittenWatch } from '../intents/written-since.ts';
import type { Planner, PlannerParts } from '../plan/planner.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { ErasureOrder } from './erase-again.ts';
import type { RestoreJournal } from './journal.ts';
import type { Rescue } from './maintenance.ts';
import type { TryConfig } from './ready.ts';
import type { Ask } from './answers.ts';
import type { OnStep } from './steps.ts';

/** Runs `work` while nothing else is collected. */
export type Hold = <T>(work: () => Promise<T>) => Promise<T>;

/** What a restore in place stands on. */
export type RestorerParts = PlannerParts & {
	planner: Planner;
	chunks: ChunkSource;
	index: IndexStore;
	journal: RestoreJournal;
	collect: (request: CollectRequest) => Promise<CollectResult>;
	/** Whether requests of the site are still at work: open intents. */
	isBusy: () => Promise<boolean>;
	/** `purged`: page caches of plugins that WordPress had emptied in the first request of this epoch; none where it has not come to it. */
	epoch: { raise: () => Promise<void>; purged: () => Promise<string[]> };
	/** Keeps who writes what, from a moment (wall ms) on. The site says whose code writes from the epoch until `forget`. */
	written: { since: (fromWallMs: number) => WrittenWatch; forget: () => Promise<void> };
	/** Has WordPress erase personal data again. */
	erasures: ErasureOrder;
	/** Home URL as visitors know it; null where it is not known. */
	home: () => string | null;
	ask: Ask;
	rescue?: Rescue;
	tryConfig: TryConfig;
	/** Holds back what else is collected, from the window until the restored site is recorded; left out: nothing else collects. */
	hold?: Hold;
	/** Called at every step: tests stop or kill here. */
	onStep?: OnStep;
};
