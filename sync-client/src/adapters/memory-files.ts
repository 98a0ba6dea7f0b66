import { asBuffer, compareBytes } from '@holdfast/protocol';
import type { Files, FilesCan, FileStat, FolderEntry, FolderWatching, PathBytes } from '../ports/files.ts';
import { isWithin, nameOf, parentOf } from '../files/paths.ts';
import { fileError } from './file-errors.ts';

type Node = { stat: FileStat; content: Buffer };

/** Files in memory: for tests, and the second implementation that keeps the port honest. Links are kept, never followed. */
export class MemoryFiles implements Files {
	readonly can: FilesCan = { atomicRename: true, fsync: false, watch: true, ownership: true, owner: null };
	readonly #nodes = new Map<string, Node>();
	readonly #watched = new Set<{ folders: readonly PathBytes[]; onHint: () => void }>();
	#ticks = 0n;
	#inodes = 1n;

	constructor() {
		this.#nodes.set('', { stat: this.#fresh('folder', 0o755), content: Buffer.alloc(0) });
	}

	async stat(paths: readonly PathBytes[]): Promise<(FileStat | null)[]> {
		return paths.map((path) => this.#find(path)?.stat ?? null);
	}

	async list(folder: PathBytes): Promise<FolderEntry[] | null> {
		const parent = this.#find(folder);
		if (!parent) { return null; }
		const at = tidy(folder);
		const found: FolderEntry[] = [];
		for (const [path, node] of this.#nodes) {
			const bytes = Buffer.from(path, 'latin1');
			if (path !== '' && path !== at && parentOf(bytes).toString('latin1') === at) { found.push({ name: nameOf(bytes), stat: node.stat }); }
		}
		return found.sort((a, b) => compareBytes(a.name, b.name));
	}

	async readLink(path: PathBytes): Promise<Uint8Array> {
		return this.#mustBe(path, 'link').content;
	}

	async realPath(path: PathBytes): Promise<PathBytes | null> {
		return this.#find(path) ? Buffer.from(tidy(path) || '/', 'latin1') : null;
	}

	async *read(path: PathBytes): AsyncGenerator<Uint8Array> {
		const { content } = this.#mustBe(path, 'file');
		for (let at = 0; at < content.length; at += 1024 * 1024) {
			yield Buffer.from(content.subarray(at, at + 1024 * 1024));
		}
	}

	async create(path: PathBytes, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mode: number): Promise<void> {
		this.#mustBeFree(path);
		const pieces: Uint8Array[] = [];
		for await (const piece of content) { pieces.push(Buffer.from(piece)); }
		this.#put(path, 'file', mode, Buffer.concat(pieces));
	}

	async makeFolder(path: PathBytes, mode: number): Promise<void> {
		this.#mustBeFree(path);
		this.#put(path, 'folder', mode, Buffer.alloc(0));
	}

	async makeLink(path: PathBytes, target: Uint8Array): Promise<void> {
		this.#mustBeFree(path);
		this.#put(path, 'link', 0o777, Buffer.from(target));
	}

	async linkHard(existing: PathBytes, path: PathBytes): Promise<void> {
		const node = this.#mustBe(existing, 'file');
		this.#mustBeFree(path);
		node.stat = { ...node.stat, links: node.stat.links + 1, ctimeNs: ++this.#ticks };
		this.#nodes.set(tidy(path), node);
		this.#touch(path);
	}

	async replace(from: PathBytes, to: PathBytes): Promise<void> {
		const node = this.#find(from);
		if (!node) { throw gone(from); }
		const there = this.#find(to);
		if (there?.stat.type === 'folder' && (node.stat.type !== 'folder' || this.#holdsAny(to))) { throw fileError({ code: 'EISDIR' }, to, 'FILE_UNWRITABLE'); }
		const [source, target] = [Buffer.from(tidy(from), 'latin1'), Buffer.from(tidy(to), 'latin1')];
		const moved = [...this.#nodes].filter(([path]) => isWithin(Buffer.from(path, 'latin1'), source));
		for (const [path] of moved) { this.#nodes.delete(path); }
		for (const [path, one] of moved) { this.#nodes.set(target.toString('latin1') + path.slice(source.length), one); }
		node.stat = { ...node.stat, ctimeNs: ++this.#ticks };
		this.#touch(from);
		this.#touch(to);
	}

	async remove(path: PathBytes): Promise<void> {
		const node = this.#find(path);
		if (!node) { return; }
		if (node.stat.type === 'folder' && this.#holdsAny(path)) { throw fileError({ code: 'ENOTEMPTY' }, path, 'FILE_UNWRITABLE'); }
		node.stat = { ...node.stat, links: node.stat.links - 1, ctimeNs: ++this.#ticks };
		this.#nodes.delete(tidy(path));
		this.#touch(path);
	}

	async setAttributes(path: PathBytes, attributes: { mode?: number; uid?: number; gid?: number; mtimeNs?: bigint }): Promise<void> {
		const node = this.#find(path);
		if (!node) { throw gone(path); }
		node.stat = { ...node.stat, ...attributes, ctimeNs: ++this.#ticks };
	}

	async sync(folder: PathBytes): Promise<void> {
		this.#mustBe(folder, 'folder');
	}

	async mayChange(folders: readonly PathBytes[]): Promise<boolean[]> {
		return folders.map((folder) => this.#find(folder)?.stat.type === 'folder');
	}

	async freeBytes(): Promise<number> {
		return Number.MAX_SAFE_INTEGER;
	}

	watch(onHint: () => void): FolderWatching {
		const watched = { folders: [] as readonly PathBytes[], onHint };
		this.#watched.add(watched);
		return {
			set: async (folders) => {
				const before = new Set(watched.folders.map(tidy));
				watched.folders = folders.map(({ path }) => path);
				return { begun: folders.filter(({ path }) => !before.has(tidy(path))).length, refused: 0 };
			},
			close: async () => { this.#watched.delete(watched); },
		};
	}

	#find(path: PathBytes): Node | undefined {
		return this.#nodes.get(tidy(path));
	}

	#holdsAny(folder: PathBytes): boolean {
		const prefix = `${tidy(folder)}/`;
		return [...this.#nodes.keys()].some((path) => path.startsWith(prefix));
	}

	#mustBe(path: PathBytes, type: FileStat['type']): Node {
		const node = this.#find(path);
		if (!node) { throw gone(path); }
		if (node.stat.type !== type) { throw fileError({ code: type === 'folder' ? 'ENOTDIR' : node.stat.type === 'link' ? 'ELOOP' : 'ENOTFILE' }, path, 'FILE_UNREADABLE'); }
		return node;
	}

	#mustBeFree(path: PathBytes): void {
		if (this.#find(path)) { throw fileError({ code: 'EEXIST' }, path, 'FILE_UNWRITABLE'); }
		if (this.#nodes.get(parentOf(Buffer.from(tidy(path), 'latin1')).toString('latin1'))?.stat.type !== 'folder') { throw gone(path); }
	}

	#put(path: PathBytes, type: FileStat['type'], mode: number, content: Buffer): void {
		this.#nodes.set(tidy(path), { stat: { ...this.#fresh(type, mode), size: content.length }, content });
		this.#touch(path);
	}

	#fresh(type: FileStat['type'], mode: number): FileStat {
		const now = ++this.#ticks;
		return { type, mode, uid: 0, gid: 0, size: 0, mtimeNs: now * 1000n, ctimeNs: now, inode: this.#inodes++, device: 1n, links: 1 };
	}

	#touch(path: PathBytes): void {
		const folder = parentOf(Buffer.from(tidy(path), 'latin1'));
		for (const { folders, onHint } of this.#watched) {
			if (folders.some((one) => tidy(one) === folder.toString('latin1'))) { queueMicrotask(onHint); }
		}
	}
}

const gone = (path: PathBytes) => fileError({ code: 'ENOENT' }, path, 'FILE_UNREADABLE');

/** The key of a path: latin1 letters are bytes; no trailing slash, so the root folder is ''. */
const tidy = (path: PathBytes): string => asBuffer(path).toString('latin1').replace(/\/+$/, '');
