import type { PackName, Sequence } from '@holdfast/protocol';
import type { ChunkObject } from '../ports/catalog.ts';

const commitKind = 0;
const packKind = 1;

/** The bytes under which a catalog keeps the object of a chunk: they sort as `places` promises, commits before packs. */
export function chunkObjectKey(object: ChunkObject): Buffer {
	if (object.kind === 'pack') return Buffer.concat([Buffer.of(packKind), Buffer.from(object.name, 'hex')]);
	const key = Buffer.alloc(9);
	key[0] = commitKind;
	key.writeBigUInt64BE(BigInt(object.seq), 1);
	return key;
}

export function parseChunkObjectKey(key: Uint8Array): ChunkObject {
	const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
	return bytes[0] === packKind
		? { kind: 'pack', name: bytes.toString('hex', 1) as PackName }
		: { kind: 'commit', seq: Number(bytes.readBigUInt64BE(1)) as Sequence };
}
