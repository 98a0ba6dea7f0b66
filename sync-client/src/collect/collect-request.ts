import type { Activity, Manifest, Position } from '@holdfast/protocol';
import type { Appender } from '../append/appender.ts';
import type { CommitSink } from '../append/commit-sink.ts';
import type { Ledger } from '../intents/ledger.ts';
import type { LogFolder } from '../intents/log-folder.ts';
import type { Named } from '../intents/named.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, TableScope } from '../ports/database.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteFiles } from '../ports/site-files.ts';
import type { SiteStates } from '../ports/site-state.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import type { LiveLimits } from './rows-step.ts';

/** What a collect may be asked for beside what the log says. */
export type CollectRequest = {
	/** Also to be read: from sweep, scan, restore. Tables named whole here are read at once, however large. */
	extra?: Named;
	/** The same for what makes no point by itself. */
	quiet?: Named;
	/** Flags of the commit, beside those that follow from its content. */
	flags?: number;
	/** Members of the manifest: name, pinned, by, image, restore, gap. */
	manifest?: Partial<Pick<Manifest, 'name' | 'pinned' | 'by' | 'image' | 'restore' | 'gap'>>;
	activities?: readonly Activity[];
	/** A commit even where nothing changed; `quiet`: one that makes no point by itself. */
	always?: 'point' | 'quiet';
	/** The last collect of a sweep: what it compared is exact now. */
	sweepsAll?: boolean;
	/** Long tables are compared in this collect, too, and not beside the loop: for a point that a person relies on. */
	tablesNow?: boolean;
	/** The last collect of a scan of all files: what was postponed before it began and was not again is exact now. */
	scanned?: boolean;
	/** The last collect of the comparison of these tables. */
	compared?: readonly string[];
	/** Large files: read now, or upload ahead and join a later commit (the default). */
	largeFiles?: 'now' | 'later';
};

export type CollectResult = {
	/** The head after it. */
	position: Position;
	/** Whether there was a commit. */
	committed: boolean;
	/** The database's clock at the snapshot, ms since 1970: everything committed before is at the endpoint now. */
	snapshotAt: number;
	counts: Manifest['counts'];
	/** Intents that were forgotten. */
	forgotten: number;
	/** Keys of files that are to be uploaded ahead. */
	postponed: Uint8Array[];
	/** Keys of files that changed while they were read: to be looked at again. */
	unstable: Uint8Array[];
	/** More files have changed than a collect reads: to be found by a scan. */
	wantsScan: boolean;
};

export type CollectorParts = {
	database: Database;
	files: SiteFiles;
	log: LogFolder;
	ledger: Ledger;
	index: IndexStore;
	states: SiteStates;
	appender: Appender;
	/** A sink for one commit. */
	openSink: () => CommitSink;
	gear: Int32Array;
	openSorter: OpenSorter;
	/** Tables of the site; `isExcluded` by the admin's policy. */
	scope: TableScope;
	isExcluded?: (table: string) => boolean;
	charset: string;
	/** The fact `site` as JSON. */
	siteFact: () => Promise<Buffer>;
	clock: Clock;
	/** A layout is not what was known: what PHP remembers of tables is void. PROTOCOL.md section 1. */
	onSchemaChanged?: () => Promise<void>;
	/**
	 * Why a sweep is owed (`sweepsAll`: another one than that which ends now): while it is, changes may have been missed, and no
	 * point is complete. Asked after step (c).
	 */
	sweepOwed?: (sweepsAll: boolean) => Promise<string | null>;
	/** A log asked for a sweep: to be remembered durably. */
	onSweepWanted?: (why: string) => Promise<void>;
	/** Whether WordPress says that it is being updated, beside what requests said: asked before and after the reading. */
	isUpdating?: () => Promise<boolean>;
	limits?: LiveLimits;
};
