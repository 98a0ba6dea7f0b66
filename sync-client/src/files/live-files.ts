import { batchOf, encodeReason, type EntryBatch, type EntrySource as BatchSource, type FileRoot } from '@holdfast/protocol';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { HardLinks } from './hard-links.ts';
import { sameStat } from './read-file.ts';
import type { LeftOut, SeenFile } from './scan.ts';
import type { SiteTree } from './site-tree.ts';

/**
 * The site's files as they are now, as a sorted source of values: for plan, verify and sweep. What the index knows to be
 * untouched has its value from state(now); the rest is read and its chunks are named, not stored.
 */
export class LiveFiles {
	readonly #tree: SiteTree;
	readonly #index: Pick<IndexStore, 'fileStat'> | null;
	readonly #now: SiteState | null;
	/** Complete when a source was read to its end. */
	readonly leftOut: LeftOut[] = [];
	files = 0;
	/** Told how many files were looked at so far. */
	onFiles: (done: number) => void = () => {};
	/** Keys that could not be read: they belong to what was left out. */
	readonly unreadable: SeenFile[] = [];

	/** @param now with `index`: null reads every file (a site that no index knows). */
	constructor(tree: SiteTree, index: Pick<IndexStore, 'fileStat'> | null, now: SiteState | null) {
		this.#tree = tree;
		this.#index = index;
		this.#now = now;
	}

	/** Entries of kind `file`, of these roots or all. Read once. */
	source(only?: ReadonlySet<FileRoot>): BatchSource {
		return { [Symbol.asyncIterator]: () => this.#batches(only) };
	}

	/** Entries of one place and, unless `only`, of what lies below it. What is left out there adds to `leftOut`. */
	sourceAt(root: FileRoot, path: Buffer, only: boolean): BatchSource {
		return { [Symbol.asyncIterator]: () => this.#batchesAt(root, path, only) };
	}

	async *#batchesAt(root: FileRoot, path: Buffer, only: boolean): AsyncGenerator<EntryBatch> {
		const looked = await this.#tree.look(root, path);
		if (looked.is === 'leftOut') { this.leftOut.push(looked.entry); }
		if (looked.is !== 'kept') { return; }
		const scan = this.#tree.scan();
		// Names of one file in several folders are grouped by the last walk over all.
		for await (const batch of only ? [[looked.seen]] : scan.below(looked.seen)) {
			this.files += batch.length;
			const entries = await this.#values(batch);
			if (entries.count > 0) { yield entries; }
		}
		this.leftOut.push(...scan.leftOut());
	}

	async *#batches(only?: ReadonlySet<FileRoot>): AsyncGenerator<EntryBatch> {
		const scan = this.#tree.scan();
		for await (const batch of scan.run(only)) {
			this.files += batch.length;
			this.onFiles(this.files);
			const entries = await this.#values(batch, scan.hardLinks);
			if (entries.count > 0) { yield entries; }
		}
		this.leftOut.push(...scan.leftOut());
	}

	/** Reasons as entries of kind `file left out`, after source() has ended. */
	reasons(): EntryBatch {
		return batchOf(this.leftOut.map((one) => [one.key, encodeReason(one.reason)] as const));
	}

	async #values(batch: SeenFile[], hardLinks?: HardLinks): Promise<EntryBatch> {
		const untouched = batch.filter((seen) => this.#isUntouched(seen));
		const known = this.#now === null ? [] : await this.#now.get(untouched.map((seen) => seen.key));
		const values = new Map(untouched.map((seen, i) => [seen, known[i] ?? null]));
		const entries: [Uint8Array, Uint8Array][] = [];
		for (const seen of batch) {
			const value = values.get(seen) ?? (await this.#read(seen, hardLinks));
			if (value !== null) { entries.push([seen.key, value]); }
		}
		return batchOf(entries);
	}

	#isUntouched(seen: SeenFile): boolean {
		const stat = this.#now === null ? null : this.#index?.fileStat(seen.key) ?? null;
		return stat !== null && seen.stat.type !== 'folder' && sameStat(stat, seen.stat);
	}

	async #read(seen: SeenFile, hardLinks?: HardLinks): Promise<Uint8Array | null> {
		const read = await this.#tree.valueNow(seen, hardLinks);
		if (read.is === 'unreadable') { this.unreadable.push(seen); }
		return read.is === 'value' ? read.value : null;
	}
}
