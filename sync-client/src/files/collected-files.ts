import { asBuffer, compareBytes, decodeKey, encodeKey, encodeReason, fileKey, folderRange, type FileRoot } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';
import type { FileStat } from '../ports/files.ts';
import type { FilesNamed, FilesRead, SiteFiles } from '../ports/site-files.ts';
import type { SiteState } from '../ports/site-state.ts';
import { shownPath } from './paths.ts';
import { isSmall } from './read-file.ts';
import type { LeftOut, SeenFile } from './scan.ts';
import type { SiteTree } from './site-tree.ts';

/** @property knowsAll false while the first backup runs: then state(now) does not hold what slices will. */
export type CollectedFrom = { tree: SiteTree; openState: () => Promise<SiteState>; knowsAll: () => boolean };

/** The files that collect and image ask for, as entries; what state(now) has already is not given again. */
export class CollectedFiles implements SiteFiles {
	readonly #from: CollectedFrom;

	constructor(from: CollectedFrom) {
		this.#from = from;
	}

	async read(named: FilesNamed, sink: ChunkSink, large: 'now' | 'later'): Promise<FilesRead> {
		if (named.paths.size + named.keys.size === 0) { return { entries: { keys: [], values: [] }, stats: [], postponed: [], again: [] }; }
		const state = await this.#from.openState();
		try {
			const reading = new Reading(this.#from.tree, state, this.#from.knowsAll(), sink, large);
			for (const [path, how] of named.paths) {
				const place = this.#from.tree.locate(Buffer.from(path, 'latin1'));
				if (place !== null) { await reading.place(place.root, place.path, how === 'tree'); }
			}
			for (const key of named.keys) {
				const place = decodeKey(Buffer.from(key, 'latin1'));
				if (place.kind === 'file' || place.kind === 'fileLeftOut') { await reading.place(place.root, asBuffer(place.path), false); }
			}
			return await reading.result();
		} finally {
			await state.close();
		}
	}

	async *all(after: Uint8Array | null, sink: ChunkSink, groupBytes: number): AsyncGenerator<FilesRead> {
		const { tree } = this.#from;
		const scan = tree.scan();
		const leftOut: LeftOut[] = [];
		let group = new Group();
		for await (const batch of scan.run()) {
			for (const seen of batch) {
				if (after !== null && compareBytes(seen.key, after) <= 0) { continue; }
				const read = await tree.read(seen, sink, scan.hardLinks);
				if (read.is === 'unreadable') { leftOut.push({ key: encodeKey({ kind: 'fileLeftOut', root: seen.root, path: seen.path }), root: seen.root, path: seen.path, reason: read.reason }); }
				if (read.is !== 'value') { continue; }
				group.put(seen.key, read.value, read.stat, read.bytes);
				if (read.unstable) { group.read.again.push(seen.key); }
				if (group.bytes < groupBytes) { continue; }
				yield group.read;
				group = new Group();
			}
		}
		// Their kind sorts behind all files.
		for (const one of [...scan.leftOut(), ...leftOut].sort((a, b) => compareBytes(a.key, b.key))) {
			if (after === null || compareBytes(one.key, after) > 0) { group.put(one.key, encodeReason(one.reason), undefined, 0); }
		}
		if (group.read.entries.keys.length > 0) { yield group.read; }
	}

	async gone(keys: readonly Uint8Array[]): Promise<Uint8Array[]> {
		const { roots } = this.#from.tree.scope;
		const paths = keys.map((key) => {
			const place = decodeKey(key);
			return place.kind === 'file' ? roots.absolute(place.root, place.path) : null;
		});
		const stats = await this.#from.tree.files.stat(paths.map((path) => path ?? Buffer.from('/')));
		return keys.filter((_, i) => paths[i] === null || stats[i] === null);
	}

	async totals(): Promise<{ files: number; bytes: number; leftOut: { what: string; why: string }[] }> {
		const scan = this.#from.tree.scan();
		let files = 0;
		let bytes = 0;
		for await (const batch of scan.run()) {
			files += batch.length;
			for (const { stat } of batch) { bytes += stat.type === 'file' ? stat.size : 0; }
		}
		return { files, bytes, leftOut: scan.leftOut().slice(0, leftOutShownMax).map((one) => ({ what: placeName(one.root, one.path), why: one.reason.detail })) };
	}
}

const leftOutShownMax = 200;
/** About what an entry costs beside its content. */
const entryBytes = 200;

/** A place as people see it: `uploads/2026/a.jpg`. */
export const placeName = (root: FileRoot, path: Uint8Array): string => (path.length === 0 ? root : `${root === 'root' ? '' : `${root}/`}${shownPath(path)}`);

class Group {
	readonly read: FilesRead = { entries: { keys: [], values: [] }, stats: [], postponed: [], again: [] };
	bytes = 0;

	put(key: Uint8Array, value: Uint8Array, stat: FileStat | null | undefined, bytes: number): void {
		this.read.entries.keys.push(key);
		this.read.entries.values.push(value);
		if (stat !== undefined) { this.read.stats.push({ key, stat }); }
		this.bytes += bytes + entryBytes;
	}
}

/** One read of named places: gathers what is there, then says what of it differs from state(now). */
class Reading {
	readonly #tree: SiteTree;
	readonly #state: SiteState;
	readonly #knowsAll: boolean;
	readonly #sink: ChunkSink;
	readonly #large: 'now' | 'later';
	/** By key as latin1; null = nothing there. */
	readonly #found = new Map<string, Uint8Array | null>();
	readonly #stats = new Map<string, FileStat | null>();
	readonly #postponed: FilesRead['postponed'] = [];
	readonly #again: Uint8Array[] = [];

	constructor(tree: SiteTree, state: SiteState, knowsAll: boolean, sink: ChunkSink, large: 'now' | 'later') {
		this.#tree = tree;
		this.#state = state;
		this.#knowsAll = knowsAll;
		this.#sink = sink;
		this.#large = large;
	}

	async place(root: FileRoot, path: Buffer, below: boolean): Promise<void> {
		const looked = await this.#tree.look(root, path);
		const isFolder = looked.is === 'kept' && looked.seen.stat.type === 'folder';
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

	async result(): Promise<FilesRead> {
		const keys = [...this.#found.keys()].map((key) => Buffer.from(key, 'latin1')).sort(compareBytes);
		const entries: FilesRead['entries'] = { keys: [], values: [] };
		const before = await this.#state.get(keys);
		keys.forEach((key, i) => {
			const value = this.#found.get(nameOf(key))!;
			const known = before[i]!;
			const isSame = value === null ? known === null && (this.#knowsAll || key[0] === leftOutByte) : known !== null && asBuffer(known).equals(value);
			if (isSame) { return; }
			entries.keys.push(key);
			entries.values.push(value);
		});
		const stats = [...this.#stats].map(([key, stat]) => ({ key: Buffer.from(key, 'latin1'), stat }));
		return { entries, stats, postponed: this.#postponed, again: this.#again };
	}

	async #file(seen: SeenFile): Promise<void> {
		if (this.#large === 'later' && !isSmall(seen.stat)) {
			this.#found.delete(nameOf(seen.key));
			this.#postponed.push({ key: seen.key, bytes: seen.stat.size });
			return;
		}
		const read = await this.#tree.read(seen, this.#sink);
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
const nameOf = (key: Uint8Array): string => asBuffer(key).toString('latin1');
const leftOutKey = (root: FileRoot, path: Uint8Array): Buffer => encodeKey({ kind: 'fileLeftOut', root, path });
