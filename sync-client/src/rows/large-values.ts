import { chunkIdOf, columnAt, columnsOutOfLine, cutContent, encodeRow, inlineColumnBytesMax, isOutOfLine, RowWalk, type ChunkKeys, type ChunkPiece, type Column } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';

/** Where the pieces of a large column go. */
export type PlacePieces = (piece: Uint8Array) => Promise<ChunkPiece['id']>;

/** For collect and image: pieces are stored. */
export const storingPieces = (sink: ChunkSink): PlacePieces => (piece) => sink.add('content', piece);

/** For sweep and plan: pieces only get their names, to be compared. */
export const namingPieces = (keys: ChunkKeys): PlacePieces => async (piece) => chunkIdOf(keys, 'content', piece);

/** Turns rows into values: columns above 4 MiB, and the largest of a row above 16 MiB, go out of line. FORMAT.md section 3. */
export class LargeValues {
	readonly #gear: Int32Array;
	readonly #place: PlacePieces;
	readonly #walk = new RowWalk();

	constructor(gear: Int32Array, place: PlacePieces) {
		this.#gear = gear;
		this.#place = place;
	}

	/** Rows below this are values as they are. */
	static isPlain(row: Uint8Array): boolean {
		return row.length <= inlineColumnBytesMax;
	}

	async value(row: Buffer): Promise<Buffer> {
		const walk = this.#walk.walk(row);
		const out = new Set(columnsOutOfLine(walk.lengths, walk.count));
		if (out.size === 0) {
			return row;
		}
		const columns: Column[] = [];
		for (let i = 0; i < walk.count; i++) {
			columns.push(columnAt(row, walk, i));
		}
		for (const i of out) {
			columns[i] = await this.#outOfLine(columns[i]!);
		}
		return encodeRow(columns);
	}

	async #outOfLine(column: Column): Promise<Column> {
		if (column === null || isOutOfLine(column)) {
			return column;
		}
		const pieces: ChunkPiece[] = [];
		for await (const piece of cutContent([column], this.#gear)) {
			pieces.push({ id: await this.#place(Buffer.from(piece)), length: piece.length });
		}
		return { length: column.length, pieces };
	}
}
