import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from '@jest/globals';
import type { Catalog } from '../ports/catalog.ts';
import { catalogContract } from './catalog.contract.ts';
import { memoryCatalog } from './memoryCatalog.ts';
import { openSqliteCatalog } from './sqliteCatalog.ts';

const folders: string[] = [];
async function newFile(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-catalog-'));
	folders.push(folder);
	return join(folder, 'catalog.sqlite');
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

catalogContract('memory', async () => memoryCatalog());
catalogContract('SQLite', async () => openSqliteCatalog(await newFile()) as Catalog);

test('SQLite: two processes may write; what one wrote the other reads', async () => {
	const path = await newFile();
	const server = openSqliteCatalog(path) as Catalog;
	const pair = openSqliteCatalog(path) as Catalog;
	const secretHash = 'ab'.repeat(32) as never;
	await pair.putSecret({ secretHash, createdAt: 1, expiresAt: 2, siteId: null });
	expect(await server.secret(secretHash)).toMatchObject({ expiresAt: 2, usedBy: null });
	await pair.close();
	await server.close();
});

test('SQLite: a file of another version is recognised, not touched', async () => {
	const path = await newFile();
	await (openSqliteCatalog(path) as Catalog).close();
	const database = new DatabaseSync(path);
	database.exec('pragma user_version = 99');
	database.close();
	expect(openSqliteCatalog(path)).toBeNull();
});
