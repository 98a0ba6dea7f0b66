/** The first 64 bytes of a chunk, FORMAT.md section 6. They are in clear and authenticated. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { parseGeneration, type ChunkId, type Generation } from '../ids.ts';
import { contentPlaintextBytesMax, entriesPlaintextBytesMax, layerPlaintextBytesMax, manifestPlaintextBytesMax } from '../limits.ts';

export const chunkKinds = { entries: 1, content: 2, manifest: 3, layer: 4, layerIndex: 5 } as const;
export type ChunkKind = keyof typeof chunkKinds;

const kindNames = Object.keys(chunkKinds) as ChunkKind[];

export const plaintextBytesMax: Record<ChunkKind, number> = {
	entries: entriesPlaintextBytesMax,
	content: contentPlaintextBytesMax,
	manifest: manifestPlaintextBytesMax,
	layer: layerPlaintextBytesMax,
	layerIndex: layerPlaintextBytesMax,
};

export const chunkHeaderBytes = 64;
export const chunkTagBytes = 16;
/** What a chunk adds to its encrypted bytes. */
export const chunkOverheadBytes = chunkHeaderBytes + chunkTagBytes;

export interface ChunkHeader {
	readonly compressed: boolean;
	readonly kind: ChunkKind;
	readonly generation: Generation;
	readonly plaintextBytes: number;
	readonly encryptedBytes: number;
	readonly id: ChunkId;
	/** 12 bytes. */
	readonly nonce: Uint8Array;
}

export function encodeChunkHeader(header: ChunkHeader): Buffer {
	return new ByteWriter(chunkHeaderBytes)
		.raw(Buffer.from('HFCK', 'latin1'))
		.u8(1)
		.u8(header.compressed ? 1 : 0)
		.u8(chunkKinds[header.kind])
		.u8(0)
		.u32(header.generation)
		.u32(header.plaintextBytes)
		.u32(header.encryptedBytes)
		.hex(header.id, 32)
		.raw(header.nonce)
		.finish();
}

/**
 * The header of the chunk that begins at `start`; what follows it need not be there. Needs no key.
 * @throws FormatError FORMAT_TRUNCATED, FORMAT_MAGIC, FORMAT_VERSION, FORMAT_FIELD, FORMAT_LIMIT
 */
export function readChunkHeader(bytes: Uint8Array, start = 0, end = bytes.length): ChunkHeader {
	const reader = new ByteReader(bytes, start, end);
	reader.magic('HFCK');
	reader.version(1);
	const flags = reader.u8();
	if (flags > 1) refuse('FORMAT_FIELD', `flags ${flags}`);
	const compressed = flags === 1;
	const kindByte = reader.u8();
	const kind = kindNames[kindByte - 1] ?? refuse('FORMAT_FIELD', `kind ${kindByte}`);
	if (reader.u8() !== 0) refuse('FORMAT_FIELD', 'reserved byte is not zero');
	const generation = parseGeneration(reader.u32());
	const plaintextBytes = reader.u32();
	const encryptedBytes = reader.u32();
	if (plaintextBytes > plaintextBytesMax[kind]) refuse('FORMAT_LIMIT', `${kind} of ${plaintextBytes} bytes`);
	const fits = compressed ? encryptedBytes > 0 && encryptedBytes < plaintextBytes : encryptedBytes === plaintextBytes;
	if (!fits) refuse('FORMAT_FIELD', `${encryptedBytes} encrypted bytes for ${plaintextBytes}`);
	return { compressed, kind, generation, plaintextBytes, encryptedBytes, id: reader.hex(32) as ChunkId, nonce: reader.take(12) };
}

/** Bytes of the whole chunk. */
export const sealedBytes = (header: ChunkHeader): number => header.encryptedBytes + chunkOverheadBytes;
