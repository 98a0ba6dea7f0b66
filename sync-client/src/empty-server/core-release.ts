/** WordPress's own files: of a folder that a person names, or of the release on wordpress.org, checked file by file. */
import { createHash } from 'node:crypto';
import { access, chown, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HoldfastError } from '../errors.ts';
import { coreFolders, corePlace } from '../files/core-files.ts';
import { tarEntries } from './tar.ts';

/** Where releases come from. */
export const wordPressOrg = { archives: 'https://downloads.wordpress.org', api: 'https://api.wordpress.org' } as const;
export type CoreSource = { archives: string; api: string };

export type WantedCore = { version: string; locale: string };
const archiveBytesMax = 256 * 1024 * 1024;
const checksumsBytesMax = 4 * 1024 * 1024;
const answerMsMax = 300_000;
/** Without these it is no WordPress. */
const needed = ['wp-load.php', 'wp-settings.php', 'wp-includes/version.php', 'wp-admin/index.php'];

/** The version of a WordPress folder; null where it is none. Nothing is executed. */
export async function versionOf(folder: string): Promise<string | null> {
	const source = await readFile(join(folder, 'wp-includes/version.php'), 'utf8').catch(() => null);
	return source === null ? null : (/^\s*\$wp_version\s*=\s*['"]([^'"]{1,40})['"]/m.exec(source)?.[1] ?? null);
}

/** @throws CORE_FOLDER_OTHER where it is not a plain WordPress of that version */
export async function checkCoreFolder(folder: string, { version }: WantedCore): Promise<void> {
	for (const name of needed) {
		await access(join(folder, name)).catch(() => { throw new HoldfastError('CORE_FOLDER_OTHER', `${folder} is no whole WordPress: ${name} is missing.`); });
	}
	const found = await versionOf(folder);
	if (found !== version) { throw new HoldfastError('CORE_FOLDER_OTHER', `${folder} is WordPress ${found ?? 'of an unknown version'}; the backup needs ${version}.`); }
}

/** Core's files of a WordPress folder, by path from its root. @throws CORE_FOLDER_OTHER for links: what they lead to is not checked */
export async function* coreFilesOf(folder: string): AsyncGenerator<string> {
	for (const name of (await readdir(folder)).sort()) {
		if (corePlace(Buffer.from(name)) === 'file') { yield name; }
	}
	for (const part of coreFolders) { yield* below(folder, part); }
}

async function* below(folder: string, inside: string): AsyncGenerator<string> {
	for (const entry of (await readdir(join(folder, inside), { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const path = `${inside}/${entry.name}`;
		if (entry.isDirectory()) { yield* below(folder, path); }
		else if (entry.isFile()) { yield path; }
		else { throw new HoldfastError('CORE_FOLDER_OTHER', `${join(folder, path)} is a link: a plain WordPress folder has none.`); }
	}
}

/**
 * Fetches a release into `folder`, every file compared with the release's own list of checksums.
 * @throws CORE_UNREACHABLE, CORE_DAMAGED; then `folder` is gone
 */
export async function fetchRelease({ version, locale }: WantedCore, source: CoreSource, folder: string, onBytes: (done: number, total: number | null) => void): Promise<void> {
	if (!/^\d+\.\d+(\.\d+)?(-[\w.-]+)?$/.test(version)) { throw new HoldfastError('CORE_UNREACHABLE', `“${version}” names no release of WordPress.`); }
	try {
		const localized = locale !== 'en_US' && /^[A-Za-z_]{2,20}$/.test(locale) ? await checksumsOf(source, version, locale).catch(() => null) : null;
		const checksums = localized ?? (await checksumsOf(source, version, 'en_US'));
		const path = localized === null ? `release/wordpress-${version}.tar.gz` : `release/${locale}/wordpress-${version}.tar.gz`;
		await unpack(await ask(`${source.archives}/${path}`), folder, checksums, onBytes);
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		throw error instanceof HoldfastError ? error : new HoldfastError('CORE_UNREACHABLE', `WordPress ${version} could not be fetched: ${(error as Error).message}`, { cause: error });
	}
}

async function ask(url: string): Promise<Response> {
	const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax), redirect: 'follow', headers: { 'user-agent': 'Holdfast' } }).catch((error: unknown) => {
		throw new HoldfastError('CORE_UNREACHABLE', `${new URL(url).host} cannot be reached.`, { cause: error });
	});
	if (!answer.ok) { throw new HoldfastError('CORE_UNREACHABLE', `${url} answered ${answer.status}.`); }
	return answer;
}

async function checksumsOf({ api }: CoreSource, version: string, locale: string): Promise<Map<string, string>> {
	const answer = await ask(`${api}/core/checksums/1.0/?version=${encodeURIComponent(version)}&locale=${encodeURIComponent(locale)}`);
	const text = await answer.text();
	const { checksums } = (text.length > checksumsBytesMax ? {} : JSON.parse(text)) as { checksums?: unknown };
	if (typeof checksums !== 'object' || checksums === null) { throw new HoldfastError('CORE_UNREACHABLE', `wordpress.org has no checksums of WordPress ${version} ${locale}.`); }
	return new Map(Object.entries(checksums as Record<string, string>).filter(([path]) => corePlace(Buffer.from(path)) !== null));
}

async function unpack(answer: Response, folder: string, checksums: ReadonlyMap<string, string>, onBytes: (done: number, total: number | null) => void): Promise<void> {
	const total = Number(answer.headers.get('content-length')) || null;
	let done = 0;
	const archive = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
	archive.on('data', (piece: Uint8Array) => {
		onBytes((done += piece.length), total);
		if (done > archiveBytesMax) { archive.destroy(new HoldfastError('CORE_DAMAGED', 'The archive of WordPress is larger than any release.')); }
	});
	const gunzip = createGunzip();
	archive.on('error', (error) => gunzip.destroy(error));
	gunzip.on('error', () => archive.destroy());
	const missing = new Set(checksums.keys());
	try {
		for await (const { path, type, content } of tarEntries(archive.pipe(gunzip) as AsyncIterable<Uint8Array>)) {
			const inside = path.replace(/^(\.\/)?wordpress\//, '');
			const wanted = checksums.get(inside);
			// What is on the list and a file; a path with `..` is on no list.
			if (type !== 'file' || wanted === undefined || inside.split('/').includes('..')) { continue; }
			if (createHash('md5').update(content).digest('hex') !== wanted) { throw new HoldfastError('CORE_DAMAGED', `${inside} does not have the checksum that wordpress.org publishes for this release.`); }
			await mkdir(dirname(join(folder, inside)), { recursive: true });
			await writeFile(join(folder, inside), content);
			missing.delete(inside);
		}
	} catch (error) {
		if (error instanceof HoldfastError) { throw error; }
		throw new HoldfastError('CORE_DAMAGED', `The archive of WordPress is damaged: ${(error as Error).message}`, { cause: error });
	}
	if (missing.size > 0) { throw new HoldfastError('CORE_DAMAGED', `${missing.size} files of the release are missing in its archive, ${[...missing][0]} among them.`); }
}

/**
 * Copies core's files into a site. What is there already stays: the backup keeps core files that were changed. Each file comes whole,
 * with the owner of the site's folder where that can be set.
 * @returns how many were placed, and how many were there
 */
export async function placeCore(from: string, site: string, onFile: (done: number) => void): Promise<{ placed: number; kept: number }> {
	const owner = await stat(site);
	const isRoot = process.getuid?.() === 0;
	const give = async (path: string): Promise<void> => { if (isRoot) { await chown(path, owner.uid, owner.gid); } };
	let placed = 0;
	let kept = 0;
	const made = new Set<string>(['.']);
	const folderOf = async (inside: string): Promise<void> => {
		if (made.has(inside)) { return; }
		await folderOf(dirname(inside));
		if ((await lstat(join(site, inside)).catch(() => null)) === null) {
			await mkdir(join(site, inside), { mode: 0o755 });
			await give(join(site, inside));
		}
		made.add(inside);
	};
	for await (const path of coreFilesOf(from)) {
		await folderOf(dirname(path));
		const to = join(site, path);
		if ((await lstat(to).catch(() => null)) !== null) {
			kept++;
		} else {
			const waiting = join(dirname(to), `.holdfast-0000000000000000-${placed + kept + 1}.tmp`);
			await writeFile(waiting, await readFile(join(from, path)), { mode: 0o644 });
			await give(waiting);
			await rename(waiting, to);
			placed++;
		}
		onFile(placed + kept);
	}
	return { placed, kept };
}
