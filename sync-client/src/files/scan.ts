/**
 * Walks a site's folders in the order of keys, bounded by the listings of the folders that are open.
 *
 * Byte order of paths is not the order of a plain walk: `a-b` lies between the folder `a` and what is in it (`a/…`), because `-` is
 * below `/`. So each folder gives two events in its parent: its own name, and `name/` for everything below.
 */
import { compareBytes, encodeKey, fileKey, type FileRoot, type ReasonValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Files, FileStat, FolderEntry, WatchedFolder } from '../ports/files.ts';
import { coreFolders, corePlace, readCoreRelease } from './core-files.ts';
import { HardLinks } from './hard-links.ts';
import { joinPath, nameOf, noPath } from './paths.ts';
import type { Scope } from './scope.ts';
import { watchedFoldersMax } from './watch.ts';

/** A file, folder or link that is kept. */
export type SeenFile = { key: Buffer; root: FileRoot; path: Buffer; absolute: Buffer; stat: FileStat; inCore: boolean };
export type LeftOut = { key: Buffer; root: FileRoot; path: Buffer; reason: ReasonValue };

/** More names than this are not listed one by one: the scan says that there are more. */
export const leftOutMax = 20_000;
const batchFiles = 512;

type Event = { at: Buffer; entry: FolderEntry; below: boolean };

export class Scan {
	readonly #files: Files;
	readonly #scope: Scope;
	readonly #leftOut = new Map<string, LeftOut>();
	readonly #onThrough: (hardLinks: HardLinks) => void;
	readonly hardLinks = new HardLinks();
	/** Folders that were listed, core's and those with a marker among them: where a change may concern the site. */
	readonly folders: WatchedFolder[] = [];
	/** How many more there are. */
	moreFolders = 0;
	/** Names looked at. */
	looked = 0;
	leftOutCount = 0;

	/** @param onThrough called when `run` has walked over all roots */
	constructor(files: Files, scope: Scope, onThrough: (hardLinks: HardLinks) => void = () => {}) {
		this.#files = files;
		this.#scope = scope;
		this.#onThrough = onThrough;
	}

	/** Kept files in key order, in batches. `only`: of these roots. */
	async *run(only?: ReadonlySet<FileRoot>): AsyncGenerator<SeenFile[]> {
		// WordPress may have been updated since the last walk.
		const root = this.#scope.roots.place('root');
		if (root !== null) { this.#scope.updated(await readCoreRelease(this.#files, root.real, this.#scope.release)); }
		let batch: SeenFile[] = [];
		for (const place of this.#scope.roots.places) {
			if (only !== undefined && !only.has(place.root)) { continue; }
			for await (const seen of this.#root(place.root, place.real)) {
				batch.push(seen);
				if (batch.length < batchFiles) { continue; }
				yield batch;
				batch = [];
			}
		}
		if (batch.length > 0) { yield batch; }
		if (only === undefined) { this.#onThrough(this.hardLinks); }
	}

	/** Kept files below one folder, and the folder itself; `look` has judged the folder. In key order but for the folder's neighbours. */
	async *below(seen: SeenFile): AsyncGenerator<SeenFile[]> {
		yield [seen];
		const names = seen.stat.type === 'folder' ? await this.#list(seen.root, seen.path, seen.absolute, seen.stat) : null;
		if (names === null) { return; }
		let batch: SeenFile[] = [];
		for await (const one of this.#folder(seen.root, seen.path, seen.absolute, names)) {
			batch.push(one);
			if (batch.length < batchFiles) { continue; }
			yield batch;
			batch = [];
		}
		if (batch.length > 0) { yield batch; }
	}

	/** What was left out, by key; complete when run() has ended. */
	leftOut(): LeftOut[] {
		return [...this.#leftOut.values()].sort((a, b) => compareBytes(a.key, b.key));
	}

	async *#root(root: FileRoot, real: Buffer): AsyncGenerator<SeenFile> {
		const [stat] = await this.#files.stat([real]);
		if (stat?.type !== 'folder') { return; }
		const judged = this.#scope.judge(root, noPath, real, stat);
		if (judged.is === 'leftOut') { this.#leave(root, noPath, judged.reason); return; }
		const names = await this.#list(root, noPath, real, stat);
		if (names === null) { return; }
		yield { key: fileKey(root, noPath), root, path: noPath, absolute: real, stat, inCore: false };
		yield* this.#folder(root, noPath, real, names);
	}

	/** The entries of a folder; null where it is gone, unreadable or left out for what lies in it. */
	async #list(root: FileRoot, path: Buffer, absolute: Buffer, { inode, device }: FileStat): Promise<FolderEntry[] | null> {
		if (this.folders.length < watchedFoldersMax) { this.folders.push({ path: absolute, inode, device }); } else { this.moreFolders++; }
		let entries: FolderEntry[] | null;
		try {
			entries = await this.#files.list(absolute);
		} catch (error) {
			if (!(error instanceof HoldfastError) || error.code !== 'FILE_UNREADABLE') { throw error; }
			this.#leave(root, path, { code: 'unreadable', detail: 'folder cannot be read' });
			return null;
		}
		if (entries === null) { return null; }
		const names = new Set(entries.length < 4096 ? entries.map((entry) => Buffer.from(entry.name).toString('latin1')) : []);
		const has = (name: string): boolean => (names.size > 0 ? names.has(name) : entries.some((entry) => Buffer.from(entry.name).toString('latin1') === name));
		const reason = this.#scope.judgeFolder(root, path, has);
		if (reason === null) { return entries; }
		this.#leave(root, path, reason);
		return null;
	}

	async *#folder(root: FileRoot, folder: Buffer, absolute: Buffer, entries: FolderEntry[]): AsyncGenerator<SeenFile> {
		const events: Event[] = [];
		for (const entry of entries) {
			events.push({ at: Buffer.from(entry.name), entry, below: false });
			if (entry.stat?.type === 'folder') { events.push({ at: Buffer.concat([entry.name, Buffer.from('/')]), entry, below: true }); }
		}
		events.sort((a, b) => compareBytes(a.at, b.at));
		const open = new Map<FolderEntry, FolderEntry[]>();
		for (const { entry, below } of events) {
			const path = joinPath(folder, entry.name);
			const where = joinPath(absolute, entry.name);
			if (below) {
				const inside = open.get(entry);
				if (inside) { yield* this.#folder(root, path, where, inside); }
				open.delete(entry);
				continue;
			}
			const found = await this.#one(root, path, where, entry.stat);
			if (found === null) { continue; }
			if (found.seen !== null) { yield found.seen; }
			if (found.inside !== null) { open.set(entry, found.inside); }
		}
	}

	async #one(root: FileRoot, path: Buffer, absolute: Buffer, listed: FileStat | null): Promise<{ seen: SeenFile | null; inside: FolderEntry[] | null } | null> {
		this.looked++;
		const stat = listed ?? (await this.#again(root, path, absolute));
		if (stat === null) { return null; }
		const judged = this.#scope.judge(root, path, absolute, stat);
		if (judged.is === 'leftOut') { this.#leave(root, path, judged.reason); }
		if (judged.is === 'core') { this.#nameCore(root, path); }
		if (judged.is !== 'keep' && judged.is !== 'core') { return null; }
		const inside = stat.type === 'folder' ? await this.#list(root, path, absolute, stat) : null;
		if (judged.is !== 'keep' || (stat.type === 'folder' && inside === null)) { return { seen: null, inside }; }
		if (stat.type === 'link') { await this.#noteLink(root, path, absolute); }
		if (stat.type === 'file' && stat.links > 1) { this.hardLinks.add(root, path, stat); }
		return { seen: { key: fileKey(root, path), root, path, absolute, stat, inCore: judged.inCore }, inside };
	}

	/** A name without a stat: it vanished, or its folder may be listed and not entered. */
	async #again(root: FileRoot, path: Buffer, absolute: Buffer): Promise<FileStat | null> {
		try {
			return (await this.#files.stat([absolute]))[0] ?? null;
		} catch {
			this.#leave(root, path, { code: 'unreadable', detail: 'cannot be looked at' });
			return null;
		}
	}

	/** The link itself is kept; what it leads to outside the site is not, and is listed. */
	async #noteLink(root: FileRoot, path: Buffer, absolute: Buffer): Promise<void> {
		const real = await this.#files.realPath(absolute).catch(() => null);
		if (real !== null && !this.#scope.roots.holds(real)) { this.#leave(root, path, { code: 'linkLeavesSite', detail: 'link to a place outside the site' }); }
	}

	#nameCore(root: FileRoot, path: Buffer): void {
		const isPlace = corePlace(path) === 'file' || coreFolders.some((folder) => Buffer.from(folder).equals(path));
		if (isPlace && nameOf(path).length === path.length) { this.#leave(root, path, this.#scope.coreReason); }
	}

	#leave(root: FileRoot, path: Buffer, reason: ReasonValue): void {
		this.leftOutCount++;
		if (this.#leftOut.size >= leftOutMax) { return; }
		const key = encodeKey({ kind: 'fileLeftOut', root, path });
		this.#leftOut.set(key.toString('latin1'), { key, root, path, reason });
	}
}
