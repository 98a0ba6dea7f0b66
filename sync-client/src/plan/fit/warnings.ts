/** What will not fit what is there now: each a sentence with a code (PROTOCOL.md section 8). */
import type { Plan } from '@holdfast/protocol';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { SiteState } from '../../ports/site-state.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import type { Differ } from '../differ.ts';
import type { Chosen } from '../parts.ts';
import { tooSmall, type Disk } from '../room.ts';
import type { Summary } from '../summary.ts';
import { caseWarnings } from './case.ts';
import { foreignPaths, missingDefiners, notKept } from './database.ts';
import { rightsWarnings } from './rights.ts';
import { factThen, missingSoftware, otherDropIns, versionWarnings } from './software.ts';

export type Judged = { site: LiveSite; state: SiteState; store: PlanStore; chosen: Chosen; differ: Differ; summary: Summary; disks: readonly Disk[]; phpNow: string | null };

/** Names of tables and files that are listed one by one. */
const listedMax = 20;
/** What a statement needs beside the row. */
export const packetRoomBytes = 4096;

export async function warningsOf(judged: Judged): Promise<Plan['warnings']> {
	const { site, state, store, chosen, summary, disks, phpNow } = judged;
	const warnings = unplanned(judged);
	const { maxAllowedPacketBytes } = await site.database.identity();
	if (summary.longestRowBytes > maxAllowedPacketBytes - packetRoomBytes) {
		warnings.push({ code: 'ROW_TOO_BIG', message: `A row has ${summary.longestRowBytes} bytes; the database takes ${maxAllowedPacketBytes} (max_allowed_packet).` });
	}
	for (const message of tooSmall(disks)) { warnings.push({ code: 'NO_ROOM', message }); }
	const then = await factThen(state);
	if (summary.empty) { return [...versionWarnings(then, site.tree.scope, null), ...warnings]; }
	return [
		...versionWarnings(then, site.tree.scope, chosen.wholeDatabase || chosen.anyFiles ? phpNow : null), ...warnings,
		...(await missingSoftware(site, store)),
		...(chosen.wholeDatabase || chosen.roots?.has('content') !== false ? await otherDropIns(site, store, state) : []),
		...foreignPaths(site, store, then.abspath), ...(await missingDefiners(site, store)), ...(chosen.wholeDatabase ? await notKept(site) : []),
		...(await rightsWarnings(site, store)), ...(await caseWarnings(site, store)),
	];
}

/** What is not planned although it was chosen. */
function unplanned({ site, differ }: Judged): Plan['warnings'] {
	const { prefix } = site.scope;
	const rows = (count: number, table: string): string => `${count} ${count === 1 ? 'row' : 'rows'} of ${prefix}${table} cannot come back`;
	return [
		...differ.unknownTables.map((name) => ({ code: 'TABLE_UNKNOWN', message: `There is no table ${name}, now or then.` })),
		...differ.otherShape.map((name) => ({ code: 'TABLE_OTHER_SHAPE', message: `Table ${name} had another shape then; it stays as it is now with the orders. The plugin that it belongs to may have to update it again.` })),
		...[...differ.collisions].map(([table, count]) => ({ code: 'ID_TAKEN', message: `${rows(count, table)}: an order or what belongs to it has the same number now, and keeps it.` })),
		...[...differ.taken].map(([table, count]) => ({ code: 'ID_TAKEN', message: `${rows(count, table)}: something else has the same number now, and keeps it.` })),
		...differ.optionsHeld.map((name) => ({ code: 'ID_TAKEN', message: `The option ${name} stays as it is now: another option has the number that it had then.` })),
		...differ.unreadable.slice(0, listedMax).map((path) => ({ code: 'FILE_UNREADABLE', message: `${path} cannot be read now and stays as it is.` })),
	];
}
