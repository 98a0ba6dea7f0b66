/** What is left out by rule, by its place or name: caches, other backup tools' folders, logs over a size, temporary places. Pure. */
import { asBuffer, type FileRoot } from '@holdfast/protocol';

/** A log is kept up to here: a short one helps, a long one grows for ever. */
export const logBytesMax = 4 * 1024 * 1024;

/** Markers in a folder that leave it out, with everything below. */
export const markerName = Buffer.from('.donotbackup');
const folderName = 'donotbackup';

/** Below `content` unless said otherwise; whole folders. Sources: the tools' own documentation. */
const caches = ['cache', 'et-cache', 'litespeed', 'wpo-cache', 'endurance-page-cache', 'ewww/cache', 'upgrade', 'upgrade-temp-backup', 'wflogs'];
const cachesInUploads = ['cache', 'siteground-optimizer-assets/cache'];
const backupTools = [
	'updraft', 'ai1wm-backups', 'backups-dup-lite', 'backups-dup-pro', 'backup-db', 'backups', 'backup', 'wpvividbackups', 'jetpack-waf/backups', 'backup-migration', 'backup-guard',
	'wp-clone', 'mysql.sql', 'blogvault', 'bps-backup', 'envato-backups', 'managewp/backups', 'old-cache', 'pb_backupbuddy', 'uploads/backupbuddy_backups', 'wpbackitup_backups', 'wp-snapshots',
];
const backupToolsInUploads = ['backupbuddy_backups', 'backupbuddy_temp', 'pb_backupbuddy', 'backup-guard', 'snapshots', 'wpvivid_uploads', 'wp-file-manager-pro/fm_backup', 'wp-migrate-db', 'iwp-backups', 'backup'];
/** Folders whose name begins with this, where tools add random letters. */
const backupToolPrefixes = ['backwpup-', 'backupwordpress-', 'infinitewp', 'wp-staging-'];

const under = (places: readonly string[]): ReadonlySet<string> => new Set(places);
const byRule: { root: FileRoot; places: ReadonlySet<string>; why: string }[] = [
	{ root: 'content', places: under(caches), why: 'cache or temporary folder' },
	{ root: 'uploads', places: under(cachesInUploads), why: 'cache or temporary folder' },
	{ root: 'content', places: under(backupTools), why: 'folder of a backup tool' },
	{ root: 'uploads', places: under(backupToolsInUploads), why: 'folder of a backup tool' },
	{ root: 'root', places: under(['wp-snapshots', 'iwp-backups', '.well-known/acme-challenge']), why: 'folder of a backup or certificate tool' },
];

/** Names of ours for content that waits beside its place for a restore's switch. */
export const stagedPrefix = '.holdfast-';
const isStaged = /^\.holdfast-[0-9a-f]{16}-[0-9]+\.(tmp|old)$/;

/** What no one ever sees: neither kept nor listed. */
export const isUnseen = (root: FileRoot, path: Uint8Array, name: Uint8Array): boolean =>
	(name.length > 20 && name[0] === 0x2e && isStaged.test(asBuffer(name).toString('latin1'))) || (root === 'root' && asBuffer(path).toString('latin1') === '.maintenance');

/** Why a folder is left out by rule, in words that do not change; null when it is not. */
export function folderRule(root: FileRoot, path: Uint8Array, name: Uint8Array): string | null {
	const text = asBuffer(name).toString('latin1');
	if (text === folderName) { return 'folder called donotbackup'; }
	const place = asBuffer(path).toString('latin1');
	const found = byRule.find((rule) => rule.root === root && rule.places.has(place));
	if (found !== undefined) { return found.why; }
	return (root === 'content' || root === 'uploads') && place === text && backupToolPrefixes.some((prefix) => text.startsWith(prefix)) ? 'folder of a backup tool' : null;
}

const logNames = /(\.log(\.[0-9]+)?|^error_log|^php_errorlog|^debug\.log.*)$/i;

/** A log above its bound. */
export const isLongLog = (name: Uint8Array, bytes: number): boolean => bytes > logBytesMax && logNames.test(asBuffer(name).toString('latin1'));
export const longLogReason = 'log above 4 MiB';
