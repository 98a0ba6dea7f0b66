import { access, constants, type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/* What adapters on a local file system share. */

/** A write may be short (a full disk, a signal): goes on until all is written or it throws. */
export async function writeAll(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
	for (let done = 0; done < bytes.byteLength;) {
		const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, offset + done);
		done += bytesWritten;
	}
}

/** Null where the file ends before that. */
export async function readExactly(file: FileHandle, offset: number, length: number): Promise<Uint8Array | null> {
	/* The size first: a length that a damaged object claims must not decide how much memory is taken. */
	if (offset + length > (await file.stat()).size) return null;
	const bytes = new Uint8Array(length);
	for (let done = 0; done < length;) {
		const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
		if (bytesRead === 0) return null;
		done += bytesRead;
	}
	return bytes;
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** By its code and not its class: tests run in a realm of their own, with another Error. */
export function isCode(error: unknown, code: string): boolean {
	return (error as { code?: unknown } | null)?.code === code;
}

/** For `catch`: passes over errors with this code, throws all others again. */
export function ignore(code: string): (error: unknown) => void {
	return (error) => {
		if (!isCode(error, code)) throw error;
	};
}

/** Whether there is something at this path; also true where that cannot be found out. */
export async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		(error: unknown) => !isCode(error, 'ENOENT'),
	);
}

/** With its parents, for this user only. */
export async function makeFolder(path: string): Promise<void> {
	await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Writes a small file so that it is whole or as it was before: temporary name, fsync, rename, fsync of the folder. */
export async function writeWhole(path: string, text: string): Promise<void> {
	const temporary = `${path}.${process.pid}`;
	const file = await open(temporary, 'w', 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
	await syncFolder(dirname(path));
}
