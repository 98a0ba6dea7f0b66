import { createHash } from 'node:crypto';
import type { Binding } from '@holdfast/protocol';

/** What a pairing is bound to: PROTOCOL.md section 7. */
export type BoundTo = {
	home: string;
	/** The database server's own id; null where it has none. */
	databaseUid: string | null;
	databaseName: string;
	prefix: string;
	machineId: string;
	/** Id of the user that the agent runs as; a site that moves between accounts of one machine is another. */
	userId: number;
	abspath: string;
};

/** The parts are hashed, so that the endpoint can compare them and learns nothing of the site's machine. */
export function bindingOf(bound: BoundTo): Binding {
	return {
		home: bound.home,
		database: hashed('database', bound.databaseUid ?? '', bound.databaseName, bound.prefix),
		machine: hashed('machine', bound.machineId, String(bound.userId), bound.abspath),
	};
}

/** Which parts differ, in words for the question "moved, or a copy?". */
export function changedParts(before: Binding, now: Binding): string[] {
	return [
		before.home === now.home ? null : `its address (was ${before.home}, is ${now.home})`,
		before.database === now.database ? null : 'its database',
		before.machine === now.machine ? null : 'its server or folder',
	].filter((part) => part !== null);
}

function hashed(...parts: readonly string[]): string {
	const hash = createHash('sha256');
	for (const part of parts) {
		// The length first: ('ab', 'c') and ('a', 'bc') are different.
		hash.update(`${Buffer.byteLength(part)}:`).update(part);
	}
	return hash.digest('hex');
}
