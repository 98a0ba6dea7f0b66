/** Chunk lists, FORMAT.md section 3: varint n, then n × (id, varint plaintext length). Content is the concatenation. */
import type { ByteReader } from '../bytes/reader.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import type { ChunkId } from '../ids.ts';
import { contentPlaintextBytesMax } from '../limits.ts';

export interface ChunkPiece {
	readonly id: ChunkId;
	/** Bytes of plaintext, ≥ 1. */
	readonly length: number;
}

/** More than any value needs: 2^20 × 4 MiB. */
const piecesMax = 2 ** 20;

export function writeChunkList(writer: ByteWriter, pieces: readonly ChunkPiece[], contentBytes: number): void {
	checkSum(pieces, contentBytes);
	writer.varint(pieces.length);
	for (const piece of pieces) writer.hex(piece.id, 32).varint(piece.length);
}

/** @throws FormatError FORMAT_FIELD when the lengths do not add up to `contentBytes` */
export function readChunkList(reader: ByteReader, contentBytes: number): ChunkPiece[] {
	const pieces: ChunkPiece[] = [];
	for (let left = reader.count(piecesMax, 33); left > 0; left--) {
		pieces.push({ id: reader.hex(32) as ChunkId, length: reader.varint(contentPlaintextBytesMax) });
	}
	checkSum(pieces, contentBytes);
	return pieces;
}

function checkSum(pieces: readonly ChunkPiece[], contentBytes: number): void {
	let sum = 0;
	for (const { length } of pieces) {
		if (!(length >= 1 && length <= contentPlaintextBytesMax)) refuse('FORMAT_FIELD', `a piece of ${length} bytes`);
		sum += length;
	}
	if (sum !== contentBytes) refuse('FORMAT_FIELD', `pieces of ${sum} bytes for ${contentBytes}`);
}
