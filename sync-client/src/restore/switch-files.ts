/**
 * The switch of files. Every step may be run again: what was renamed in is not there under its waiting name any more.
 *
 *     remove (deepest first) ──> folders ──> rename in, links ──> twins ──> attributes (deepest first) ──> fsync of folders
 */
import { asBuffer, decodeFile, decodeKey, fileKey, kindRange, type FileRoot, type FileValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { settableMtime } from '../files/mtime.ts';
import { isWithin, parentOf } from '../files/paths.ts';
import type { SiteTree } from '../files/site-tree.ts';
import { howFileChanges } from '../plan/file-rules.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import { deepestFirst } from './content.ts';
import { needsContent } from './stage.ts';
import { noStep, type OnStep } from './steps.ts';

/** A key and why it could not be done: told in the result. */
export type Problem = { key: Uint8Array; why: string };

type Place = { key: Uint8Array; root: FileRoot; path: Buffer; absolute: Buffer };

export class FileSwitch {
	readonly #store: PlanStore;
	readonly #tree: SiteTree;
	readonly #id: string;
	readonly #onStep: OnStep;
	readonly #folders = new Map<string, Buffer>();
	/** Folders that were seen to lie inside the site. */
	readonly #inside = new Set<string>();
	readonly problems: Problem[] = [];
	#number = 0;

	constructor(store: PlanStore, tree: SiteTree, id: string, onStep: OnStep = noStep) {
		this.#onStep = onStep;
		this.#store = store;
		this.#tree = tree;
		this.#id = id;
	}

	async run(onFile: (done: number) => void = () => {}): Promise<void> {
		await this.#removals();
		await this.#onStep('filesRemoved');
		let done = 0;
		await this.#each(async (operation, place) => {
			if (operation.target !== null) { await this.#put(operation, place, decodeFile(operation.target)); }
			onFile(++done);
		});
		await this.#onStep('filesPlaced');
		await this.#each(async ({ target }, place) => {
			if (target !== null) { await this.#twin(place, decodeFile(target)); }
		});
		await this.#onStep('twins');
		await this.#attributes();
		for (const folder of this.#folders.values()) {
			await this.#tree.files.sync(folder).catch(() => {});
		}
	}

	/** What shall not be there, and what is of another type. */
	async #removals(): Promise<void> {
		const keys: Uint8Array[] = [];
		await this.#each(async ({ key, live, target }) => {
			if (live !== null && (target === null || decodeFile(live).type !== decodeFile(target).type)) { keys.push(key); }
		});
		for (const key of deepestFirst(keys)) {
			const place = this.#placeOf(key);
			if (place === null) { continue; }
			await this.#guarded(place, async () => {
				const operation = this.#store.get(key)!;
				const [stat] = await this.#tree.files.stat([place.absolute]);
				// After a crash the new one may be there already.
				if (!stat || (operation.target !== null && stat.type === decodeFile(operation.target).type)) { return; }
				this.#note(place);
				await this.#tree.files.remove(place.absolute);
			});
		}
	}

	async #put(operation: PlanOperation, place: Place, value: FileValue): Promise<void> {
		await this.#guarded(place, async () => {
			if (value.type === 'folder') { await this.#folder(place.absolute); return; }
			if (value.type === 'link') {
				if (howFileChanges(value, operation.live === null ? null : decodeFile(operation.live)) === 'write') { await this.#link(place, value.target); }
				return;
			}
			if (!needsContent(operation) || operation.staged === null) { return; }
			const [staged] = await this.#tree.files.stat([operation.staged]);
			if (!staged) { return; }
			await this.#folder(parentOf(place.absolute));
			this.#note(place);
			await this.#tree.files.replace(operation.staged, place.absolute);
		});
	}

	async #link(place: Place, target: Uint8Array): Promise<void> {
		const { files } = this.#tree;
		const waiting = this.#waitingName(place);
		await this.#folder(parentOf(place.absolute));
		await files.remove(waiting);
		await files.makeLink(waiting, target);
		this.#note(place);
		await files.replace(waiting, place.absolute);
	}

	/** A further name of a file: linked to the group's first, where that has the same content. */
	async #twin(place: Place, value: FileValue): Promise<void> {
		if (value.type !== 'file' || value.hardLink === undefined || asBuffer(value.hardLink).equals(place.path)) { return; }
		const first = this.#placeOf(fileKey(place.root, value.hardLink));
		if (first === null) { return; }
		await this.#guarded(place, async () => {
			const { files } = this.#tree;
			const [own, other] = await files.stat([place.absolute, first.absolute]);
			if (!own || !other || other.type !== 'file' || own.inode === other.inode || own.size !== other.size) { return; }
			const waiting = this.#waitingName(place);
			await files.remove(waiting);
			await files.linkHard(first.absolute, waiting);
			this.#note(place);
			await files.replace(waiting, place.absolute);
		});
	}

	/** Modes of folders last: one that may not be written could not be filled. */
	async #attributes(): Promise<void> {
		const keys: Uint8Array[] = [];
		await this.#each(async ({ key, target }) => { if (target !== null) { keys.push(key); } });
		const { files } = this.#tree;
		for (const key of deepestFirst(keys)) {
			const place = this.#placeOf(key);
			const operation = this.#store.get(key);
			if (place === null || operation?.target == null) { continue; }
			const value = decodeFile(operation.target);
			await this.#guarded(place, async () => {
				const [stat] = await files.stat([place.absolute]);
				if (!stat || stat.type !== value.type) { return; }
				const owner = files.can.ownership && (stat.uid !== value.uid || stat.gid !== value.gid) ? { uid: value.uid, gid: value.gid } : {};
				const time = value.type === 'folder' || settableMtime(stat.mtimeNs) === value.mtime ? {} : { mtimeNs: value.mtime };
				// What was staged has its attributes already. A changed owner takes bits of the mode away.
				const mode = value.type !== 'link' && (stat.mode !== value.mode || 'uid' in owner) ? { mode: value.mode } : {};
				if (Object.keys({ ...owner, ...mode, ...time }).length > 0) { await files.setAttributes(place.absolute, { ...owner, ...mode, ...time }); }
			});
		}
	}

	/** Makes a folder and those above it that are missing; what is there as another type is in the way. */
	async #folder(absolute: Buffer): Promise<void> {
		const { files } = this.#tree;
		const [stat] = await files.stat([absolute]);
		if (stat?.type === 'folder') { return; }
		// A link to a folder above a root is the site's own layout.
		if (stat?.type === 'link' && (await files.realPath(absolute)) !== null && !this.#isInside(absolute)) { return; }
		if (stat) { throw new HoldfastError('FILE_EXISTS', 'Something that is not a folder is in the way.'); }
		const parent = parentOf(absolute);
		if (parent.length > 0) { await this.#folder(parent); }
		await files.makeFolder(absolute, 0o755).catch((error: unknown) => { if (!(error instanceof HoldfastError) || error.code !== 'FILE_EXISTS') { throw error; } });
		this.#folders.set(parent.toString('latin1'), parent);
	}

	#isInside(absolute: Buffer): boolean {
		return this.#tree.scope.roots.places.some((place) => absolute.length > place.real.length && absolute.subarray(0, place.real.length).equals(place.real));
	}

	#waitingName(place: Place): Buffer {
		return Buffer.concat([parentOf(place.absolute), Buffer.from(`/.holdfast-${this.#id}-${900_000_000 + ++this.#number}.tmp`)]);
	}

	#placeOf(key: Uint8Array): Place | null {
		const place = decodeKey(key);
		if (place.kind !== 'file') { return null; }
		const absolute = this.#tree.scope.roots.absolute(place.root, place.path);
		return absolute === null ? null : { key, root: place.root, path: asBuffer(place.path), absolute };
	}

	#note({ absolute }: Place): void {
		const folder = parentOf(absolute);
		this.#folders.set(folder.toString('latin1'), folder);
	}

	async #each(act: (operation: PlanOperation, place: Place) => Promise<void>): Promise<void> {
		const { low, high } = kindRange('file');
		for (const operations of this.#store.range(low, high)) {
			for (const operation of operations) {
				const place = this.#placeOf(operation.key);
				if (place !== null) { await act(operation, place); }
			}
		}
	}

	/** A link on the way to a file would lead out of the site: made since the plan, for that one takes links away first. @throws FILE_PATH_LEAVES_SITE */
	async #mustStayInside(place: Place): Promise<void> {
		const { roots } = this.#tree.scope;
		const top = roots.place(place.root)!.real;
		// Where nothing is there yet, the root's own folder is made: what lies above it is the site's own layout.
		for (let folder = parentOf(place.absolute); isWithin(folder, top) && !this.#inside.has(folder.toString('latin1')); folder = parentOf(folder)) {
			const real = await this.#tree.files.realPath(folder);
			if (real === null) { continue; }
			// A root that was made just now may lie behind a link that is the server's own.
			const root = roots.holds(real) ? null : await this.#tree.files.realPath(top);
			if (!roots.holds(real) && (root === null || !isWithin(real, root))) { throw new HoldfastError('FILE_PATH_LEAVES_SITE', 'A folder on the way is a link that leaves the site.'); }
			this.#inside.add(folder.toString('latin1'));
			return;
		}
	}

	/** One file that cannot be changed does not hold up the others: it is told in the result. A full disk does. */
	async #guarded(place: Place, act: () => Promise<void>): Promise<void> {
		try {
			await this.#mustStayInside(place);
			await act();
		} catch (error) {
			if (!(error instanceof HoldfastError) || error.code === 'FILE_DISK_FULL') { throw error; }
			this.problems.push({ key: place.key, why: error.message });
		}
	}
}
