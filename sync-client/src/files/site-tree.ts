/** The site's files as the agent works with them: scan, single look, read. What collect, image, sweep and plan call. */
import { encodeKey, type ChunkKeys, type FileRoot, type KeyRing, type ReasonValue, firstGeneration, gearTable } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ChunkSink } from '../ports/chunks.ts';
import type { Files, FileStat } from '../ports/files.ts';
import { HardLinks } from './hard-links.ts';
import { joinPath, noPath } from './paths.ts';
import { NamingSink, readFile, type FileReading } from './read-file.ts';
import { Scan, type LeftOut, type SeenFile } from './scan.ts';
import type { Scope } from './scope.ts';

/**
 * What is at a place: `kept` with its key; `leftOut` with the key of the entry that says so (the place's own, or a folder's above);
 * `core` and `unseen` have no entry; `gone` is not there, and no rule leaves it out.
 */
export type Look =
	| { is: 'kept'; seen: SeenFile }
	| { is: 'leftOut'; entry: LeftOut }
	| { is: 'core' | 'unseen' | 'gone' };

export class SiteTree {
	readonly files: Files;
	readonly scope: Scope;
	readonly #keys: ChunkKeys;
	readonly #gear: Int32Array;
	readonly #nowMs: () => number;
	#hardLinks = new HardLinks();

	constructor(files: Files, scope: Scope, keys: KeyRing, nowMs: () => number = Date.now) {
		this.files = files;
		this.scope = scope;
		this.#keys = keys.generation(firstGeneration);
		this.#gear = gearTable(keys.cutterKey());
		this.#nowMs = nowMs;
	}

	/** A walk over everything, in key order. When it is through, its hard-link groups hold until the next one is. */
	scan(): Scan {
		return new Scan(this.files, this.scope, (hardLinks) => { this.#hardLinks = hardLinks; });
	}

	/** Root and path of an absolute path; null outside the site. */
	locate(absolute: Uint8Array): { root: FileRoot; path: Buffer } | null {
		return this.scope.roots.locate(absolute);
	}

	/**
	 * One place, judged as a scan would judge it: every folder above it too.
	 * @param passed folders in which looks of the same moment have passed; filled on the way
	 */
	async look(root: FileRoot, path: Buffer, passed = new Set<string>()): Promise<Look> {
		const place = this.scope.roots.place(root);
		if (place === null) { return { is: 'gone' }; }
		const parts = path.length === 0 ? [] : splitPath(path);
		let inside: Buffer = noPath;
		for (let depth = 0; ; depth++) {
			const absolute = joinPath(place.real, inside);
			const name = `${root} ${inside.toString('latin1')}`;
			if (depth < parts.length && passed.has(name)) {
				inside = joinPath(inside, parts[depth]!);
				continue;
			}
			const stat = await this.#statOf(absolute);
			if (stat === null) { return { is: 'gone' }; }
			if ('reason' in stat) { return leftOutAt(root, inside, stat.reason); }
			const judged = this.scope.judge(root, inside, absolute, stat);
			if (judged.is === 'leftOut') { return leftOutAt(root, inside, judged.reason); }
			if (judged.is === 'unseen') { return { is: 'unseen' }; }
			// The path of another root through this one: locate() gives the right root; here nothing lies.
			if (judged.is === 'elsewhere') { return { is: 'gone' }; }
			if (stat.type === 'folder') {
				const reason = await this.#markers(root, inside, absolute);
				if (reason !== null) { return leftOutAt(root, inside, reason); }
			}
			if (depth === parts.length) {
				if (judged.is === 'core') { return { is: 'core' }; }
				return { is: 'kept', seen: { key: encodeKey({ kind: 'file', root, path }), root, path, absolute, stat, inCore: judged.is === 'keep' && judged.inCore } };
			}
			// Links are never followed: what lies behind one is not of this site.
			if (stat.type !== 'folder') { return { is: 'gone' }; }
			passed.add(name);
			inside = joinPath(inside, parts[depth]!);
		}
	}

	/** Reads what was seen; its content goes to the sink. @param hardLinks those of the walk that it was seen in, where that goes on */
	read(seen: Pick<SeenFile, 'root' | 'path' | 'absolute' | 'inCore'>, sink: ChunkSink, hardLinks: HardLinks = this.#hardLinks): Promise<FileReading> {
		return readFile({ files: this.files, gear: this.#gear, hardLinks, nowMs: this.#nowMs }, seen, sink);
	}

	/** The value that a file has now, for comparing: nothing is stored. */
	valueNow(seen: SeenFile, hardLinks?: HardLinks): Promise<FileReading> {
		return this.read(seen, new NamingSink(this.#keys), hardLinks);
	}

	async #statOf(absolute: Buffer): Promise<FileStat | { reason: ReasonValue } | null> {
		try {
			return (await this.files.stat([absolute]))[0] ?? null;
		} catch (error) {
			if (error instanceof HoldfastError && error.code === 'FILE_UNREADABLE') { return { reason: { code: 'unreadable', detail: 'cannot be looked at' } }; }
			throw error;
		}
	}

	async #markers(root: FileRoot, path: Buffer, absolute: Buffer): Promise<ReasonValue | null> {
		const names = ['.donotbackup', 'wp-load.php', 'wp-includes'];
		const stats = await this.files.stat(names.map((name) => joinPath(absolute, Buffer.from(name)))).catch(() => names.map(() => null));
		return this.scope.judgeFolder(root, path, (name) => (stats[names.indexOf(name)] ?? null) !== null);
	}
}

const leftOutAt = (root: FileRoot, path: Buffer, reason: ReasonValue): Look =>
	({ is: 'leftOut', entry: { key: encodeKey({ kind: 'fileLeftOut', root, path }), root, path, reason } });

function splitPath(path: Buffer): Buffer[] {
	return path.toString('latin1').split('/').map((part) => Buffer.from(part, 'latin1'));
}
