/** The index at the end of a pack, FORMAT.md section 7: 40 × count bytes, then the footer of 44. In clear. */
import { createHash } from 'node:crypto';
import { compareRanges } from '../bytes/compare.ts';
import { ByteReader } from '../bytes/reader.ts';
import { encodeHex } from '../bytes/text.ts';
import { refuse } from '../errors.ts';
import type { ChunkId } from '../ids.ts';
import { packBytesMax } from '../limits.ts';
import { chunkOverheadBytes } from '../crypto/chunkHeader.ts';

export const packHeadBytes = 8;
export const packFooterBytes = 44;
export const packIndexEntryBytes = 40;

/** Where a chunk lies in its pack, in bytes. */
export interface ChunkPlace {
	readonly id: ChunkId;
	readonly offset: number;
	readonly length: number;
}

/** Ids ascending; read in place. */
export class PackIndex {
	readonly count: number;
	readonly #bytes: Buffer;

	/** Checks order and bounds: chunks lie one after the other from byte 8 to `chunksEnd`, without gap or overlap. */
	constructor(bytes: Buffer, count: number, chunksEnd: number) {
		this.#bytes = bytes;
		this.count = count;
		const places: number[] = [];
		for (let i = 0; i < count; i++) {
			const at = i * packIndexEntryBytes;
			if (i > 0 && compareRanges(bytes, at - packIndexEntryBytes, at - packIndexEntryBytes + 32, bytes, at, at + 32) >= 0) {
				refuse('FORMAT_ORDER', 'index of a pack');
			}
			places.push(i);
		}
		places.sort((a, b) => this.offset(a) - this.offset(b));
		let end = packHeadBytes;
		for (const i of places) {
			if (this.offset(i) !== end || this.length(i) < chunkOverheadBytes) refuse('FORMAT_FIELD', 'chunks of a pack do not lie one after the other');
			end += this.length(i);
		}
		if (end !== chunksEnd) refuse('FORMAT_FIELD', 'chunks of a pack do not end at its index');
	}

	id(i: number): ChunkId {
		const at = i * packIndexEntryBytes;
		return this.#bytes.toString('hex', at, at + 32) as ChunkId;
	}
	offset(i: number): number {
		return this.#bytes.readUInt32BE(i * packIndexEntryBytes + 32);
	}
	length(i: number): number {
		return this.#bytes.readUInt32BE(i * packIndexEntryBytes + 36);
	}
	place(i: number): ChunkPlace {
		return { id: this.id(i), offset: this.offset(i), length: this.length(i) };
	}

	/** Where a chunk lies; undefined when this pack does not hold it. */
	find(id: ChunkId): ChunkPlace | undefined {
		const wanted = encodeHex(id);
		let low = 0;
		let high = this.count;
		while (low < high) {
			const middle = (low + high) >>> 1;
			const at = middle * packIndexEntryBytes;
			const order = compareRanges(this.#bytes, at, at + 32, wanted, 0, wanted.length);
			if (order === 0) return this.place(middle);
			if (order < 0) low = middle + 1;
			else high = middle;
		}
		return undefined;
	}

	*[Symbol.iterator](): Generator<ChunkPlace> {
		for (let i = 0; i < this.count; i++) yield this.place(i);
	}
}

export interface PackFooter {
	readonly count: number;
	/** Where the index begins in the pack. */
	readonly indexOffset: number;
	readonly hash: Buffer;
}

/** The footer out of a pack's last 44 bytes. `packBytes` is the length of the whole pack. @throws FormatError */
export function readPackFooter(last: Uint8Array, packBytes: number): PackFooter {
	if (packBytes > packBytesMax) refuse('FORMAT_LIMIT', `pack of ${packBytes} bytes`);
	if (last.length < packFooterBytes || packBytes < packHeadBytes + packFooterBytes) refuse('FORMAT_TRUNCATED', 'pack');
	const reader = new ByteReader(last, last.length - packFooterBytes);
	const count = reader.u32();
	const indexOffset = reader.u32();
	const hash = reader.take(32);
	reader.magic('HFPE');
	if (indexOffset < packHeadBytes || indexOffset + count * packIndexEntryBytes + packFooterBytes !== packBytes) {
		refuse('FORMAT_FIELD', 'the index of a pack does not fit its length');
	}
	return { count, indexOffset, hash };
}

/** The index out of a pack's bytes from `footer.indexOffset` on (index and footer, or more before). @throws FormatError */
export function readPackIndex(tail: Uint8Array, packBytes: number): PackIndex {
	const footer = readPackFooter(tail, packBytes);
	const start = tail.length - packFooterBytes - footer.count * packIndexEntryBytes;
	if (start < 0) refuse('FORMAT_TRUNCATED', 'index of a pack');
	const reader = new ByteReader(tail, start);
	const index = reader.take(footer.count * packIndexEntryBytes);
	const hash = createHash('sha256').update(index).update(reader.take(8)).digest();
	if (!hash.equals(footer.hash)) refuse('FORMAT_HASH', 'index of a pack');
	return new PackIndex(index, footer.count, footer.indexOffset);
}
