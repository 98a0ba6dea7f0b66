/**
 * Which files belong to WordPress itself. They are not backed up but named (version and locale), so that they can be fetched again.
 *
 * The rule errs to keeping. A file in a place of core is core only when
 *  - with the release's list of checksums: its path is on the list and it was not changed since `wp-includes/version.php` was
 *    written (or its MD5 is the list's, where the caller has it);
 *  - without: neither its modification nor its change time is more than an hour after that of version.php. Every installer and
 *    updater writes that file with the release, and copying or chowning a site moves the change time of all files together; so what
 *    is later was changed or added afterwards. What was there already when the site was copied counts as core if its own time is old.
 * Everything else in these places is kept, with the flag "in a core folder".
 */
import { asBuffer } from '@holdfast/protocol';
import type { Files, FileStat } from '../ports/files.ts';
import { joinPath } from './paths.ts';

const lateNs = 3_600_000_000_000n;

/** In the root folder. */
const rootFiles = new Set([
	'index.php', 'license.txt', 'readme.html', 'wp-activate.php', 'wp-blog-header.php', 'wp-comments-post.php', 'wp-config-sample.php', 'wp-cron.php',
	'wp-links-opml.php', 'wp-load.php', 'wp-login.php', 'wp-mail.php', 'wp-settings.php', 'wp-signup.php', 'wp-trackback.php', 'xmlrpc.php',
]);
export const coreFolders = ['wp-admin', 'wp-includes'] as const;

export type CoreRelease = {
	version: string;
	locale: string;
	/** Of wp-includes/version.php; null where it is not there: then nothing counts as core. */
	written: Pick<FileStat, 'mtimeNs' | 'ctimeNs'> | null;
	/** Paths of the release with their MD5 in hex, where the agent could get them. */
	checksums?: ReadonlyMap<string, string>;
};

/** Reads version and locale out of version.php; nothing is executed. */
export async function readCoreRelease(files: Files, root: Uint8Array, fallback: { version: string; locale: string }): Promise<CoreRelease> {
	const path = joinPath(root, Buffer.from('wp-includes/version.php'));
	const [stat] = await files.stat([path]);
	if (stat?.type !== 'file' || stat.size > 1024 * 1024) { return { ...fallback, written: null }; }
	const pieces: Uint8Array[] = [];
	for await (const piece of files.read(path)) { pieces.push(piece); }
	const text = Buffer.concat(pieces).toString('utf8');
	return {
		version: /^\s*\$wp_version\s*=\s*['"]([^'"]{1,40})['"]/m.exec(text)?.[1] ?? fallback.version,
		locale: /^\s*\$wp_local_package\s*=\s*['"]([A-Za-z_]{1,20})['"]/m.exec(text)?.[1] ?? fallback.locale,
		written: stat,
	};
}

/** `folder` below wp-admin or wp-includes, or one of them; `file` one of core's own in the root folder; else null. Paths of root `root`. */
export function corePlace(path: Uint8Array): 'folder' | 'file' | null {
	const text = asBuffer(path).toString('latin1');
	if (coreFolders.some((folder) => text === folder || text.startsWith(`${folder}/`))) { return 'folder'; }
	return rootFiles.has(text) ? 'file' : null;
}

/** Whether a file (not a folder or link) at a core place is the release's own. */
export function isReleased(path: Uint8Array, stat: FileStat, release: CoreRelease): boolean {
	const { written, checksums } = release;
	if (written === null || stat.type !== 'file') { return false; }
	if (checksums !== undefined && !checksums.has(asBuffer(path).toString('latin1'))) { return false; }
	return stat.mtimeNs <= written.mtimeNs + lateNs && stat.ctimeNs <= written.ctimeNs + lateNs;
}

export const releaseName = (release: CoreRelease): string => `WordPress ${release.version} ${release.locale}`;
