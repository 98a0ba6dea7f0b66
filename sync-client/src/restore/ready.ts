/** What must hold before a restore begins, and before it switches: room, and a wp-config.php whose login works. */
import { decodeFile, fileKey, kindRange, type Part, type Plan } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { packetRoomBytes } from '../plan/fit/warnings.ts';
import { mustHaveRoom, type Needs } from '../plan/room.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { LiveSite } from '../sweep/site-comparison.ts';
import { nameOfKey } from './result.ts';

/** Bytes of a wp-config.php that are looked at. */
const configBytesMax = 1024 * 1024;

/** Logs in with what this wp-config.php says. Rejects with the reason in words where that fails. */
export type TryConfig = (source: string) => Promise<void>;

/** Room is asked for again: other things may have filled the disk since the plan. @throws RESTORE_NO_ROOM */
export async function mustBeReady(site: LiveSite, store: PlanStore): Promise<void> {
	const needs = (store.fact('needs') ?? null) as Needs | null;
	if (needs !== null && !(store.fact('plan') as Plan).empty) { await mustHaveRoom(site, needs); }
}

/**
 * Where wp-config.php was chosen: the login that results is tried while the old one still stands. One that is missing and comes back
 * with everything else is not: without it the site does not run either.
 * @throws RESTORE_LOGIN_REFUSED
 */
export async function mustLogIn({ tree }: LiveSite, store: PlanStore, parts: readonly Part[], tryConfig: TryConfig): Promise<void> {
	if (!parts.some((part) => part.replace(/\/+$/, '') === 'path:wp-config.php')) { return; }
	const operation = store.get(fileKey('root', Buffer.from('wp-config.php')));
	if (operation === null) { return; }
	const value = operation.target === null ? null : decodeFile(operation.target);
	if (value?.type !== 'file') { throw refused('there was no such file then: the site would be without one'); }
	// Its rights alone change.
	if (operation.staged === null) { return; }
	if (value.size > configBytesMax) { throw refused('it is too long to be looked at'); }
	const pieces: Uint8Array[] = [];
	for await (const piece of tree.files.read(operation.staged)) { pieces.push(Buffer.from(piece)); }
	try {
		await tryConfig(Buffer.concat(pieces).toString('utf8'));
	} catch (error) {
		throw refused(error instanceof Error ? error.message : String(error), error);
	}
}

/**
 * Every row that comes, whole, against what the server takes in one statement: behind the decision it could not be put in.
 * @throws DB_ROW_TOO_BIG
 */
export async function mustTakeRows({ database }: LiveSite, store: PlanStore): Promise<void> {
	const { maxAllowedPacketBytes } = await database.identity();
	const { low, high } = kindRange('row');
	for (const operations of store.range(low, high)) {
		for (const { key, target, whole } of operations) {
			const bytes = (whole ?? target)?.length ?? 0;
			if (bytes <= maxAllowedPacketBytes - packetRoomBytes) { continue; }
			throw new HoldfastError('DB_ROW_TOO_BIG', `${nameOfKey(store, key)} has ${bytes} bytes; the server takes ${maxAllowedPacketBytes} (max_allowed_packet).`);
		}
	}
}

const refused = (why: string, cause?: unknown): HoldfastError => new HoldfastError('RESTORE_LOGIN_REFUSED', `wp-config.php was not put back: ${why}`, { cause });
