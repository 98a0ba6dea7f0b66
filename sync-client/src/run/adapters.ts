import type { OpenEndpoint } from '../pairing/connection-test.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Files } from '../ports/files.ts';
import type { IndexStore, ScratchOverlay } from '../ports/index-store.ts';
import type { Plans } from '../ports/plan-store.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import type { TimelineStore } from '../ports/timeline-store.ts';
import type { OnStep } from '../restore/steps.ts';
import type { Ask } from '../restore/answers.ts';
import type { ConnectInfo } from '../settings/connect-options.ts';

/** What the agent stands on. Only main.ts knows which classes these are; over SSH or a bridge they would be others. */
export type AgentAdapters = {
	openEndpoint: OpenEndpoint;
	/** Tries the ways in order. @throws DB_UNREACHABLE, DB_LOGIN_REFUSED, DB_UNKNOWN_DATABASE, DB_TLS */
	openDatabase(ways: readonly ConnectInfo[]): Promise<Database>;
	files: Files;
	openIndex(path: string): IndexStore;
	/** An overlay in a temporary file at this path. */
	openScratch(path: string): ScratchOverlay;
	/** Sorters that spill into this folder. */
	sorters(folder: string): OpenSorter;
	openTimelineStore(path: string): TimelineStore;
	openPlans(folder: string): Plans;
	/** For as long as this process lives, or until it is released; null where another process holds it. */
	lockFile(path: string): { release(): void } | null;
	ask: Ask;
	/** Told at every step of a restore: for tests that kill the agent there. */
	onRestoreStep?: OnStep;
	clock: Clock;
	random: Random;
};
