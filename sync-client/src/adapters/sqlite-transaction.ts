import type { DatabaseSync } from 'node:sqlite';

/** Runs `act` in a transaction. @throws what `act` or the commit threw: nothing of it is written then */
export function inTransaction(database: DatabaseSync, act: () => void): void {
	database.exec('BEGIN');
	try {
		act();
		database.exec('COMMIT');
	} catch (error) {
		try {
			database.exec('ROLLBACK');
		} catch {
			// A full disk has rolled it back already: why counts, not that.
		}
		throw error;
	}
}
