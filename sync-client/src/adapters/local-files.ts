import { constants, statfs, type BigIntStats } from 'node:fs';
import { access, chmod, lchown, link, lstat, lutimes, mkdir, open, readdir, readlink, realpath, rename, rmdir, symlink, unlink, utimes, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { asBuffer, compareBytes } from '@holdfast/protocol';
import type { Files, FilesCan, FileStat, FolderEntry, FolderWatching, PathBytes } from '../ports/files.ts';
import { settableMtime } from '../files/mtime.ts';
import { fileError, isGone } from './file-errors.ts';
import { LocalWatching } from './local-watch.ts';

const readBytesMax = 1024 * 1024;
/** lstat calls in flight: Node has four threads for them. */
const statsAtOnceMax = 32;
/** A folder's listing is held whole; its stats go in slices of this many names. */
const statSliceNames = 512;

/** The site's files on this machine. Paths are raw bytes throughout; links are never followed at the last part. */
export class LocalFiles implements Files {
	readonly can: FilesCan = { atomicRename: true, fsync: true, watch: true, ownership: process.getuid?.() === 0, owner: process.getuid?.() || null };

	async stat(paths: readonly PathBytes[]): Promise<(FileStat | null)[]> {
		const stats: (FileStat | null)[] = [];
		for (let at = 0; at < paths.length; at += statsAtOnceMax) {
			stats.push(...(await Promise.all(paths.slice(at, at + statsAtOnceMax).map(statOf))));
		}
		return stats;
	}

	async list(folder: PathBytes): Promise<FolderEntry[] | null> {
		let names: Buffer[];
		try {
			names = await readdir(asBuffer(folder), { encoding: 'buffer' });
		} catch (error) {
			if (isGone(error)) { return null; }
			throw fileError(error, folder, 'FILE_UNREADABLE');
		}
		names.sort(compareBytes);
		const entries: FolderEntry[] = [];
		for (let at = 0; at < names.length; at += statSliceNames) {
			const slice = names.slice(at, at + statSliceNames);
			const stats = await Promise.all(slice.map((name) => statOf(joined(folder, name)).catch(() => null)));
			slice.forEach((name, i) => entries.push({ name, stat: stats[i]! }));
		}
		return entries;
	}

	async readLink(path: PathBytes): Promise<Uint8Array> {
		try {
			return await readlink(asBuffer(path), { encoding: 'buffer' });
		} catch (error) {
			throw fileError(error, path, 'FILE_UNREADABLE');
		}
	}

	async realPath(path: PathBytes): Promise<PathBytes | null> {
		try {
			return await realpath(asBuffer(path), { encoding: 'buffer' });
		} catch (error) {
			if (isGone(error)) { return null; }
			throw fileError(error, path, 'FILE_UNREADABLE');
		}
	}

	async *read(path: PathBytes): AsyncGenerator<Uint8Array> {
		// O_NONBLOCK: a fifo that took the file's place must not hold the agent.
		const file = await this.#open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK, 'FILE_UNREADABLE');
		try {
			const stat = await file.stat();
			if (!stat.isFile()) { throw fileError({ code: 'ENOTFILE' }, path, 'FILE_UNREADABLE'); }
			for (let left = stat.size; ;) {
				const piece = Buffer.allocUnsafe(Math.min(readBytesMax, Math.max(left, 0) + 1));
				const { bytesRead } = await file.read(piece, 0, piece.length, null).catch((error: unknown) => { throw fileError(error, path, 'FILE_UNREADABLE'); });
				if (bytesRead === 0) { return; }
				left -= bytesRead;
				yield piece.subarray(0, bytesRead);
			}
		} finally {
			await file.close();
		}
	}

	async create(path: PathBytes, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mode: number): Promise<void> {
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
		const file = await this.#open(path, flags, 'FILE_UNWRITABLE', 0o600);
		try {
			try {
				for await (const piece of content) {
					await file.writeFile(piece);
				}
				await file.chmod(mode);
				await file.sync();
			} finally {
				await file.close();
			}
		} catch (error) {
			await unlink(asBuffer(path)).catch(() => {});
			throw fileError(error, path, 'FILE_UNWRITABLE');
		}
	}

	async makeFolder(path: PathBytes, mode: number): Promise<void> {
		await writing(path, async () => {
			await mkdir(asBuffer(path), { mode });
			await chmod(asBuffer(path), mode);
		});
	}

	makeLink(path: PathBytes, target: Uint8Array): Promise<void> {
		return writing(path, () => symlink(asBuffer(target), asBuffer(path)));
	}

	linkHard(existing: PathBytes, path: PathBytes): Promise<void> {
		return writing(path, () => link(asBuffer(existing), asBuffer(path)));
	}

	replace(from: PathBytes, to: PathBytes): Promise<void> {
		return writing(to, () => rename(asBuffer(from), asBuffer(to)));
	}

	async remove(path: PathBytes): Promise<void> {
		const bytes = asBuffer(path);
		await writing(path, async () => {
			try {
				await unlink(bytes);
			} catch (error) {
				if (isGone(error)) { return; }
				// Linux says EISDIR, POSIX and macOS EPERM.
				const { code } = error as NodeJS.ErrnoException;
				if (code !== 'EISDIR' && code !== 'EPERM') { throw error; }
				await rmdir(bytes).catch((inner: unknown) => { if (!isGone(inner)) { throw inner; } });
			}
		});
	}

	async setAttributes(path: PathBytes, attributes: { mode?: number; uid?: number; gid?: number; mtimeNs?: bigint }): Promise<void> {
		const bytes = asBuffer(path);
		await writing(path, async () => {
			const isLink = (await lstat(bytes)).isSymbolicLink();
			if (attributes.uid !== undefined || attributes.gid !== undefined) {
				await lchown(bytes, attributes.uid ?? -1, attributes.gid ?? -1);
			}
			// After chown, which takes setuid bits away. A link has no mode of its own.
			if (attributes.mode !== undefined && !isLink) { await chmod(bytes, attributes.mode); }
			if (attributes.mtimeNs !== undefined) {
				const time = settableTime(attributes.mtimeNs);
				await (isLink ? lutimes : utimes)(bytes, time, time);
			}
		});
	}

	async sync(folder: PathBytes): Promise<void> {
		const handle = await this.#open(folder, constants.O_RDONLY | constants.O_DIRECTORY, 'FILE_UNWRITABLE');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}

	async freeBytes(folder: PathBytes): Promise<number> {
		const { bavail, bsize } = await promisify(statfs)(asBuffer(folder));
		return bavail * bsize;
	}

	async mayChange(folders: readonly PathBytes[]): Promise<boolean[]> {
		return Promise.all(folders.map((folder) => access(asBuffer(folder), constants.W_OK | constants.X_OK).then(() => true, () => false)));
	}

	watch(onHint: () => void): FolderWatching {
		return new LocalWatching(onHint);
	}

	async #open(path: PathBytes, flags: number, refusal: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE', mode?: number): Promise<FileHandle> {
		try {
			return await open(asBuffer(path), flags, mode);
		} catch (error) {
			throw fileError(error, path, refusal);
		}
	}
}

/** Of a file, folder or link itself; null where there is none. @throws FILE_UNREADABLE where the folder above may not be entered */
async function statOf(path: PathBytes): Promise<FileStat | null> {
	try {
		return plainStat(await lstat(asBuffer(path), { bigint: true }));
	} catch (error) {
		if (isGone(error)) { return null; }
		throw fileError(error, path, 'FILE_UNREADABLE');
	}
}

function plainStat(stat: BigIntStats): FileStat {
	return {
		type: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other',
		mode: Number(stat.mode) & 0o7777, uid: Number(stat.uid), gid: Number(stat.gid), size: Number(stat.size),
		mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs, inode: stat.ino, device: stat.dev, links: Number(stat.nlink),
	};
}

/**
 * What utimes() takes: a double of seconds, of which microseconds are kept; half of one is added so that what is kept, cut
 * down, is what was asked for. Before 1970 Node takes a number for "now", so a Date, which has milliseconds.
 */
function settableTime(mtimeNs: bigint): number | Date {
	const microseconds = Number(settableMtime(mtimeNs) / 1000n);
	return microseconds < 0 ? new Date(microseconds / 1000) : (microseconds + 0.5) / 1e6;
}

async function writing(path: PathBytes, act: () => Promise<void>): Promise<void> {
	try {
		await act();
	} catch (error) {
		throw fileError(error, path, 'FILE_UNWRITABLE');
	}
}

const joined = (folder: PathBytes, name: Uint8Array): Buffer => Buffer.concat([folder, slash, name]);
const slash = Buffer.from('/');
