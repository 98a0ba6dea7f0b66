import type { Database, Snapshot } from '../ports/database.ts';

/** A snapshot for as long as `use` takes. */
export async function withSnapshot<T>(database: Database, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
	const snapshot = await database.openSnapshot();
	try {
		return await use(snapshot);
	} finally {
		await snapshot.close();
	}
}
