import { chownSync, lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { devDir, ensureDir, repoRoot } from '../paths.ts';
import { step } from '../terminal.ts';

/**
 * The one unprivileged user that MariaDB, php-fpm, nginx, endpoint and agent run as, so that each can read what the
 * others write. Started by an ordinary user, that user; started by root, www-data, which every Debian has.
 */
export interface DevUser {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
	/** What to hand to execa or spawn; empty where nothing changes. */
	readonly as: { uid?: number; gid?: number; env?: Record<string, string> };
}

let known: DevUser | undefined;

export function devUser(): DevUser {
	known ??= findUser();
	return known;
}

function findUser(): DevUser {
	const self = { name: process.env.USER ?? 'me', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, as: {} };
	if (self.uid !== 0) {
		return self;
	}
	const passwd = execaSync('getent', ['passwd', 'www-data'], { reject: false }).stdout.split(':');
	const uid = Number(passwd[2]);
	const gid = Number(passwd[3]);
	if (!(uid > 0)) {
		step('there is no user www-data here: everything runs as root');
		return { ...self, name: 'root' };
	}
	const closed = closedFolder(uid, gid);
	if (closed !== undefined) {
		// A clone below /root or a mktemp folder: better to work, and to say so, than to change that folder's rights.
		step(`the folder ${closed} is closed to the user www-data: everything runs as root`);
		return { ...self, name: 'root' };
	}
	return { name: 'www-data', uid, gid, as: { uid, gid, env: { HOME: join(devDir, 'home'), USER: 'www-data' } } };
}

/** The first folder on the way to our code or data that this user cannot pass through. */
function closedFolder(uid: number, gid: number): string | undefined {
	for (const end of [repoRoot, dirname(devDir)]) {
		for (let folder = end; folder !== dirname(folder); folder = dirname(folder)) {
			const { mode, uid: owner, gid: group } = statSync(folder);
			const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
			if ((mode & bit) === 0) {
				return folder;
			}
		}
	}
	return undefined;
}

/** Makes a folder below the dev folder that belongs to the dev user. */
export function ensureOwnDir(path: string): string {
	ensureDir(devDir);
	ensureDir(path);
	const { uid, gid } = devUser();
	if (process.getuid?.() === 0 && lstatSync(path).uid !== uid) {
		chownSync(path, uid, gid);
	}
	return path;
}

/** Hands a whole tree to the dev user; free when it is theirs already. */
export async function giveTree(path: string): Promise<void> {
	const { uid, gid } = devUser();
	if (process.getuid?.() === 0 && uid !== 0) {
		await execa('chown', ['-hR', `${uid}:${gid}`, path]);
	}
}
