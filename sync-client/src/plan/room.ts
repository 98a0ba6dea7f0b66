/** Whether a restore has room: on each disk that files come to, and on the one of the database where it can be seen. */
import { asBuffer, type FileRoot } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { parentOf } from '../files/paths.ts';
import type { Files } from '../ports/files.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';

/** Bytes to come: of files by their root, and of rows. */
export type Needs = { files: Partial<Record<FileRoot, number>>; rows: number };

/** A disk and what a restore puts there. `what`: "uploads", "the database". */
export type Disk = { what: string; needBytes: number; freeBytes: number };

/** Rows lie in the table, its indexes and the server's logs. */
const copiesOfRows = 3;

export async function disksOf({ tree, database }: LiveSite, needs: Needs): Promise<Disk[]> {
	const disks = new Map<string, Disk>();
	const need = async (what: string, path: Uint8Array, bytes: number): Promise<void> => {
		const found = await nearestFolder(tree.files, path);
		if (found === null) { return; }
		const disk = disks.get(String(found.device)) ?? { what: '', needBytes: 0, freeBytes: await tree.files.freeBytes(found.path) };
		disks.set(String(found.device), { ...disk, what: [disk.what, what].filter((one) => one !== '').join(', '), needBytes: disk.needBytes + bytes });
	};
	for (const { root, real } of tree.scope.roots.places) {
		const bytes = needs.files[root] ?? 0;
		if (bytes > 0 || root === 'root') { await need(root === 'root' ? 'the WordPress folder' : root, real, bytes); }
	}
	const { dataFolder } = await database.identity();
	if (dataFolder !== null && needs.rows > 0) { await need('the database', Buffer.from(dataFolder), copiesOfRows * needs.rows); }
	return [...disks.values()];
}

/** The disk with the least room left. */
export function tightest(disks: readonly Disk[]): Disk {
	const none: Disk = { what: '', needBytes: 0, freeBytes: Number.MAX_SAFE_INTEGER };
	return disks.reduce((least, disk) => (disk.freeBytes - disk.needBytes < least.freeBytes - least.needBytes ? disk : least), none);
}

/** What does not fit, as sentences. */
export const tooSmall = (disks: readonly Disk[]): string[] => disks.filter((disk) => disk.needBytes > disk.freeBytes)
	.map(({ what, needBytes, freeBytes }) => `The disk of ${what} needs room for about ${needBytes} bytes; ${freeBytes} are free.`);

/** @throws RESTORE_NO_ROOM before anything is done */
export async function mustHaveRoom(site: LiveSite, needs: Needs): Promise<void> {
	const [sentence] = tooSmall(await disksOf(site, needs));
	if (sentence !== undefined) { throw new HoldfastError('RESTORE_NO_ROOM', sentence); }
}

/** The nearest folder that is there and can be looked at. */
async function nearestFolder(files: Files, path: Uint8Array): Promise<{ path: Buffer; device: bigint } | null> {
	for (let at = asBuffer(path); ; at = parentOf(at)) {
		const [stat] = await files.stat([at.length === 0 ? Buffer.from('/') : at]).catch(() => [null]);
		if (stat?.type === 'folder') { return { path: at.length === 0 ? Buffer.from('/') : at, device: stat.device }; }
		if (at.length === 0) { return null; }
	}
}
