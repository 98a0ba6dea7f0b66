import { readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError, type CommandErrorCode } from '../commandErrors.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { DataDirectory, Host, ServerAddress } from '../ports/dataDirectory.ts';
import { lockDataDirectory } from './dataLock.ts';
import { openDirectoryObjects } from './directoryObjects.ts';
import { diskSpace } from './diskSpace.ts';
import { exists, makeFolder, writeWhole } from './files.ts';
import { machineIdHash } from './machineId.ts';
import { makeMasterKey, masterKeyVault, readMasterKey } from './masterKey.ts';
import { openSqliteCatalog } from './sqliteCatalog.ts';
import { wordPressAround } from './wordPressAround.ts';

/** This machine. */
export const localHost: Host = {
	prepareData: async (folder) => {
		await refuseInsideWordPress(folder);
		const data = dataDirectory(resolve(folder));
		await makeFolder(data.root).catch(as('DATA_UNUSABLE'));
		return data;
	},
	requireData: async (folder) => {
		await refuseInsideWordPress(folder);
		const data = dataDirectory(resolve(folder));
		if (!(await exists(join(data.root, 'objects')))) throw new CommandError('DATA_MISSING', data.root);
		return data;
	},
	machineIdHash,
};

async function refuseInsideWordPress(folder: string): Promise<void> {
	const site = await wordPressAround(folder).catch(as('DATA_UNUSABLE'));
	if (site !== null) throw new CommandError('DATA_IN_WORDPRESS', site);
}

/**
 * The data directory:
 *
 *     objects/          the truth
 *     keys/master.key   wraps root keys; outside objects/, so that a copy of the objects cannot be read
 *     catalog.sqlite    cache of the objects
 *     server.json       where the server was last reached, for `pair`
 *     lock.sqlite       held while a server runs
 */
function dataDirectory(root: string): DataDirectory {
	const objects = join(root, 'objects');
	const keys = join(root, 'keys');
	const catalog = join(root, 'catalog.sqlite');
	const server = join(root, 'server.json');

	return {
		root,
		space: diskSpace(objects),
		lock: () => {
			try {
				const held = lockDataDirectory(root);
				if (held !== null) return held;
			} catch (error) {
				return as('DATA_UNUSABLE')(error);
			}
			throw new CommandError('DATA_LOCKED', root);
		},
		openObjects: ({ clean }) => openDirectoryObjects(objects, { clean }).catch(as('DATA_UNUSABLE')),
		openCatalog: () => openCatalog(catalog),
		openCatalogIfThere: async () => ((await exists(catalog)) ? openCatalog(catalog) : null),
		rebuildCatalog: (fill) => rebuildCatalog(catalog, fill),
		openVault: async ({ mayMake }) => {
			const known = await readMasterKey(keys).catch(as('MASTER_KEY_UNUSABLE'));
			if (known !== null) return masterKeyVault(known);
			if (!mayMake) throw new CommandError('MASTER_KEY_MISSING', keys);
			return masterKeyVault(await makeMasterKey(keys).catch(as('MASTER_KEY_UNUSABLE')));
		},
		readServerAddress: () => readServerAddress(server),
		writeServerAddress: (address) => writeWhole(server, `${JSON.stringify({ v: 1, ...address })}\n`),
	};
}

function openCatalog(path: string): Catalog | null {
	try {
		return openSqliteCatalog(path);
	} catch (error) {
		return as('CATALOG_UNUSABLE')(error);
	}
}

async function rebuildCatalog(path: string, fill: (catalog: Catalog) => Promise<void>): Promise<void> {
	const fresh = `${path}.new`;
	await removeCatalog(fresh);
	const catalog = openCatalog(fresh);
	if (catalog === null) throw new CommandError('CATALOG_UNUSABLE', fresh);
	try {
		await fill(catalog);
	} finally {
		/* Closing the last connection writes the log back into the file: one file is left to be moved. */
		await catalog.close();
	}
	await removeCatalog(path);
	await rename(fresh, path);
}

async function removeCatalog(path: string): Promise<void> {
	for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
}

/** What cannot be understood counts as absent: the next `serve` writes it anew. */
async function readServerAddress(path: string): Promise<ServerAddress | null> {
	try {
		const { url, fingerprint } = JSON.parse(await readFile(path, 'utf8')) as Partial<ServerAddress>;
		return typeof url === 'string' ? { url, fingerprint: typeof fingerprint === 'string' ? fingerprint : null } : null;
	} catch {
		return null;
	}
}

/** For `catch`: the error as one that ends the command. */
function as(code: CommandErrorCode): (error: unknown) => never {
	return (error) => {
		throw new CommandError(code, error instanceof Error ? error.message : String(error), error);
	};
}
