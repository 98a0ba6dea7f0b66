import { asBuffer, compareBytes, decodeFile, encodeKey, encodeReason, fileKey, folderRange, type FileRoot } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';
import type { FileStat } from '../ports/files.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { FilesRead } from '../ports/site-files.ts';
import type { SiteState } from '../ports/site-state.ts';
import { isSmall, sameStat } from './read-file.ts';
import type { SeenFile } from './scan.ts';
import type { SiteTree } from './site-tree.ts';

/** Of a folder that is named with all below no more changed files or bytes than this are read at once: the rest of the site would wait. A scan finds them. */
export const treeFilesMax = 500;
const treeBytesMax = 16 * 1024 * 1024;

/** A file that was read and uploaded before the collect that names it. */
export type Ahead = { value: Buffer; seen: FileStat; stat: FileStat | null; unstable: boolean };

export type ReadingFrom = { tree: SiteTree; state: SiteState; knowsAll: boolean; index?: Pick<IndexStore, 'fileStat'>; ahead: ReadonlyMap<string, Ahead> };

/** One read of named places: gathers what is there, then says what of it differs from state(now). */
export class Reading {
	readonly #from: ReadingFrom;
	readonly #tree: SiteTree;
	readonly #state: SiteState;
	readonly #sink: ChunkSink;
	readonly #large: 'now' | 'later';
	/** By key as latin1; null = nothing there. */
	readonly #found = new Map<string, Uint8Array | null>();
	/** By key: as it was backed up last, so state(now) has its value. */
	readonly #untouched = new Map<string, SeenFile>();
	readonly #passed = new Set<string>();
	readonly #stats = new Map<string, FileStat | null>();
	readonly #postponed: FilesRead['postponed'] = [];
	readonly #again: Uint8Array[] = [];

	constructor(from: ReadingFrom, sink: ChunkSink, large: 'now' | 'later') {
		this.#from = from;
		this.#tree = from.tree;
		this.#state = from.state;
		this.#sink = sink;
		this.#large = large;
	}

	async place(root: FileRoot, path: Buffer, below: boolean): Promise<void> {
		const looked = await this.#tree.look(root, path, this.#passed);
		const isFolder = looked.is === 'kept' && looked.seen.stat.type === 'folder';
		if (below && isFolder && this.#large === 'later' && (await this.#isLong(looked.seen))) {
			this.#postponed.push({ key: looked.seen.key, bytes: 0, isFolder: true });
			return;
		}
		// What was below a folder that is no longer one, or is named with all below, goes unless it is found again.
		if (below || !isFolder) { await this.#nothingBelow(root, path); }
		if (looked.is === 'kept') {
			if (!below) { await this.#file(looked.seen); return; }
			const scan = this.#tree.scan();
			for await (const batch of scan.below(looked.seen)) { for (const seen of batch) { await this.#file(seen); } }
			for (const one of scan.leftOut()) { this.#found.set(nameOf(one.key), encodeReason(one.reason)); }
			return;
		}
		this.#nothingAt(root, path);
		if (looked.is === 'leftOut') { this.#found.set(nameOf(looked.entry.key), encodeReason(looked.entry.reason)); }
	}

	/** Whether there are too many changed files below to read them in the loop's turn. */
	async #isLong(folder: SeenFile): Promise<boolean> {
		let files = 0;
		let bytes = 0;
		for await (const batch of this.#tree.scan().below(folder)) {
			for (const seen of batch.filter(({ stat }) => stat.type === 'file')) {
				if (this.#isUntouched(seen)) { continue; }
				files++;
				bytes += isSmall(seen.stat) ? seen.stat.size : 0;
				if (files > treeFilesMax || bytes > treeBytesMax) { return true; }
			}
		}
		return false;
	}

	#isUntouched(seen: SeenFile): boolean {
		const stat = this.#from.knowsAll ? this.#from.index?.fileStat(seen.key) ?? null : null;
		return stat !== null && seen.stat.type !== 'folder' && sameStat(stat, seen.stat);
	}

	async result(): Promise<FilesRead> {
		await this.#readUnknown();
		const keys = [...this.#found.keys()].map((key) => Buffer.from(key, 'latin1')).sort(compareBytes);
		const entries: FilesRead['entries'] = { keys: [], values: [] };
		const before = await this.#state.get(keys);
		const open = new Set([...this.#postponed.map(({ key }) => key), ...this.#again].map(nameOf));
		const settled: Uint8Array[] = [...this.#untouched.keys()].map((name) => Buffer.from(name, 'latin1'));
		keys.forEach((key, i) => {
			const value = this.#found.get(nameOf(key))!;
			if (!open.has(nameOf(key))) { settled.push(key); }
			const known = before[i]!;
			const isSame = value === null ? known === null && (this.#from.knowsAll || key[0] === leftOutByte) : known !== null && asBuffer(known).equals(value);
			if (isSame) { return; }
			entries.keys.push(key);
			entries.values.push(value);
		});
		const stats = [...this.#stats].map(([key, stat]) => ({ key: Buffer.from(key, 'latin1'), stat }));
		return { entries, stats, postponed: this.#postponed, again: this.#again, settled };
	}

	/** The index is right about what it has seen, but state(now) decides what is backed up. */
	async #readUnknown(): Promise<void> {
		const names = [...this.#untouched.keys()].sort();
		const known = await this.#state.get(names.map((name) => Buffer.from(name, 'latin1')));
		for (const [i, name] of names.entries()) {
			if (known[i] != null) { continue; }
			const seen = this.#untouched.get(name)!;
			this.#untouched.delete(name);
			await this.#read(seen);
		}
	}

	async #file(seen: SeenFile): Promise<void> {
		const name = nameOf(seen.key);
		if (this.#isUntouched(seen)) {
			this.#found.delete(name);
			this.#stats.delete(name);
			this.#untouched.set(name, seen);
			if (seen.stat.type !== 'link') { this.#found.set(nameOf(leftOutKey(seen.root, seen.path)), null); }
			return;
		}
		await this.#read(seen);
	}

	async #read(seen: SeenFile): Promise<void> {
		const name = nameOf(seen.key);
		const ahead = this.#ahead(seen);
		if (ahead === null && this.#large === 'later' && !isSmall(seen.stat)) {
			this.#found.delete(name);
			this.#postponed.push({ key: seen.key, bytes: seen.stat.size, isFolder: false });
			return;
		}
		const read = ahead ?? (await this.#tree.read(seen, this.#sink));
		if (read.is !== 'value') {
			this.#nothingAt(seen.root, seen.path);
			if (read.is === 'unreadable') { this.#found.set(nameOf(leftOutKey(seen.root, seen.path)), encodeReason(read.reason)); }
			return;
		}
		this.#found.set(nameOf(seen.key), read.value);
		this.#stats.set(nameOf(seen.key), read.stat);
		if (seen.stat.type !== 'link') { this.#found.set(nameOf(leftOutKey(seen.root, seen.path)), null); }
		if (read.unstable) { this.#again.push(seen.key); }
	}

	/** Where it was read ahead and is untouched since, or will be looked at again anyway. */
	#ahead(seen: SeenFile): (Ahead & { is: 'value' }) | null {
		const ahead = this.#from.ahead.get(nameOf(seen.key));
		if (ahead === undefined || !(ahead.unstable || sameStat(ahead.seen, seen.stat))) { return null; }
		const value = decodeFile(ahead.value);
		if (value.type === 'file') { value.pieces.forEach(({ id }) => this.#sink.refer(id)); }
		return { is: 'value', ...ahead };
	}

	#nothingAt(root: FileRoot, path: Buffer): void {
		for (const key of [fileKey(root, path), leftOutKey(root, path)]) { this.#found.set(nameOf(key), null); }
		this.#stats.set(nameOf(fileKey(root, path)), null);
	}

	async #nothingBelow(root: FileRoot, path: Buffer): Promise<void> {
		for (const kind of ['file', 'fileLeftOut'] as const) {
			const { low, high } = folderRange(root, path, kind);
			for await (const { keys } of this.#state.range(low, high)) {
				for (const key of keys) {
					this.#found.set(nameOf(key), null);
					if (kind === 'file') { this.#stats.set(nameOf(key), null); }
				}
			}
		}
	}
}

const leftOutByte = 0x31;
export const nameOf = (key: Uint8Array): string => asBuffer(key).toString('latin1');
const leftOutKey = (root: FileRoot, path: Uint8Array): Buffer => encodeKey({ kind: 'fileLeftOut', root, path });
