import { asBuffer, compareBytes, decodeCountedRow, decodeRow, encodeCountedRow, isOutOfLine, type ChunkPiece } from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import { encodeRow } from '../ports/row-batch.ts';

/** Content up to 4 MiB a piece: about 16 MiB in flight. */
const piecesAtOnce = 4;

/** The content of a file or column, piece by piece. Every piece is verified by its id; damaged ones reject with a FormatError. */
export async function* contentOf(pieces: readonly ChunkPiece[], chunks: ChunkSource, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < pieces.length; at += piecesAtOnce) {
		for (const bytes of await chunks.readMany('content', pieces.slice(at, at + piecesAtOnce).map((piece) => piece.id))) {
			onBytes(bytes.length);
			yield bytes;
		}
	}
}

/** Whether a row's value has columns that lie out of line: rare, so only rows that could are looked into. */
export function hasOutOfLine(value: Uint8Array, isKeyless: boolean): boolean {
	if (!value.includes(0xff)) { return false; }
	const row = isKeyless ? decodeCountedRow(value).row : value;
	return decodeRow(row).some((column) => isOutOfLine(column));
}

/** A row's value with every column inside. Bounded by the server's own limit of a row. */
export async function wholeRow(value: Uint8Array, isKeyless: boolean, chunks: ChunkSource, onBytes?: (bytes: number) => void): Promise<Buffer> {
	const counted = isKeyless ? decodeCountedRow(value) : { count: 0, row: asBuffer(value) };
	const columns: (Uint8Array | null)[] = [];
	for (const column of decodeRow(counted.row)) {
		if (column === null || !isOutOfLine(column)) { columns.push(column as Uint8Array | null); continue; }
		const pieces: Uint8Array[] = [];
		for await (const piece of contentOf(column.pieces, chunks, onBytes)) { pieces.push(piece); }
		columns.push(Buffer.concat(pieces));
	}
	const row = encodeRow(columns);
	return isKeyless ? encodeCountedRow(counted.count, row) : row;
}

/** Deepest first: what lies in a folder before the folder. */
export const deepestFirst = (keys: Uint8Array[]): Uint8Array[] => keys.sort((a, b) => compareBytes(b, a));
