/** Packs: many chunks in one stored object, with its own index at its end. FORMAT.md section 7. */
import { createHash } from 'node:crypto';
import { asBuffer } from '../bytes/compare.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import type { ChunkId, PackName } from '../ids.ts';
import { packBytesMax } from '../limits.ts';
import { readChunkHeader, sealedBytes } from '../crypto/chunkHeader.ts';
import type { SealedChunk } from '../crypto/chunk.ts';
import { packFooterBytes, packHeadBytes, packIndexEntryBytes, readPackIndex, type PackIndex } from './packIndex.ts';

export interface Pack {
	readonly name: PackName;
	readonly bytes: Buffer;
}

export const packNameOf = (bytes: Uint8Array): PackName => createHash('sha256').update(bytes).digest('hex') as PackName;

/** Gathers sealed chunks; the same chunks in the same order make the same pack. */
export class PackWriter {
	readonly #chunks: Buffer[] = [];
	readonly #places = new Map<ChunkId, { offset: number; length: number }>();
	#end = packHeadBytes;

	get count(): number {
		return this.#places.size;
	}

	/** Bytes of the pack if it were finished now. */
	get bytes(): number {
		return this.#end + this.#places.size * packIndexEntryBytes + packFooterBytes;
	}

	has(id: ChunkId): boolean {
		return this.#places.has(id);
	}

	/** False when the chunk was in already. @throws FormatError FORMAT_LIMIT when the pack would be too large */
	add(chunk: SealedChunk): boolean {
		if (this.#places.has(chunk.id)) return false;
		const { length } = chunk.bytes;
		if (this.bytes + length + packIndexEntryBytes > packBytesMax) refuse('FORMAT_LIMIT', 'pack');
		this.#places.set(chunk.id, { offset: this.#end, length });
		this.#chunks.push(chunk.bytes);
		this.#end += length;
		return true;
	}

	finish(): Pack {
		const index = new ByteWriter(this.#places.size * packIndexEntryBytes + packFooterBytes);
		for (const id of [...this.#places.keys()].sort()) {
			const place = this.#places.get(id)!;
			index.hex(id, 32).u32(place.offset).u32(place.length);
		}
		index.u32(this.#places.size).u32(this.#end);
		const indexed = index.finish();
		const hash = createHash('sha256').update(indexed).digest();
		const head = new ByteWriter(packHeadBytes).objectHead('HFPK', 1).finish();
		const bytes = Buffer.concat([head, ...this.#chunks, indexed, hash, Buffer.from('HFPE', 'latin1')]);
		return { name: packNameOf(bytes), bytes };
	}
}

/**
 * Everything that can be checked without a key: name, head, footer, index, bounds, and each chunk's magic, id and length.
 * @throws FormatError
 */
export function verifyPack(bytes: Uint8Array, name?: PackName): PackIndex {
	if (bytes.length > packBytesMax) refuse('FORMAT_LIMIT', `pack of ${bytes.length} bytes`);
	if (name !== undefined && packNameOf(bytes) !== name) refuse('FORMAT_HASH', `pack ${name}`);
	new ByteReader(bytes).objectHead('HFPK', 1);
	const index = readPackIndex(bytes, bytes.length);
	for (let i = 0; i < index.count; i++) {
		const offset = index.offset(i);
		const header = readChunkHeader(bytes, offset, offset + index.length(i));
		if (header.id !== index.id(i)) refuse('FORMAT_ID_MISMATCH', `chunk ${header.id}`);
		if (sealedBytes(header) !== index.length(i)) refuse('FORMAT_FIELD', `length of chunk ${header.id}`);
	}
	return index;
}

/** A chunk of a pack, as a view; undefined when the pack does not hold it. */
export function chunkOf(pack: Uint8Array, index: PackIndex, id: ChunkId): Buffer | undefined {
	const place = index.find(id);
	return place && asBuffer(pack).subarray(place.offset, place.offset + place.length);
}
