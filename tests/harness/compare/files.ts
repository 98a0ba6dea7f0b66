import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

export interface FileFact {
	readonly type: 'file' | 'folder' | 'link' | 'other';
	/** Permission bits; a link has none of its own. */
	readonly mode: string;
	/** SHA-256 of a file's content; where a link leads; empty for the rest. */
	readonly content: string;
}

/** Every file, folder and link below a root, by path from it. Names are bytes: what is no UTF-8 is shown as \xHH. */
export async function filesBelow(root: string, wanted: (path: string) => boolean): Promise<Map<string, FileFact>> {
	const facts = new Map<string, FileFact>();
	await walk(Buffer.from(root), '', wanted, facts);
	return facts;
}

async function walk(
	folder: Buffer,
	prefix: string,
	wanted: (path: string) => boolean,
	facts: Map<string, FileFact>,
): Promise<void> {
	const names = await readdir(folder, { encoding: 'buffer' });
	for (const name of names.sort(Buffer.compare)) {
		const path = prefix + shown(name);
		const full = Buffer.concat([folder, Buffer.from('/'), name]);
		if (!wanted(path)) {
			continue;
		}
		const stat = await lstat(full);
		const mode = (stat.mode & 0o7777).toString(8);
		if (stat.isSymbolicLink()) {
			facts.set(path, { type: 'link', mode: '', content: shown(await readlink(full, { encoding: 'buffer' })) });
		} else if (stat.isFile()) {
			facts.set(path, { type: 'file', mode, content: await sha256(full, stat.size) });
		} else if (stat.isDirectory()) {
			facts.set(path, { type: 'folder', mode, content: '' });
			await walk(full, `${path}/`, wanted, facts);
		} else {
			facts.set(path, { type: 'other', mode, content: '' });
		}
	}
}

const inMemoryMax = 8_000_000;

async function sha256(path: Buffer, size: number): Promise<string> {
	const hash = createHash('sha256');
	if (size <= inMemoryMax) {
		return hash.update(await readFile(path)).digest('hex');
	}
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
}

function shown(bytes: Buffer): string {
	const text = bytes.toString('utf8');
	return Buffer.from(text, 'utf8').equals(bytes)
		? text
		: bytes.toString('latin1').replaceAll(/[\x80-\xff]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`);
}
