import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SiteDatabase } from '../../../dev/site/site.ts';
import { filesBelow, type FileFact } from './files.ts';
import { schemaFacts, type SchemaFact } from './schema.ts';
import { columnsOfTables, dumpTables, type TableDump } from './rows.ts';

/** A site at one moment. Rows lie in sorted files in `folder`, beside the site's own, and go with it; everything else is in memory. */
export interface Snapshot {
	readonly folder: string;
	readonly tables: ReadonlyMap<string, TableDump>;
	readonly schema: ReadonlyMap<string, SchemaFact>;
	readonly files: ReadonlyMap<string, FileFact>;
	forget(): Promise<void>;
}

export interface SnapshotOptions {
	/** Which tables are looked at; all, unless given. */
	readonly tables?: (name: string) => boolean;
	/** Which files and folders are looked at, by path from the site's root; a folder left out is not entered. */
	readonly files?: (path: string) => boolean;
}

export async function snapshotSite(
	site: { root: string; db: SiteDatabase },
	{ tables = () => true, files = () => true }: SnapshotOptions = {},
): Promise<Snapshot> {
	const folder = await mkdtemp(join(dirname(site.root), 'snapshot-'));
	const schema = new Map([...(await schemaFacts(site.db))].filter(([, { table }]) => tables(table)));
	const columns = await columnsOfTables(site.db);
	const wanted = [...schema.values()].filter(({ kind }) => kind === 'table').map(({ table }) => [table, columns.get(table) ?? []] as const);
	return {
		folder,
		tables: await dumpTables(site.db, new Map(wanted), folder),
		schema,
		files: await filesBelow(site.root, files),
		forget: async () => {
			await rm(folder, { recursive: true, force: true });
		},
	};
}
