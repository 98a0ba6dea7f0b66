/** Names that differ in case only, on a disk that does not tell them apart: only one of them can come back. */
import { decodeKey, kindRange, type FileRoot, type Plan } from '@holdfast/protocol';
import { placeName } from '../../files/collected-files.ts';
import { nameOf, parentOf, joinPath } from '../../files/paths.ts';
import type { Files } from '../../ports/files.ts';
import type { PlanStore } from '../../ports/plan-store.ts';
import type { LiveSite } from '../../sweep/site-comparison.ts';
import { named } from './database.ts';

export async function caseWarnings({ tree }: LiveSite, store: PlanStore): Promise<Plan['warnings']> {
	const clashes = clashesOf(store);
	if (clashes.size === 0) { return []; }
	const found: string[] = [];
	for (const [root, names] of clashes) {
		const place = tree.scope.roots.place(root);
		if (place !== null && (await foldsCase(tree.files, place.real))) { found.push(...names); }
	}
	return found.length === 0 ? [] : [{ code: 'NAMES_DIFFER_IN_CASE', message: `This disk does not tell names apart by their case: of each of these only one can come back: ${named(found)}.` }];
}

/** Paths to come that differ in case only, as `a/B.txt and a/b.txt`, by root. */
function clashesOf(store: PlanStore): Map<FileRoot, string[]> {
	const first = new Map<string, string>();
	const clashes = new Map<FileRoot, string[]>();
	const { low, high } = kindRange('file');
	for (const operations of store.range(low, high)) {
		for (const { key, target } of operations) {
			const place = decodeKey(key);
			if (place.kind !== 'file' || target === null) { continue; }
			const name = placeName(place.root, place.path);
			const folded = name.toLowerCase();
			const other = first.get(folded);
			if (other === undefined) { first.set(folded, name); } else { clashes.set(place.root, [...(clashes.get(place.root) ?? []), `${other} and ${name}`]); }
		}
	}
	return clashes;
}

/** Whether a folder's disk takes `Name` and `nAME` for one: asked of the folder itself, or of one above whose name has letters. Writes nothing. */
export async function foldsCase(files: Pick<Files, 'stat'>, folder: Uint8Array): Promise<boolean> {
	for (let at: Buffer = Buffer.from(folder); at.length > 0; at = parentOf(at)) {
		const name = nameOf(at).toString('latin1');
		const swapped = name.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
		if (swapped === name) { continue; }
		const [own, other] = await files.stat([at, joinPath(parentOf(at), Buffer.from(swapped, 'latin1'))]);
		return own != null && other != null && own.inode === other.inode && own.device === other.device;
	}
	return false;
}
