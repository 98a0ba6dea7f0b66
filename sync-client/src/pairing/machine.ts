import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../ports/clock.ts';
import { readIfThere, writeWhole } from '../state-folder/whole-file.ts';

const systemFiles = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * What tells this machine from another: the operating system's own id, else one that is made once and kept.
 * A kept one moves with the state folder, so a clone made by copying disks is told apart by its database and home URL only.
 */
export async function machineId(stateFolder: string, random: Random, files: readonly string[] = systemFiles): Promise<string> {
	for (const file of files) {
		const id = await readFile(file, 'utf8').then((text) => text.trim(), () => '');
		if (/^[0-9a-f]{32}$/i.test(id)) {
			return id.toLowerCase();
		}
	}
	const kept = join(stateFolder, 'machine');
	const known = (await readIfThere(kept))?.toString('latin1').trim() ?? '';
	if (/^[0-9a-f]{32}$/.test(known)) {
		return known;
	}
	const made = Buffer.from(random.bytes(16)).toString('hex');
	await writeWhole(kept, made);
	return made;
}

/** The machine's id as an endpoint tells its own (`Health.machine`): equal means that the backup lies on this same server. */
export const machineHashOf = (id: string): string => createHash('sha256').update(`holdfast/machine/${id}`).digest('hex');

/**
 * The machine as PHP writes it into the head of an intent log (`m`): both sides take it from the same file, so that the agent
 * knows whose monotonic times it can compare. PROTOCOL.md section 2.
 */
export async function machineOfLog(): Promise<string> {
	const id = await readFile(systemFiles[0]!, 'utf8').then((text) => text.trim(), () => '');
	return createHash('sha256').update(id === '' ? hostname() : id).digest('hex').slice(0, 16);
}
