import { asBuffer, compareBytes, decodeKey, encodeKey, encodeReason, type FileRoot } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';
import type { FileStat } from '../ports/files.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { FilesNamed, FilesRead, SiteFiles } from '../ports/site-files.ts';
import type { SiteState } from '../ports/site-state.ts';
import { shownPath } from './paths.ts';
import { isSmall } from './read-file.ts';
import { nameOf, Reading, type Ahead } from './reading.ts';
import type { LeftOut } from './scan.ts';
import type { SiteTree } from './site-tree.ts';

/**
 * @property knowsAll false while the first backup runs: then state(now) does not hold what slices will.
 * @property index what was last backed up of each file; left out: every file is read
 */
export type CollectedFrom = { tree: SiteTree; openState: () => Promise<SiteState>; knowsAll: () => boolean; index?: Pick<IndexStore, 'fileStat'> };

/** The files that collect and image ask for, as entries; what state(now) has already is not given again. */
export class CollectedFiles implements SiteFiles {
	readonly #from: CollectedFrom;
	/** By key as latin1. */
	readonly #ahead = new Map<string, Ahead>();

	constructor(from: CollectedFrom) {
		this.#from = from;
	}

	async read(named: FilesNamed, sink: ChunkSink, large: 'now' | 'later'): Promise<FilesRead> {
		if (named.paths.size + named.keys.size === 0) { return { entries: { keys: [], values: [] }, stats: [], postponed: [], again: [], settled: [] }; }
		const state = await this.#from.openState();
		try {
			const reading = new Reading({ ...this.#from, state, knowsAll: this.#from.knowsAll(), ahead: this.#ahead }, sink, large);
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

	/**
	 * Reads and stores these files beside the loop. Until `forgetAhead`, `read` takes them as they were then where they are untouched
	 * since, so that the collect which names them is quick. @param large `later` leaves large files out
	 */
	async readAhead(keys: readonly Uint8Array[], sink: ChunkSink, large: 'now' | 'later'): Promise<void> {
		const passed = new Set<string>();
		for (const key of keys) {
			const place = decodeKey(key);
			const looked = place.kind === 'file' ? await this.#from.tree.look(place.root, asBuffer(place.path), passed) : null;
			if (looked?.is !== 'kept' || looked.seen.stat.type !== 'file' || (large === 'later' && !isSmall(looked.seen.stat))) { continue; }
			const read = await this.#from.tree.read(looked.seen, sink);
			if (read.is === 'value') { this.#ahead.set(nameOf(key), read); }
		}
	}

	forgetAhead(): void {
		this.#ahead.clear();
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
	readonly read: FilesRead = { entries: { keys: [], values: [] }, stats: [], postponed: [], again: [], settled: [] };
	bytes = 0;

	put(key: Uint8Array, value: Uint8Array, stat: FileStat | null | undefined, bytes: number): void {
		this.read.entries.keys.push(key);
		this.read.entries.values.push(value);
		if (stat !== undefined) { this.read.stats.push({ key, stat }); }
		this.bytes += bytes + entryBytes;
	}
}
