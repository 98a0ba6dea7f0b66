import { DatabaseSync } from 'node:sqlite';

const busy = 5;

/**
 * Locks a file for this process: SQLite's own lock, which the kernel releases with the process, also after kill -9.
 * Null where another process, or this one, holds it.
 */
export function lockFile(path: string): { release(): void } | null {
	const database = new DatabaseSync(path, { timeout: 0 });
	try {
		database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
	} catch (error) {
		database.close();
		if ((error as { errcode?: unknown }).errcode === busy) {
			return null;
		}
		throw error;
	}
	return { release: () => database.close() };
}
