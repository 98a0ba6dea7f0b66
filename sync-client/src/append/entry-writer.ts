import { BlockWriter, keyKinds, noCounts, type BlockPlace, type EntryBlock, type Manifest } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';
import type { Entries } from '../ports/index-store.ts';

/** Plaintext of blocks that a commit keeps in memory for the local index; beyond it they are read back. */
const keptBytesMax = 32 * 1024 * 1024;

/** Entries on their way into blocks of a commit, in key order; counts them as the manifest does. */
export class EntryWriter {
	readonly places: BlockPlace[] = [];
	readonly counts: Manifest['counts'] = { ...noCounts };
	/** The blocks' plaintext, null once there was too much of it to keep. */
	kept: Buffer[] | null = [];
	readonly #sink: ChunkSink;
	readonly #blocks = new BlockWriter();
	#keptBytes = 0;
	/** Entries that make a point. */
	loud = 0;

	constructor(sink: ChunkSink) {
		this.#sink = sink;
	}

	get entries(): number {
		const { rows, files, deletedRows, deletedFiles, other } = this.counts;
		return rows + files + deletedRows + deletedFiles + other;
	}

	async addAll(entries: Entries, isQuiet: (i: number) => boolean = () => false): Promise<void> {
		for (const [i, key] of entries.keys.entries()) {
			const placed = this.add(key, entries.values[i]!, isQuiet(i));
			if (placed !== undefined) {
				await placed;
			}
		}
	}

	/** Returns a promise only where a block closed: no promise per row. */
	add(key: Uint8Array, value: Uint8Array | null, isQuiet: boolean): Promise<void> | undefined {
		this.#count(key[0]!, value === null, isQuiet);
		const closed = this.#blocks.add(key, value);
		return closed === null ? undefined : this.#place(closed);
	}

	async finish(): Promise<void> {
		const last = this.#blocks.finish();
		if (last !== null) {
			await this.#place(last);
		}
	}

	async #place(block: EntryBlock): Promise<void> {
		this.#keptBytes += block.plaintext.length;
		if (this.#keptBytes > keptBytesMax) {
			this.kept = null;
		}
		this.kept?.push(block.plaintext);
		const chunk = await this.#sink.add('entries', block.plaintext);
		this.places.push({ chunk, first: block.first.toString('hex'), last: block.last.toString('hex'), count: block.count });
	}

	#count(kind: number, isGone: boolean, isQuiet: boolean): void {
		const { counts } = this;
		if (kind === keyKinds.row) {
			counts[isGone ? 'deletedRows' : 'rows']++;
		} else if (kind === keyKinds.file) {
			counts[isGone ? 'deletedFiles' : 'files']++;
		} else {
			counts.other++;
		}
		if (isQuiet) {
			counts.quiet++;
		} else {
			this.loud++;
		}
	}
}
