import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, link, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
	type Creation,
	type ListedObject,
	type ObjectStore,
	ObjectTooLargeError,
	type StagedObject,
	requireObjectName,
} from '../ports/objects.ts';
import { listDirectory } from './directoryList.ts';
import { ignore, isCode, readExactly, syncFolder, writeAll } from './files.ts';

/* The object store in a directory of a local file system that has hard links and an fsync that means it.

     create:  .tmp/<random>  write, fsync  ──link()──>  <name>  ──unlink tmp, fsync folder──>  durable
                                              │
                                              └─ fails if the name exists: that is create-if-absent

   link() rather than rename(), because rename() replaces. Names cannot hold a dot, so `.tmp` is never an object. */

const temporaryFolder = '.tmp';

export interface DirectoryObjects extends ObjectStore {
	/** Temporary files of a dead process that were removed when the store was opened. */
	readonly staleRemoved: number;
}

/**
 * Opens a store, and makes the folder where there is none. With `clean` (only for the process that holds the lock of
 * the data directory) temporary files that a dead process left are removed.
 */
export async function openDirectoryObjects(root: string, { clean }: { clean: boolean }): Promise<DirectoryObjects> {
	const temporary = join(root, temporaryFolder);
	await mkdir(temporary, { recursive: true, mode: 0o700 });
	await syncFolder(join(root, '..'));
	let staleRemoved = 0;
	if (clean) {
		for (const name of await readdir(temporary)) {
			await unlink(join(temporary, name));
			staleRemoved++;
		}
	}
	await syncFolder(root);
	return directoryObjects(root, temporary, staleRemoved);
}

function directoryObjects(root: string, temporary: string, staleRemoved: number): DirectoryObjects {
	/** Folders whose own names are durable: made, and their parent synced, once per process. */
	const folders = new Map<string, Promise<void>>();

	const folderOf = (name: string): string => join(root, name, '..');

	/* The promise is kept, not a flag: a second creator must not reply before the first one's fsync of the parent. */
	function ensureFolder(folder: string): Promise<void> {
		if (folder === root) return Promise.resolve();
		let made = folders.get(folder);
		if (made === undefined) {
			made = (async () => {
				await ensureFolder(join(folder, '..'));
				await mkdir(folder, { mode: 0o700 }).catch(ignore('EEXIST'));
				await syncFolder(join(folder, '..'));
			})();
			made.catch(() => folders.delete(folder));
			folders.set(folder, made);
		}
		return made;
	}

	async function publish(path: string, name: string): Promise<Creation> {
		await ensureFolder(folderOf(name));
		let creation: Creation = 'created';
		try {
			await link(path, join(root, name));
		} catch (error) {
			if (!isCode(error, 'EEXIST')) throw error;
			creation = 'exists';
		}
		await unlink(path);
		/* Also where it existed: its creator may have died between link() and fsync. */
		await syncFolder(folderOf(name));
		return creation;
	}

	async function stage(): Promise<StagedObject> {
		const path = join(temporary, randomBytes(12).toString('hex'));
		const file = await open(path, 'wx+', 0o600);
		let open_ = true;
		const discard = async (): Promise<void> => {
			if (!open_) return;
			open_ = false;
			await file.close();
			await unlink(path).catch(ignore('ENOENT'));
		};
		return {
			write: (offset, bytes) => writeAll(file, offset, bytes),
			read: async (offset, length) => {
				const bytes = await readExactly(file, offset, length);
				if (bytes === null) throw new RangeError(`Staged object ends before ${offset} + ${length}`);
				return bytes;
			},
			publish: async (name) => {
				try {
					requireObjectName(name);
					await file.sync();
					const creation = await publish(path, name);
					open_ = false;
					await file.close();
					return creation;
				} catch (error) {
					await discard();
					throw error;
				}
			},
			discard,
		};
	}

	return {
		staleRemoved,
		stage,
		create: async (name, bytes) => {
			requireObjectName(name);
			const staged = await stage();
			try {
				await staged.write(0, bytes);
			} catch (error) {
				await staged.discard();
				throw error;
			}
			return staged.publish(name);
		},
		read: (name, bytesMax) =>
			withFile(root, name, async (file) => {
				const { size } = await file.stat();
				if (size > bytesMax) throw new ObjectTooLargeError(name, size, bytesMax);
				return readExactly(file, 0, size);
			}),
		readRange: (name, offset, length) => withFile(root, name, (file) => readExactly(file, offset, length)),
		size: (name) => withFile(root, name, async (file) => (await file.stat()).size),
		list: (prefix, after, limit): Promise<ListedObject[]> => listDirectory(root, prefix, after, limit),
		settle: async (name) => {
			requireObjectName(name);
			await ensureFolder(folderOf(name));
			await syncFolder(folderOf(name));
		},
		close: () => Promise.resolve(),
	};
}

/** Runs `use` on the object's file, closed afterwards; null where there is none. O_NOFOLLOW: an object is never a link. */
async function withFile<T>(root: string, name: string, use: (file: FileHandle) => Promise<T>): Promise<T | null> {
	requireObjectName(name);
	let file: FileHandle;
	try {
		file = await open(join(root, name), constants.O_RDONLY | constants.O_NOFOLLOW);
	} catch (error) {
		if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
		throw error;
	}
	try {
		if (!(await file.stat()).isFile()) return null;
		return await use(file);
	} finally {
		await file.close();
	}
}
