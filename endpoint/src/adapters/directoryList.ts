import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ListedObject, isObjectName, requireObjectName } from '../ports/objects.ts';

/**
 * At most `limit` objects below `root` whose names begin with `prefix` and come after `after`, in byte order.
 * Folders that cannot hold such a name are never read. Whatever has a name that no object can have (temporary files,
 * `lost+found`, an editor's leavings) is passed over, links as well.
 */
export async function listDirectory(root: string, prefix: string, after: string, limit: number): Promise<ListedObject[]> {
	const found: ListedObject[] = [];
	/* Whole parts of the prefix lead to a folder without reading those above it. */
	const start = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
	if (start !== '') requireObjectName(start);
	await walk(root, start, prefix, after, limit, found);
	return found;
}

async function walk(
	root: string,
	folder: string,
	prefix: string,
	after: string,
	limit: number,
	found: ListedObject[],
): Promise<void> {
	for (const { name, isFolder } of await children(root, folder)) {
		if (found.length >= limit) return;
		if (isFolder) {
			const below = `${name}/`;
			const mayMatch = below.startsWith(prefix) || prefix.startsWith(below);
			const mayFollow = below > after || after.startsWith(below);
			if (mayMatch && mayFollow) await walk(root, name, prefix, after, limit, found);
		} else if (name.startsWith(prefix) && name > after) {
			/* Gone between reading the folder and asking for its size: only a deleting program does that. */
			const size = await stat(join(root, name)).then(
				(file) => file.size,
				() => null,
			);
			if (size !== null) found.push({ name, size });
		}
	}
}

interface Child {
	readonly name: string;
	readonly isFolder: boolean;
}

/** What is in a folder, as full names, in the order in which the objects in and below them come. */
async function children(root: string, folder: string): Promise<Child[]> {
	let entries: Dirent[];
	try {
		entries = await readdir(join(root, folder), { withFileTypes: true });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return [];
		throw error;
	}
	return entries
		.filter((entry) => entry.isDirectory() || entry.isFile())
		.map((entry) => ({ name: folder === '' ? entry.name : `${folder}/${entry.name}`, isFolder: entry.isDirectory() }))
		.filter((child) => isObjectName(child.name))
		.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** A folder sorts as its contents do: `a/…` before `a0`, because `/` is below every digit and letter. */
function sortKey(child: Child): string {
	return child.isFolder ? `${child.name}/` : child.name;
}
