/** Index of a root in a file's key: FORMAT.md section 2. */
export type RootNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** What `lstat` says, without the runtime's own objects. Times in nanoseconds since 1970. */
export type FileStat = {
	type: 'file' | 'folder' | 'link' | 'other';
	mode: number; uid: number; gid: number; size: number;
	mtimeNs: bigint; ctimeNs: bigint; inode: bigint; device: bigint; links: number;
};

/**
 * What the file system under the port can do: a remote one may have none of it.
 * @property owner user id of what is written where ownership cannot be set; null where it can, or where it is not known.
 */
export type FilesCan = { atomicRename: boolean; fsync: boolean; watch: boolean; ownership: boolean; owner: number | null };

/** Absolute paths as raw bytes: names need not be valid UTF-8. */
export type PathBytes = Uint8Array;

/** One listed name with its stat; `stat` null where it vanished or cannot be read. */
export type FolderEntry = { name: Uint8Array; stat: FileStat | null };

/** A folder to watch: its place, and which folder it is. */
export type WatchedFolder = { path: PathBytes; inode: bigint; device: bigint };

export interface FolderWatching {
	/**
	 * Watches exactly these folders, the first ones where not all can be. May be called again, not twice at a time.
	 * `begun`: watched only from now on, or gone. `refused`: not watched, for the system's limit or for lack of rights.
	 */
	set(folders: readonly WatchedFolder[]): Promise<{ begun: number; refused: number }>;
	close(): Promise<void>;
}

/**
 * The site's files. Batched and asynchronous; no descriptors or Stat objects leave it.
 * Reads may be repeated. Writes are not atomic but for `replace`, which is where `can.atomicRename`.
 */
export interface Files {
	readonly can: FilesCan;
	stat(paths: readonly PathBytes[]): Promise<(FileStat | null)[]>;
	/** Names in byte order. Rejects with FILE_UNREADABLE; resolves null where the folder is gone. */
	list(folder: PathBytes): Promise<FolderEntry[] | null>;
	readLink(path: PathBytes): Promise<Uint8Array>;
	/** The real path of a folder (links resolved), null where it dangles. */
	realPath(path: PathBytes): Promise<PathBytes | null>;
	/** Content in pieces of at most 1 MiB, opened without following a link at the last part. */
	read(path: PathBytes): AsyncIterable<Uint8Array>;
	/** Writes a new file beside others, fsynced, never over an existing one. */
	create(path: PathBytes, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mode: number): Promise<void>;
	makeFolder(path: PathBytes, mode: number): Promise<void>;
	makeLink(path: PathBytes, target: Uint8Array): Promise<void>;
	linkHard(existing: PathBytes, path: PathBytes): Promise<void>;
	/** Renames over `to`; durable after `sync(parent)`. */
	replace(from: PathBytes, to: PathBytes): Promise<void>;
	/** Removes a file, link or empty folder; nothing there is not an error. */
	remove(path: PathBytes): Promise<void>;
	setAttributes(path: PathBytes, attributes: { mode?: number; uid?: number; gid?: number; mtimeNs?: bigint }): Promise<void>;
	sync(folder: PathBytes): Promise<void>;
	freeBytes(folder: PathBytes): Promise<number>;
	/** Whether names in these folders may be made, replaced and removed. A folder that is not there: false. */
	mayChange(folders: readonly PathBytes[]): Promise<boolean[]>;
	/** A hint only: something may have changed in a folder that is watched. Overflow is not seen, so nothing rests on it. */
	watch(onHint: () => void): FolderWatching;
}
