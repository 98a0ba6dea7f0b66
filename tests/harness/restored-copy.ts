import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyRing, parseRootKey, parseSiteId, type Part, type RestoreResult } from '@holdfast/protocol';
import { createDatabase, dropDatabase, siteDatabase } from '../../dev/site/database.ts';
import type { SiteDatabase } from '../../dev/site/site.ts';
import { HttpEndpoint } from '../../sync-client/src/adapters/http-endpoint.ts';
import { LocalFiles } from '../../sync-client/src/adapters/local-files.ts';
import { MysqlDatabase } from '../../sync-client/src/adapters/mysql/database.ts';
import { openIndex, openScratch } from '../../sync-client/src/adapters/sqlite-index.ts';
import { sqlitePlans } from '../../sync-client/src/adapters/sqlite-plans.ts';
import { sqliteSorters } from '../../sync-client/src/adapters/sqlite-sorter.ts';
import { systemClock } from '../../sync-client/src/adapters/system-clock.ts';
import { SiteRoots } from '../../sync-client/src/files/roots.ts';
import { Scope } from '../../sync-client/src/files/scope.ts';
import { SiteTree } from '../../sync-client/src/files/site-tree.ts';
import { restoreInto } from '../../sync-client/src/restore/restore-into.ts';
import { StateFolder } from '../../sync-client/src/state-folder/state-folder.ts';
import { ChunkCache } from '../../sync-client/src/state/chunk-cache.ts';
import { History } from '../../sync-client/src/state/history.ts';
import { LayeredStates } from '../../sync-client/src/state/site-states.ts';
import type { ProtectedSite } from './protected-site.ts';
import { sharedStack } from './running-stack.ts';
import { rootSql, siteSql } from './sql.ts';

/** A point of a site's timeline, brought up from its endpoint alone: a database and a folder that were empty before. */
export interface RestoredCopy {
	readonly root: string;
	readonly db: SiteDatabase;
	readonly result: RestoreResult;
	sql(statements: string): Promise<(string | null)[][]>;
	forget(): Promise<void>;
}

/** Restores into an empty database and an empty folder; of the agent's own files only the pairing is read. */
export async function restoredCopy(site: ProtectedSite, seq: number, parts: Part[] = ['everything']): Promise<RestoredCopy> {
	const pairing = (await StateFolder.at(site.state).pairing.read())!;
	const ring = new KeyRing(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId));
	const endpoint = new HttpEndpoint({ url: pairing.url, fingerprint: pairing.fingerprint, token: pairing.token });
	const id = randomBytes(8).toString('hex');
	const folder = join(sharedStack().folder, `copy-${id}`);
	const root = join(folder, 'wordpress');
	await mkdir(root, { recursive: true });

	const { mariadb } = sharedStack();
	const names = { name: `copy_${id}`, password: id, prefix: site.db.prefix };
	await rootSql(mariadb, createDatabase(names));
	const db = siteDatabase(mariadb, names);
	const database = await MysqlDatabase.connect([
		{ socketPath: db.socket, user: db.user, password: db.password, database: db.name, tls: false, compress: false },
	]);

	const chunks = new ChunkCache(endpoint, ring);
	const index = openIndex(join(folder, 'index.sqlite'));
	const openSorter = sqliteSorters(folder);
	const states = new LayeredStates({
		index,
		chunks,
		history: new History(endpoint, ring),
		openScratch: () => openScratch(join(folder, `state-${randomBytes(6).toString('hex')}.sqlite`)),
	});
	const target = {
		database,
		scope: { prefix: site.db.prefix },
		isExcluded: () => false,
		tree: await emptyTree(root, ring),
		keys: ring,
		index: null,
		openSorter,
	};
	try {
		const into = { target, states, chunks, plans: sqlitePlans(join(folder, 'plans')), clock: systemClock, id };
		const progress = { ahead: () => {}, begin: () => {}, step: () => {}, moved: () => {}, trouble: () => {}, decided: () => {}, signal: new AbortController().signal };
		const result = await restoreInto(into, { seq, at: Date.now(), title: `point ${seq}` }, parts, progress);
		return {
			root,
			db,
			result,
			sql: async (statements) => await siteSql(db, statements),
			async forget() {
				await rootSql(mariadb, dropDatabase(db.name));
				await rm(folder, { recursive: true, force: true });
			},
		};
	} finally {
		await database.close();
		index.close();
	}
}

async function emptyTree(root: string, ring: KeyRing): Promise<SiteTree> {
	const content = join(root, 'wp-content');
	const below = ['plugins', 'mu-plugins', 'themes', 'uploads', 'languages'].map((name) => [name, join(content, name)]);
	const files = new LocalFiles();
	const roots = await SiteRoots.resolve(files, { root, content, ...Object.fromEntries(below) });
	return new SiteTree(files, new Scope({ roots, release: { version: '', locale: '', written: null }, own: [], excluded: [] }), ring);
}

const coreFiles =
	/^(wp-admin|wp-includes|(index|wp-(activate|blog-header|comments-post|config-sample|cron|links-opml|load|login|mail|settings|signup|trackback)|xmlrpc)\.php|license\.txt|readme\.html)$/;
const ownFiles = /^wp-content\/(plugins\/holdfast|mu-plugins\/holdfast-loader\.php|cache|upgrade|upgrade-temp-backup)$/;

/** Which files belong to a backup: not WordPress's own, not Holdfast's, no caches. By path from the site's root. */
export const isBackedUp = (path: string): boolean => !coreFiles.test(path) && !ownFiles.test(path);
