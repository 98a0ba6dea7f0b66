import { compareBytes, type FileRoot } from '@holdfast/protocol';
import type { FileStat } from '../ports/files.ts';

/** Files with more than one name beyond this are taken for separate ones: correct, only stored as names of their own. */
export const hardLinksMax = 50_000;

/** Which names are one file: by device and inode, within a root. A scan fills it; single looks ask it. */
export class HardLinks {
	readonly #first = new Map<string, Buffer>();

	add(root: FileRoot, path: Buffer, stat: FileStat): void {
		const name = groupName(root, stat);
		const known = this.#first.get(name);
		if (known !== undefined ? compareBytes(path, known) < 0 : this.#first.size < hardLinksMax) { this.#first.set(name, path); }
	}

	/** The path of the group's first file in key order, its own where no other is known; null for a file with one name. */
	groupOf(root: FileRoot, path: Buffer, stat: FileStat): Buffer | null {
		return stat.type === 'file' && stat.links > 1 ? this.#first.get(groupName(root, stat)) ?? path : null;
	}
}

const groupName = (root: FileRoot, stat: FileStat): string => `${root} ${stat.device} ${stat.inode}`;
