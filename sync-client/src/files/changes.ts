/** Scan against state(now): which keys of files are to be looked at. Changes that keep size, times and inode go unseen, as in every backup tool. */
import { asBuffer, compareBytes, encodeReason, kindRange, type KeyRange } from '@holdfast/protocol';
import type { WatchedFolder } from '../ports/files.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { SiteState } from '../ports/site-state.ts';
import { sameStat } from './read-file.ts';
import type { SeenFile } from './scan.ts';
import type { SiteTree } from './site-tree.ts';

/** `seen` where there is a file to read. */
export type FileChange = { key: Uint8Array; how: 'new' | 'changed' | 'gone'; seen: SeenFile | null };

/** `folders`: what is to be watched, `moreFolders`: how many there are beside them. */
export type ScanTotals = { files: number; folders: readonly WatchedFolder[]; moreFolders: number };

/**
 * @param totals filled on the way: files looked at, and folders for the watcher.
 * Batches in key order; left-out entries last.
 */
export async function* fileChanges(tree: SiteTree, index: Pick<IndexStore, 'fileStat'>, state: SiteState, totals: ScanTotals = { files: 0, folders: [], moreFolders: 0 }): AsyncGenerator<FileChange[]> {
	const scan = tree.scan();
	const known = new KnownKeys(state, kindRange('file'));
	for await (const batch of scan.run()) {
		const changes: FileChange[] = [];
		for (const seen of batch) {
			totals.files++;
			for (const key of await known.below(seen.key)) { changes.push({ key, how: 'gone', seen: null }); }
			const isKnown = await known.take(seen.key);
			const stat = index.fileStat(seen.key);
			if (!isKnown) { changes.push({ key: seen.key, how: 'new', seen }); }
			else if (stat === null || !sameEntry(stat, seen)) { changes.push({ key: seen.key, how: 'changed', seen }); }
		}
		if (changes.length > 0) { yield changes; }
	}
	totals.folders = scan.folders;
	totals.moreFolders = scan.moreFolders;
	const gone: FileChange[] = (await known.below(null)).map((key) => ({ key, how: 'gone', seen: null }));
	for await (const change of leftOutChanges(state, scan.leftOut().map((one) => [one.key, encodeReason(one.reason)]))) { gone.push(change); }
	if (gone.length > 0) { yield gone; }
}

/** A folder's own times and size change with what is in it; that is its files' matter. */
function sameEntry(before: Parameters<typeof sameStat>[0], { stat }: SeenFile): boolean {
	if (stat.type !== 'folder' || before.type !== 'folder') { return sameStat(before, stat); }
	return before.mode === stat.mode && before.uid === stat.uid && before.gid === stat.gid;
}

async function* leftOutChanges(state: SiteState, now: [Buffer, Buffer][]): AsyncGenerator<FileChange> {
	const left = new Map(now.map(([key, value]) => [key.toString('latin1'), value]));
	const { low, high } = kindRange('fileLeftOut');
	for await (const { keys, values } of state.range(low, high)) {
		for (const [i, key] of keys.entries()) {
			const name = asBuffer(key).toString('latin1');
			const value = left.get(name);
			left.delete(name);
			if (value === undefined) { yield { key, how: 'gone', seen: null }; }
			else if (!value.equals(values[i]!)) { yield { key, how: 'changed', seen: null }; }
		}
	}
	for (const name of left.keys()) { yield { key: Buffer.from(name, 'latin1'), how: 'new', seen: null }; }
}

/** Keys of a state in order, taken as the scan passes them. */
class KnownKeys {
	readonly #batches: AsyncIterator<{ keys: Uint8Array[] }>;
	#keys: Uint8Array[] = [];
	#at = 0;

	constructor(state: SiteState, range: KeyRange) {
		this.#batches = state.range(range.low, range.high)[Symbol.asyncIterator]();
	}

	/** Those below `key` (null = all that are left) that were not taken. */
	async below(key: Uint8Array | null): Promise<Uint8Array[]> {
		const passed: Uint8Array[] = [];
		while (await this.#fill()) {
			const next = this.#keys[this.#at]!;
			if (key !== null && compareBytes(next, key) >= 0) { break; }
			passed.push(next);
			this.#at++;
		}
		return passed;
	}

	async take(key: Uint8Array): Promise<boolean> {
		if (!(await this.#fill()) || compareBytes(this.#keys[this.#at]!, key) !== 0) { return false; }
		this.#at++;
		return true;
	}

	async #fill(): Promise<boolean> {
		while (this.#at >= this.#keys.length) {
			const next = await this.#batches.next();
			if (next.done === true) { return false; }
			this.#keys = next.value.keys;
			this.#at = 0;
		}
		return true;
	}
}
