/** What follows when database and files equal the point: held plugin, wp-config.php, and WordPress's own files last. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRoot } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Progress } from '../jobs/jobs.ts';
import type { Random } from '../ports/clock.ts';
import type { UrlRewriter } from '../rewrite/url-rewriter.ts';
import type { SiteFact } from './backup.ts';
import { fetchRelease, placeCore, versionOf, type CoreSource } from './core-release.ts';
import { hold } from './held.ts';
import { placeConfig, type ConfigOutcome } from './place-config.ts';
import type { DatabaseSettings } from './target-database.ts';

/** `from`: where core came from; `missing`: from nowhere, and `why`. `kept`: core files that the backup has, because they were changed. */
export type CoreOutcome = { version: string; locale: string; from: 'folder' | 'release' | 'missing'; placed: number; kept: number; why: string | null };

export type Finished = {
	core: CoreOutcome;
	config: ConfigOutcome;
	/** The must-use plugin that holds jobs, mail and webhooks; null where the address is the backup's. */
	held: string | null;
	/** What a person has to do or to know, in sentences. */
	notes: string[];
};

export type FinishParts = {
	folder: string;
	/** For what is fetched. */
	work: string;
	muPlugins: string;
	content: string;
	moved: readonly { root: FileRoot; from: string; to: string }[];
	fact: SiteFact;
	database: DatabaseSettings;
	address: UrlRewriter | null;
	prefix: string | null;
	core: string | null;
	coreSource: CoreSource;
	random: Random;
	progress: Progress;
};

export async function finish(parts: FinishParts): Promise<Finished> {
	const { folder, muPlugins, fact, database, address, prefix, random, progress } = parts;
	progress.step('config', 'Setting it up for this server', 'steps', 2);
	if (address !== null) { await hold(muPlugins, fact.home); }
	progress.moved(1);
	const config = await placeConfig({
		folder, database, prefix: prefix ?? fact.prefix, isOtherPrefix: prefix !== null && prefix !== fact.prefix, address: address === null ? null : (value) => address.rewrite(value).text, random,
	});
	progress.moved(2);
	const core = await coreFiles(parts);
	return { core, config, held: address === null ? null : join(muPlugins, 'holdfast-held.php'), notes: await notesOf(parts, config, core) };
}

/** Not having core is no reason to give up: everything else is there, and the result says what to do. */
async function coreFiles({ core, coreSource, fact, folder, work, progress }: FinishParts): Promise<CoreOutcome> {
	const wanted = fact.wordpress;
	const place = async (from: string, how: 'folder' | 'release'): Promise<CoreOutcome> => {
		progress.step('core', 'Placing WordPress', 'files');
		return { ...wanted, from: how, ...(await placeCore(from, folder, (done) => progress.moved(done))), why: null };
	};
	if (core !== null) { return place(core, 'folder'); }
	// A run that was cut off may have placed it.
	const fetched = join(work, 'core');
	try {
		progress.step('release', `Fetching WordPress ${wanted.version}`, 'bytes');
		await fetchRelease(wanted, coreSource, fetched, (done, total) => progress.moved(done, total));
	} catch (error) {
		if (!(error instanceof HoldfastError) || !error.code.startsWith('CORE_')) { throw error; }
		const isThere = (await versionOf(folder)) === wanted.version;
		return { ...wanted, from: 'missing', placed: 0, kept: 0, why: isThere ? `${error.message} (Parts of it are in ${folder} already.)` : error.message };
	}
	return place(fetched, 'release');
}

async function notesOf({ folder, content, moved, fact, database, address }: FinishParts, config: ConfigOutcome, core: CoreOutcome): Promise<string[]> {
	const notes: string[] = [];
	if (core.from === 'missing') {
		notes.push(`WordPress itself is missing: ${core.why} Get WordPress ${core.version} (${core.locale}) from wordpress.org and copy its wp-admin, wp-includes and the files of its main folder into ${folder}, over nothing that is there (cp -rn).`);
	}
	if (config.how === 'beside') {
		const why = config.why.map((one) => `${one.name} ${one.why}`).join('; ');
		notes.push(`wp-config.php is as the backup has it, and names the old database: ${why}. Look at ${config.file}, which sets the new one first, and put it in its place before the site is opened.`);
	}
	if (config.how === 'new') { notes.push(`wp-config.php was not in the backup: a new one was written to ${config.file}, with new salts. Whatever else the old one set is missing in it.`); }
	for (const name of config.notLiteral) { notes.push(`${name} in wp-config.php is computed and was left: look whether it gives the new address.`); }
	if (database.tls) { notes.push("The database was reached over TLS: see that wp-config.php has define( 'MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL )."); }
	for (const { root, from, to } of moved) { notes.push(`The folder of ${root} lay outside of WordPress, at ${from}; it is at ${to} now. Constants of wp-config.php may still name the old place.`); }
	const old = fact.roots['root']!;
	for (const name of ['wp-config.php', '.htaccess', '.user.ini', 'php.ini']) {
		const text = old === folder ? '' : await readFile(join(folder, name), 'latin1').catch(() => '');
		if (text.includes(old)) { notes.push(`${name} names the folder of before, ${old}.`); }
	}
	if (address !== null) {
		for (const name of ['object-cache.php', 'advanced-cache.php', 'db.php']) {
			const isThere = await access(join(content, name)).then(() => true, () => false);
			if (isThere) { notes.push(`${name} is a drop-in of this site: see that this copy does not share a cache or a database with the original.`); }
		}
	}
	notes.push('Holdfast itself is not a part of backups: to protect this site install its plugin, which says that it is not connected. The backup was only read.');
	return notes;
}
