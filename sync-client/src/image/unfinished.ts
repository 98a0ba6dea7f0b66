import { compareBytes, decodeLayerIndex, incarnationOf, keyKinds, type ChunkId, type IndexedBlock, type Manifest, type Position, type Sequence } from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import type { History } from '../state/history.ts';
import type { IndexPlace } from './image-parts.ts';

/** An image that an earlier life of the agent began and did not complete. */
export type Unfinished = { id: string; base: Position; nextPart: number; places: IndexPlace[]; blocks: IndexedBlock[] };

/** A note of the index: the image that is being made. */
export const imageNote = 'image';
export type ImageNote = { id: string; base: Position };

/** Reads the parts of an image out of the commits after its base. */
export async function readUnfinished(note: ImageNote, head: Position, history: History, chunks: ChunkSource): Promise<Unfinished> {
	const unfinished: Unfinished = { ...note, nextPart: 0, places: [], blocks: [] };
	const indexes: ChunkId[] = [];
	for await (const { manifest } of history.commits(note.base, head.seq as Sequence)) {
		if (isPartOf(manifest, note.id)) {
			indexes.push(...manifest.image!.indexes);
			unfinished.nextPart = Math.max(unfinished.nextPart, manifest.image!.part + 1);
		}
	}
	for (const chunk of indexes) {
		const blocks = decodeLayerIndex(await chunks.read('layerIndex', chunk)).map((block) => ({ ...block, first: Buffer.from(block.first), last: Buffer.from(block.last) }));
		unfinished.places.push({ chunk, first: blocks[0]!.first.toString('hex'), last: blocks.at(-1)!.last.toString('hex'), blocks: blocks.length });
		unfinished.blocks.push(...blocks);
	}
	return unfinished;
}

/** The newest image that was begun and not completed, for an index that was built again; null where there is none. */
export async function findUnfinished(head: Position, from: Position, history: History): Promise<ImageNote | null> {
	let found: ImageNote | null = null;
	for await (const { manifest } of history.commits(from, head.seq as Sequence)) {
		if (manifest.image !== undefined) {
			found = manifest.image.layer === undefined ? { id: manifest.image.id, base: manifest.image.base } : null;
		}
	}
	return found;
}

const isPartOf = (manifest: Manifest, id: string): boolean => manifest.image?.id === id && manifest.image.layer === undefined;

/** The last key that the parts hold, by run: `schema`, `files`, or a table's incarnation. */
export function lastKeys(blocks: readonly IndexedBlock[]): Map<string, Uint8Array> {
	const last = new Map<string, Uint8Array>();
	for (const block of blocks) {
		const kind = block.last[0]!;
		const run = kind === keyKinds.row ? String(incarnationOf(block.last)) : kind >= keyKinds.file ? 'files' : 'schema';
		const known = last.get(run);
		if (known === undefined || compareBytes(known, block.last) < 0) {
			last.set(run, block.last);
		}
	}
	return last;
}
