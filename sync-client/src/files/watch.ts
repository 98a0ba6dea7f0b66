import type { Files, FolderWatching, WatchedFolder } from '../ports/files.ts';

/** Folders watched at most: one watch each, about 1.5 KB of memory and 80 µs to begin. What is not watched is found by scans. */
export const watchedFoldersMax = 10_000;
/** Hints are gathered this long, so that a burst is one. */
export const gatherMs = 200;

/**
 * Watches folders as a hint that there is something to scan: of the whole site, so it does not matter which event came. An overflow of
 * the system's queue goes unseen, but the events that filled it are told behind it, and ask for a scan that begins behind it, too.
 * `watch()` after each scan with the folders that it saw replaces what is watched.
 */
export class FolderWatch {
	readonly #files: Files;
	readonly #onHint: () => void;
	#watching: FolderWatching | null = null;
	#timer: NodeJS.Timeout | null = null;
	/** Folders of the site in which changes give no hint. Before the first `watch()` all of them. */
	unwatched = Infinity;

	/** @param onHint something may have changed; at most once in `gatherMs`. */
	constructor(files: Files, onHint: () => void) {
		this.#files = files;
		this.#onHint = onHint;
	}

	/**
	 * True where a folder's watch began only now: what changed in it just before was not seen.
	 * @param folders the most important first. @param more how many there are beside them
	 */
	async watch(folders: readonly WatchedFolder[], more = 0): Promise<boolean> {
		if (!this.#files.can.watch) {
			return false;
		}
		this.#watching ??= this.#files.watch(() => this.#hint());
		const { begun, refused } = await this.#watching.set(folders.slice(0, watchedFoldersMax));
		this.unwatched = refused + more + Math.max(0, folders.length - watchedFoldersMax);
		return begun > 0;
	}

	async close(): Promise<void> {
		await this.#watching?.close();
		if (this.#timer !== null) { clearTimeout(this.#timer); }
	}

	#hint(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			this.#onHint();
		}, gatherMs);
	}
}
