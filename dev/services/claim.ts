import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DevError } from '../errors.ts';

/** Two starts on one folder would share a database folder; the second is refused by name of the first. */
export function claimFolder(folder: string): () => void {
	const file = `${folder}.pid`;
	const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (owner !== process.pid && isAlive(owner)) {
		throw new DevError(
			`${folder} is in use by process ${owner}.`,
			'stop it there with Ctrl-C, or set HOLDFAST_DEV_DIR to another folder.',
		);
	}
	writeFileSync(file, String(process.pid));
	return () => {
		rmSync(file, { force: true });
	};
}

export function isAlive(pid: number): boolean {
	if (!(pid > 0)) {
		return false;
	}
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

export function isClaimed(folder: string): boolean {
	const file = `${folder}.pid`;
	return existsSync(file) && isAlive(Number(readFileSync(file, 'utf8')));
}
