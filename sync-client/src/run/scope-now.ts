import { KeyRing, parseRootKey, parseSiteId, type ConnectTest } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import type { Random } from '../ports/clock.ts';
import type { StateFolder } from '../state-folder/state-folder.ts';
import { siteTree, type Site } from './site.ts';

const leftOutShownMax = 100;

/** What would be backed up, and what not: counted on the live site, before anything is paired. */
export async function scopeNow(site: Site, state: StateFolder, random: Random): Promise<ConnectTest['scope']> {
	const { tables } = await site.database.listTables(site.tables);
	// No key is needed to look; the tree wants one to name content, which is not done here.
	const ring = new KeyRing(parseRootKey(random.bytes(32)), parseSiteId('0'.repeat(32)));
	const scan = siteTree(site, state, ring, []).scan();
	let files = 0;
	let fileBytes = 0;
	for await (const batch of scan.run()) {
		for (const { stat } of batch) {
			if (stat.type === 'file') {
				files++;
				fileBytes += stat.size;
			}
		}
	}
	const own = tables.filter((table) => table.kind === 'table' && table.broken === null);
	return {
		tables: own.length,
		rows: own.reduce((sum, table) => sum + table.rowsEstimate, 0),
		files,
		bytes: fileBytes + own.reduce((sum, table) => sum + table.bytesEstimate, 0),
		leftOut: scan.leftOut().slice(0, leftOutShownMax).map((one) => ({ what: placeName(one.root, one.path), why: one.reason.detail })),
	};
}
