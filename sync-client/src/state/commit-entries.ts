import { decodeBlock, type Manifest } from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Entries } from '../ports/index-store.ts';
import { entriesFrom } from './batches.ts';

const blocksAtOnce = 8;

/** The entries of one commit (the delta of level 0), block by block. */
export async function* entriesOfCommit(manifest: Manifest, chunks: ChunkSource): AsyncGenerator<Entries> {
	const ids = manifest.entries.map((block) => block.chunk);
	for (let at = 0; at < ids.length; at += blocksAtOnce) {
		for (const plaintext of await chunks.readMany('entries', ids.slice(at, at + blocksAtOnce))) {
			yield entriesFrom(decodeBlock(plaintext));
		}
	}
}
