import { createHash, type Hash as Hashing } from 'node:crypto';
import { refuse } from '@holdfast/protocol';
import { pieceBytes } from '../limits.ts';
import type { ObjectStore, StagedObject } from '../ports/objects.ts';

/** Bytes that can be read in any order, without being held: a stored object, one in the making, or a part of either. */
export interface Source {
	readonly size: number;
	/** Exactly these bytes. @throws FormatError FORMAT_TRUNCATED where they are not there */
	read(offset: number, length: number): Promise<Uint8Array>;
}

export function stagedSource(staged: StagedObject, size: number): Source {
	return section({ size, read: (offset, length) => staged.read(offset, length) }, 0, size);
}

/** An object of the store. Null where there is none. */
export async function objectSource(objects: ObjectStore, name: string): Promise<Source | null> {
	const size = await objects.size(name);
	if (size === null) return null;
	const read = async (offset: number, length: number): Promise<Uint8Array> =>
		(await objects.readRange(name, offset, length)) ?? refuse('FORMAT_TRUNCATED', name);
	return section({ size, read }, 0, size);
}

/** A part of a source, as a source; bounds are checked before anything is read. */
export function section(source: Source, start: number, size: number): Source {
	if (start + size > source.size) refuse('FORMAT_TRUNCATED', `${start} + ${size} of ${source.size} bytes`);
	return {
		size,
		read: async (offset, length) => {
			if (offset + length > size) refuse('FORMAT_TRUNCATED', `${offset} + ${length} of ${size} bytes`);
			return length === 0 ? new Uint8Array(0) : source.read(start + offset, length);
		},
	};
}

/** Feeds all bytes of a source into a hash, piece by piece. */
export async function feed(hashing: Hashing, source: Source): Promise<Hashing> {
	for (let offset = 0; offset < source.size; offset += pieceBytes) {
		hashing.update(await source.read(offset, Math.min(pieceBytes, source.size - offset)));
	}
	return hashing;
}

export async function sha256Of(source: Source): Promise<string> {
	return (await feed(createHash('sha256'), source)).digest('hex');
}

/** The same source, read ahead: for walking through it forwards in many small steps. Not for concurrent use. */
export function readingAhead(source: Source, aheadBytes: number): Source {
	let start = 0;
	let held: Uint8Array = new Uint8Array(0);
	return {
		size: source.size,
		read: async (offset, length) => {
			if (offset < start || offset + length > start + held.length) {
				held = await source.read(offset, Math.max(length, Math.min(aheadBytes, source.size - offset)));
				start = offset;
			}
			return held.subarray(offset - start, offset - start + length);
		},
	};
}
