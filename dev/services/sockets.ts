import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { ensureOwnDir } from '../system/dev-user.ts';

/** The kernel cuts socket paths at 108 bytes, some clients earlier. */
const socketPathBytesMax = 95;

/** A path for a Unix socket in this folder, or in a short stand-in for it where the folder's path is too long. */
export function socketPath(folder: string, name: string): string {
	const path = join(folder, name);
	if (Buffer.byteLength(path) <= socketPathBytesMax) {
		return path;
	}
	const short = createHash('sha256').update(folder).digest('hex').slice(0, 12);
	return join(ensureOwnDir(join(tmpdir(), `holdfast-${short}`)), name);
}

/** Resolves when something accepts connections there. */
export async function accepts(where: { path: string } | { host: string; port: number }): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const socket = connect(where);
		socket.once('connect', () => {
			socket.destroy();
			resolve();
		});
		socket.once('error', reject);
		socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
	});
}
