/** Reads a tar archive (ustar, GNU long names, pax paths) as it comes. */
import { HoldfastError } from '../errors.ts';

export type TarEntry = { path: string; type: 'file' | 'folder' | 'other'; content: Buffer };

const blockBytes = 512;
const entryBytesMax = 64 * 1024 * 1024;

/** @throws CORE_DAMAGED where the bytes are no tar archive or end too early */
export async function* tarEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
	const reader = new Blocks(bytes);
	let longName: string | null = null;
	for (;;) {
		const header = await reader.take(blockBytes);
		if (header.every((byte) => byte === 0)) { return; }
		if (checksumOf(header) !== octal(header, 148, 8)) { throw damaged('a header has another checksum'); }
		const size = octal(header, 124, 12);
		if (size > entryBytesMax) { throw damaged('an entry is too large'); }
		const padded = await reader.take(Math.ceil(size / blockBytes) * blockBytes);
		const content = padded.subarray(0, size);
		const type = String.fromCharCode(header[156]!);
		if (type === 'L') { longName = text(content, 0, size); continue; }
		if (type === 'x') { longName = paxPath(content) ?? longName; continue; }
		if (type === 'g') { continue; }
		const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
		const name = text(header, 0, 100);
		const path = longName ?? (prefix === '' ? name : `${prefix}/${name}`);
		longName = null;
		yield { path, type: type === '0' || type === '\0' ? 'file' : type === '5' ? 'folder' : 'other', content: Buffer.from(content) };
	}
}

class Blocks {
	readonly #source: AsyncIterator<Uint8Array>;
	#left: Buffer = Buffer.alloc(0);

	constructor(bytes: AsyncIterable<Uint8Array>) {
		this.#source = bytes[Symbol.asyncIterator]();
	}

	async take(length: number): Promise<Buffer> {
		const pieces: Buffer[] = [this.#left];
		let have = this.#left.length;
		while (have < length) {
			const next = await this.#source.next();
			if (next.done === true) { throw damaged('it ends too early'); }
			const piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
			pieces.push(piece);
			have += piece.length;
		}
		const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
		this.#left = all.subarray(length);
		return all.subarray(0, length);
	}
}

const damaged = (why: string): HoldfastError => new HoldfastError('CORE_DAMAGED', `The archive of WordPress is damaged: ${why}.`);
const text = (bytes: Buffer, at: number, length: number): string => bytes.toString('utf8', at, at + length).replace(/\0[^]*$/, '');

function octal(bytes: Buffer, at: number, length: number): number {
	const digits = text(bytes, at, length).trim();
	if (!/^[0-7]*$/.test(digits)) { throw damaged('a number is not one'); }
	return digits === '' ? 0 : parseInt(digits, 8);
}

function checksumOf(header: Buffer): number {
	let sum = 0;
	for (const [i, byte] of header.entries()) { sum += i >= 148 && i < 156 ? 0x20 : byte; }
	return sum;
}

/** `<length> path=<value>\n` among the records. */
function paxPath(content: Buffer): string | null {
	for (let at = 0; at < content.length;) {
		const space = content.indexOf(0x20, at);
		const length = Number(content.toString('latin1', at, space));
		if (space < 0 || !Number.isSafeInteger(length) || length < 4) { throw damaged('a record of it is malformed'); }
		const [name, value] = splitAt(content.toString('utf8', space + 1, at + length - 1));
		if (name === 'path') { return value; }
		at += length;
	}
	return null;
}

function splitAt(record: string): [string, string] {
	const at = record.indexOf('=');
	return [record.slice(0, at), record.slice(at + 1)];
}
