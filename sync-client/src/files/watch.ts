import type { Files, PathBytes } from '../ports/files.ts';
import { isWithin } from './paths.ts';

/** Folders watched at most: one watch each. What is not watched is found by scans. */
export const watchedFoldersMax = 4096;
/** Hints are gathered this long, so that a burst is one. */
export const gatherMs = 200;

/**
 * Watches folders as a hint where to look before the next scan. Misses are harmless, overflow goes unseen.
 * `watch()` after each scan with the folders that it saw replaces what is watched.
 */
export class FolderWatch {
	readonly #files: Files;
	readonly #onHint: (folders: PathBytes[]) => void;
	#watching: { close(): Promise<void> } | null = null;
	#watched = '';
	#gathered = new Map<string, PathBytes>();
	#timer: NodeJS.Timeout | null = null;

	/** @param onHint folders in which something may have changed, at most once in `gatherMs`. */
	constructor(files: Files, onHint: (folders: PathBytes[]) => void) {
		this.#files = files;
		this.#onHint = onHint;
	}

	/**
	 * True where a folder's watch began only now: what changed in it just before was not seen.
	 * @param folders in any order. @param ignored places whose changes are our own, e.g. the state folder.
	 */
	async watch(folders: readonly PathBytes[], ignored: readonly Uint8Array[] = []): Promise<boolean> {
		if (!this.#files.can.watch) { return false; }
		const wanted = folders.filter((folder) => !ignored.some((place) => isWithin(folder, place))).slice(0, watchedFoldersMax);
		const names = wanted.map((folder) => Buffer.from(folder).toString('latin1')).join('\0');
		// A folder may be another one under its old name; the new watch begins before the old one ends.
		const before = this.#watching;
		this.#watching = this.#files.watch(wanted, (folder) => this.#hint(folder));
		await before?.close();
		const isNew = names !== this.#watched;
		this.#watched = names;
		return isNew;
	}

	async close(): Promise<void> {
		await this.#watching?.close();
		if (this.#timer !== null) { clearTimeout(this.#timer); }
	}

	#hint(folder: PathBytes): void {
		this.#gathered.set(Buffer.from(folder).toString('latin1'), folder);
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			const folders = [...this.#gathered.values()];
			this.#gathered = new Map();
			this.#onHint(folders);
		}, gatherMs);
	}
}
