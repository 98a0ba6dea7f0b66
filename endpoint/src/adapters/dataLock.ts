import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Lock } from '../ports/dataDirectory.ts';

/**
 * Locks a data directory for one process. The lock is SQLite's own on a file of its own: the kernel releases it with
 * the process, also after kill -9, so that no stale lock can keep a backup from starting.
 * null where another process, or this one, holds it.
 */
export function lockDataDirectory(folder: string): Lock | null {
	const database = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
	try {
		database.exec('pragma locking_mode = exclusive; begin exclusive;');
	} catch (error) {
		database.close();
		/* SQLITE_BUSY */
		if ((error as { errcode?: unknown }).errcode === 5) return null;
		throw error;
	}
	return { release: () => database.close() };
}
