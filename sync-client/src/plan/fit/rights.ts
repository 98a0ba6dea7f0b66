/** Files that the agent's user may not write, and those that will have another owner than they had. */
import { decodeFile, decodeKey, kindRange, type Plan } from '@holdfast/protocol';
import { placeName } from '../../files/collected-files.ts';
import { parentOf } from '../../files/paths.ts';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import { named } from './database.ts';

type Warning = Plan['warnings'][number];
/** Folders that are looked at: more are not listed one by one. */
const foldersMax = 5000;

export async function rightsWarnings({ tree }: LiveSite, store: PlanStore): Promise<Warning[]> {
	const { files, scope: { roots } } = tree;
	const folders = new Map<string, { path: Buffer; name: string; files: number }>();
	const owned: string[] = [];
	const { low, high } = kindRange('file');
	for (const operations of store.range(low, high)) {
		for (const { key, target } of operations) {
			const place = decodeKey(key);
			const absolute = place.kind === 'file' ? roots.absolute(place.root, place.path) : null;
			if (place.kind !== 'file' || absolute === null) { continue; }
			const parent = parentOf(absolute);
			const folder = folders.get(parent.toString('latin1'));
			if (folder !== undefined) { folder.files++; }
			else if (folders.size < foldersMax) { folders.set(parent.toString('latin1'), { path: parent, name: placeName(place.root, parentOf(place.path)), files: 1 }); }
			if (files.can.owner !== null && target !== null && decodeFile(target).uid !== files.can.owner) { owned.push(placeName(place.root, place.path)); }
		}
	}
	const all = [...folders.values()];
	const there = await files.stat(all.map(({ path }) => path)).catch(() => all.map(() => null));
	const existing = all.filter((_one, i) => there[i]?.type === 'folder');
	const may = await files.mayChange(existing.map(({ path }) => path));
	const refused = existing.filter((_one, i) => !may[i]);
	const warnings: Warning[] = [];
	if (refused.length > 0) {
		const count = refused.reduce((sum, one) => sum + one.files, 0);
		warnings.push({ code: 'FILE_RIGHTS', message: `${count} ${count === 1 ? 'file' : 'files'} cannot be changed: the agent's user may not write in ${named(refused.map(({ name }) => name))}.` });
	}
	if (owned.length > 0) { warnings.push({ code: 'FILE_OWNER', message: `${owned.length} ${owned.length === 1 ? 'file' : 'files'} belonged to another user of the server then, and will belong to the agent's: ${named(owned)}.` }); }
	return warnings;
}
