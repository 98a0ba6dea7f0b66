/** Page caches in files: what they hold is of before the restore. They are not backed up, so nothing is lost. */
import { compareBytes } from '@holdfast/protocol';
import { joinPath } from '../files/paths.ts';
import type { SiteTree } from '../files/site-tree.ts';

/** Below the content root; emptied, the folders themselves stay. */
const cacheFolders = ['cache', 'et-cache', 'litespeed', 'wpo-cache', 'endurance-page-cache'];

/** Empties the known cache folders; what cannot be removed is left. @returns how many files went */
export async function emptyPageCaches(tree: SiteTree): Promise<number> {
	const content = tree.scope.roots.place('content');
	if (content === null) { return 0; }
	let removed = 0;
	for (const folder of cacheFolders) { removed += await emptyFolder(tree, joinPath(content.real, Buffer.from(folder))); }
	return removed;
}

async function emptyFolder(tree: SiteTree, folder: Buffer): Promise<number> {
	const { files } = tree;
	const [stat] = await files.stat([folder]);
	// A link is not followed: what lies behind it is not ours to empty.
	if (stat?.type !== 'folder') { return 0; }
	let removed = 0;
	for (const entry of (await files.list(folder).catch(() => null)) ?? []) {
		const path = joinPath(folder, entry.name);
		if (entry.stat?.type === 'folder') { removed += await emptyFolder(tree, path); }
		// A guard against listing stays.
		if (compareBytes(entry.name, Buffer.from('index.php')) === 0 || compareBytes(entry.name, Buffer.from('.htaccess')) === 0) { continue; }
		await files.remove(path).then(() => { removed++; }, () => {});
	}
	return removed;
}
