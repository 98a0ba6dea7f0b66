import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asBuffer } from '@holdfast/protocol';
import { nameOf } from '../files/paths.ts';
import type { FolderWatching, WatchedFolder } from '../ports/files.ts';

/** Beginning to watch is synchronous in Node: so many at a time, then the rest of the agent has its turn. */
const sliceFolders = 128;

type Outcome = 'begun' | 'gone' | 'refused' | 'full';
type Watch = { watcher: FSWatcher; inode: bigint; device: bigint };

/**
 * Folders watched by inotify. A folder that is removed or moved ends its watch without a word, and another one may get its inode:
 * its last event names the folder itself; then the watch is begun anew.
 */
export class LocalWatching implements FolderWatching {
	readonly #onHint: () => void;
	/** By path as latin1. */
	readonly #watches = new Map<string, Watch>();

	constructor(onHint: () => void) {
		this.#onHint = onHint;
	}

	async set(folders: readonly WatchedFolder[]): Promise<{ begun: number; refused: number }> {
		const wanted = new Map(folders.map((folder) => [asBuffer(folder.path).toString('latin1'), folder]));
		// The old ones end first: a watch of the same inode would go on under its old name.
		for (const [name, { inode, device }] of this.#watches) {
			const folder = wanted.get(name);
			if (folder === undefined || folder.inode !== inode || folder.device !== device) {
				this.#end(name);
			}
		}
		const room = watchesOfSystem();
		const counts = { begun: 0, refused: 0 };
		let isFull = false;
		let inSlice = 0;
		for (const [name, folder] of wanted) {
			if (this.#watches.has(name)) {
				continue;
			}
			isFull ||= this.#watches.size >= room;
			const outcome: Outcome = isFull ? 'full' : this.#begin(name, folder);
			isFull ||= outcome === 'full';
			counts[outcome === 'begun' || outcome === 'gone' ? 'begun' : 'refused']++;
			if (++inSlice % sliceFolders === 0) {
				await nextTurn();
			}
		}
		return counts;
	}

	async close(): Promise<void> {
		for (const name of [...this.#watches.keys()]) { this.#end(name); }
	}

	#begin(name: string, { path, inode, device }: WatchedFolder): Outcome {
		const own = nameOf(path);
		try {
			const watcher = watch(asBuffer(path), { persistent: false, encoding: 'buffer' }, (_event, changed) => {
				if (changed !== null && own.equals(changed) && this.#watches.get(name)?.watcher === watcher) { this.#end(name); }
				this.#onHint();
			});
			watcher.on('error', () => { this.#end(name); });
			this.#watches.set(name, { watcher, inode, device });
			return 'begun';
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			// No watches left, or no instance of inotify: the next ones would fail as well.
			return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : code === 'ENOSPC' || code === 'EMFILE' ? 'full' : 'refused';
		}
	}

	#end(name: string): void {
		this.#watches.get(name)?.watcher.close();
		this.#watches.delete(name);
	}
}

/** Half of what one user may have: the site's other programs need some, too. */
function watchesOfSystem(): number {
	try {
		return Math.floor(Number(readFileSync('/proc/sys/fs/inotify/max_user_watches', 'latin1')) / 2);
	} catch {
		return Infinity;
	}
}

