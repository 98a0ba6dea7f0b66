import { origin } from '@holdfast/protocol';
import { pendingNote } from '../collect/pending-keys.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Entries, IndexStore } from '../ports/index-store.ts';
import { entriesOfCommit } from './commit-entries.ts';
import { blocksOfImage, type History } from './history.ts';

/**
 * Brings the index to the endpoint's head, from nothing or from where it is: after its loss, and on a server that never had it.
 * With nothing there it begins at the base of the newest image, or at the first commit where there is none.
 * Stats of files and the ids of stored chunks are not known again: files are read once more, chunks asked for once more.
 *
 * @param onCommit told after each commit: sequence and head's sequence.
 * @returns how many commits were applied
 */
export async function rebuildIndex(index: IndexStore, history: History, chunks: ChunkSource, onCommit: (seq: number, head: number) => void = () => {}): Promise<number> {
	const { images, head } = await history.images();
	const image = images.at(-1);
	if (image !== undefined && index.image()?.base.seq !== image.base.seq) {
		index.setImage(image.base, await blocksOfImage(image, chunks));
	}
	const reached = index.position() ?? image?.base ?? origin;
	let count = 0;
	for await (const commit of history.commits(reached, head.seq)) {
		const all: Entries = { keys: [], values: [] };
		const ids = commit.manifest.entries.map((block) => block.chunk);
		for await (const entries of entriesOfCommit(commit.manifest, chunks)) {
			for (let i = 0; i < entries.keys.length; i++) {
				all.keys.push(entries.keys[i]!);
				all.values.push(entries.values[i]!);
			}
		}
		index.apply(commit.position, all, ids);
		index.setNote(pendingNote, commit.manifest.pending ?? []);
		onCommit(commit.position.seq, head.seq);
		count++;
	}
	return count;
}
