import { DatabaseSync } from 'node:sqlite';
import type { Point } from '@holdfast/protocol';
import type { TimelineStore } from '../ports/timeline-store.ts';
import { inTransaction } from './sqlite-transaction.ts';

/** Raised when the table or the shape of a Point changes: an older file is emptied and filled again from the endpoint. */
const schemaVersion = 1;

const schema = `
	CREATE TABLE IF NOT EXISTS point (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
	CREATE INDEX IF NOT EXISTS point_at ON point (at);
	CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/** @param path  File in the state folder, or `:memory:`. */
export function openTimelineStore(path: string): TimelineStore {
	const database = new DatabaseSync(path);
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
	const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
	if (version !== schemaVersion) {
		database.exec(`DROP TABLE IF EXISTS point; DROP TABLE IF EXISTS fact; PRAGMA user_version = ${schemaVersion};`);
	}
	database.exec(schema);

	const fact = database.prepare('SELECT value FROM fact WHERE name = ?');
	const setFact = database.prepare('INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
	const insert = database.prepare('INSERT OR REPLACE INTO point (seq, at, json) VALUES (?, ?, ?)');
	const list = database.prepare('SELECT json FROM point WHERE seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?');
	const get = database.prepare('SELECT json FROM point WHERE seq = ?');
	const first = database.prepare('SELECT json FROM point WHERE seq >= ? ORDER BY seq LIMIT 1');
	const lastAt = database.prepare('SELECT json FROM point WHERE at <= ? AND seq >= ? ORDER BY seq DESC LIMIT 1');
	const factOf = (name: string) => (fact.get(name) as { value: number } | undefined)?.value ?? null;
	const pointIn = (row: unknown) => (row === undefined ? null : JSON.parse((row as { json: string }).json) as Point);

	return {
		reached: () => factOf('reached') ?? 0,
		firstExact: () => factOf('firstExact'),
		add(reached, points, exactFrom) {
			inTransaction(database, () => {
				for (const point of points) {
					insert.run(point.seq, point.at, JSON.stringify(point));
				}
				if (exactFrom !== null && factOf('firstExact') === null) {
					setFact.run('firstExact', exactFrom);
				}
				setFact.run('reached', reached);
			});
		},
		list: (from, before, limit) => list.all(from, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => pointIn(row)!),
		first: (from) => pointIn(first.get(from)),
		get: (seq) => pointIn(get.get(seq)),
		lastAt: (at, from) => pointIn(lastAt.get(at, from)),
		clear: () => database.exec('DELETE FROM point; DELETE FROM fact;'),
		close: () => database.close(),
	};
}
