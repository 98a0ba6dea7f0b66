import type { ChunkId } from '@holdfast/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { ChunkObject, ChunkPlace, IndexedChunk } from '../ports/catalog.ts';
import { chunkObjectKey, parseChunkObjectKey } from './chunkObjectKey.ts';
import type { CatalogTables } from './sqliteSchema.ts';

/* The chunk index of the SQLite catalog: the one table with millions of rows. `site` is the number of the site's row. */

export type Db = Kysely<CatalogTables> | Transaction<CatalogTables>;

/** Rows per statement: SQLite takes at most 32,766 parameters; between statements other requests get their turn. */
const rowsPerStatement = 500;

export async function addChunks(db: Db, site: number, object: ChunkObject, chunks: readonly IndexedChunk[]): Promise<void> {
	const key = chunkObjectKey(object);
	for (const some of slices(chunks)) {
		await db
			.insertInto('chunks')
			.values(some.map(({ id, offset, length }) => ({ site, id: Buffer.from(id, 'hex'), object: key, offset, length })))
			.onConflict((conflict) => conflict.doNothing())
			.execute();
		await turn();
	}
}

/** Ids that are in no object, in the order asked, each once. */
export async function missingChunks(db: Db, site: number, ids: readonly ChunkId[]): Promise<ChunkId[]> {
	const missing: ChunkId[] = [];
	for (const some of slices([...new Set(ids)])) {
		const keys = some.map((id) => Buffer.from(id, 'hex'));
		const rows = await db.selectFrom('chunks').select('id').where('site', '=', site).where('id', 'in', keys).execute();
		const live = new Set(rows.map((row) => Buffer.from(row.id).toString('hex')));
		missing.push(...some.filter((id) => !live.has(id)));
		await turn();
	}
	return missing;
}

/** Of several places of a chunk the one whose object sorts first. */
export async function placesOf(db: Db, site: number, ids: readonly ChunkId[]): Promise<Map<ChunkId, ChunkPlace>> {
	const places = new Map<ChunkId, ChunkPlace>();
	for (const some of slices([...new Set(ids)])) {
		const keys = some.map((id) => Buffer.from(id, 'hex'));
		const rows = await db
			.selectFrom('chunks')
			.selectAll()
			.where('site', '=', site)
			.where('id', 'in', keys)
			.orderBy('id')
			.orderBy('object')
			.execute();
		for (const { id, object, offset, length } of rows) {
			const key = Buffer.from(id).toString('hex') as ChunkId;
			if (!places.has(key)) places.set(key, { object: parseChunkObjectKey(object), offset, length });
		}
		await turn();
	}
	return places;
}

function* slices<T>(all: readonly T[]): Generator<T[]> {
	for (let from = 0; from < all.length; from += rowsPerStatement) yield all.slice(from, from + rowsPerStatement);
}

/** node:sqlite is synchronous: lets other requests have their turn between two statements. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}
