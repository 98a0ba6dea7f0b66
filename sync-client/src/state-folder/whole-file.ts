import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole: temporary name beside it, fsync, rename, fsync of the folder. After a crash the file is the old or
 * the new one, never half. Mode 0600.
 */
export async function writeWhole(path: string, content: Uint8Array | string | readonly Uint8Array[]): Promise<void> {
	// A dot and no `.php`: neither a reader of the folder nor a web server takes it for the file itself.
	const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
	try {
		const file = await open(temporary, 'wx', 0o600);
		try {
			for (const part of Array.isArray(content) ? (content as readonly Uint8Array[]) : [content as Uint8Array | string]) {
				await file.writeFile(part);
			}
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
	await syncFolder(dirname(path));
}

/** Makes the names in a folder durable: what was created, renamed or removed in it. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Removes a file durably; nothing there is not an error. */
export async function removeWhole(path: string): Promise<void> {
	await rm(path, { force: true });
	await syncFolder(dirname(path));
}

/** The content, or null where there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | null> {
	try {
		return await readFile(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return null;
		}
		throw error;
	}
}
