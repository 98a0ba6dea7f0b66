import type { Appender } from '../append/appender.ts';
import type { CommitSink } from '../append/commit-sink.ts';
import type { Collector } from '../collect/collector.ts';
import type { Ledger } from '../intents/ledger.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Database, TableScope } from '../ports/database.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteFiles } from '../ports/site-files.ts';
import type { OpenSorter } from '../ports/sorter.ts';
import type { History } from '../state/history.ts';

/** How far the first backup is: `total` null while unknown; a table's rows are counted as they come, estimated before. */
export type BackupProgress = { step: 'schema' | 'tables' | 'files' | 'finish'; done: number; total: number | null; unit: 'rows' | 'files' | 'tables'; bytes: number };

export type FirstBackupParts = {
	database: Database;
	files: SiteFiles;
	index: IndexStore;
	ledger: Ledger;
	appender: Appender;
	collector: Collector;
	history: History;
	chunks: ChunkSource;
	openSink: () => CommitSink;
	gear: Int32Array;
	openSorter: OpenSorter;
	scope: TableScope;
	isExcluded: (table: string) => boolean;
	siteFact: () => Promise<Buffer>;
	policy: () => Promise<Buffer>;
	clock: Clock;
	random: Random;
	onProgress?: (progress: BackupProgress) => void;
	signal: AbortSignal;
	/** Smaller than the defaults in tests. */
	partBlocksMax?: number;
	sliceBytesMax?: number;
};
