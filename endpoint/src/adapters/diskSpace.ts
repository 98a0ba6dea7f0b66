import { statfs } from 'node:fs/promises';
import type { FreeSpace } from '../ports/space.ts';

/** Free space of the file system that holds `path`. */
export function diskSpace(path: string): FreeSpace {
	return {
		freeBytes: async () => {
			const { bavail, bsize } = await statfs(path);
			return bavail * bsize;
		},
	};
}
