import { statSync } from 'node:fs';

/**
 * Started by root, a command goes on as the user that owns the state folder, which is the one that PHP and the agent run as: what it
 * writes there and in the site stays theirs. Nothing to do for anybody else, or where the folder is root's own.
 */
export function becomeOwnerOf(folder: string): void {
	if (process.getuid?.() !== 0) {
		return;
	}
	const owner = statSync(folder, { throwIfNoEntry: false });
	if (owner === undefined || owner.uid === 0) {
		return;
	}
	process.setgroups?.([owner.gid]);
	process.setgid?.(owner.gid);
	process.setuid?.(owner.uid);
}
