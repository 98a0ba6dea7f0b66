import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * The machine's id as the endpoint tells it: SHA-256 of `holdfast/machine/` and the trimmed text of `/etc/machine-id`,
 * hex. The agent makes the same of its own machine's; equal = the backup lies on the server that it protects.
 * null where the machine has no id.
 */
export async function machineIdHash(): Promise<string | null> {
	const id = await readFile('/etc/machine-id', 'utf8').catch(() => '');
	return id.trim() === '' ? null : createHash('sha256').update(`holdfast/machine/${id.trim()}`).digest('hex');
}
