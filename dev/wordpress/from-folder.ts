import { resolve } from 'node:path';
import { execa } from 'execa';
import { versionOf } from './version.ts';

/** A copy of a WordPress that lies on this machine; links are resolved, its configuration stays where it is. */
export async function fromFolder(given: string, into: string): Promise<void> {
	const folder = resolve(given);
	versionOf(folder);
	await execa('cp', ['-RL', '--reflink=auto', `${folder}/.`, into]);
}
