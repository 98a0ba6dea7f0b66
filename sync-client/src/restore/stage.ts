/**
 * Everything that a restore needs, on local disk before the site is touched: content of files fetched, verified by its id and
 * written beside its destination under a name that nobody sees; large columns of rows into the plan. May be called again: it goes
 * on with what is not staged yet.
 */
import { asBuffer, decodeFile, decodeKey, incarnationOf, keyKinds, kindRange, smallFileBytesMax, type FileRoot, type FileValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { joinPath, noPath, parentOf, shownPath } from '../files/paths.ts';
import type { SiteTree } from '../files/site-tree.ts';
import { tableOf } from '../plan/differ.ts';
import { howFileChanges } from '../plan/file-rules.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import { contentOf, hasOutOfLine, wholeRow } from './content.ts';

/** Small files whose content is held at once. */
const groupBytesMax = 8 * 1024 * 1024;
const groupFilesMax = 512;
/** Written side by side: their fsyncs share the disk's work. */
const filesAtOnce = 8;

export type StageParts = {
	store: PlanStore;
	tree: SiteTree;
	chunks: ChunkSource;
	/** 16 hex digits, in the names of what waits. */
	id: string;
	signal?: AbortSignal;
	onBytes?: (done: number) => void;
};

/** @throws FormatError for damaged chunks, CHUNK_MISSING, FILE_DISK_FULL, FILE_UNWRITABLE: the caller then calls unstage() */
export async function stage(parts: StageParts): Promise<void> {
	const progress = { bytes: 0 };
	const onBytes = (bytes: number): void => {
		progress.bytes += bytes;
		parts.onBytes?.(progress.bytes);
	};
	await stageRows(parts, onBytes);
	await stageFiles(parts, onBytes);
	parts.store.sync();
}

async function stageRows({ store, chunks, signal }: StageParts, onBytes: (bytes: number) => void): Promise<void> {
	const keyless = new Set(store.tables().map((table) => tableOf(table.target)).filter((value) => value?.layout.key.kind === 'row').map((value) => value!.incarnation));
	const { low, high } = kindRange('row');
	for (const operations of store.range(low, high)) {
		signal?.throwIfAborted();
		for (const { key, target, whole } of operations) {
			if (target === null || whole !== null) { continue; }
			const isKeyless = keyless.has(incarnationOf(key));
			if (hasOutOfLine(target, isKeyless)) { store.setWhole(key, await wholeRow(target, isKeyless, chunks, onBytes)); }
		}
	}
}

async function stageFiles(parts: StageParts, onBytes: (bytes: number) => void): Promise<void> {
	const { store, signal } = parts;
	const { low, high } = kindRange('file');
	const places = new StagePlaces(parts.tree);
	let number = store.waiting().length;
	for (const operations of store.range(low, high)) {
		const waiting: Waiting[] = [];
		for (const operation of operations) {
			const where = decodeKey(operation.key);
			const value = operation.target === null ? null : decodeFile(operation.target);
			if (!needsContent(operation) || operation.staged !== null || where.kind !== 'file' || value?.type !== 'file') { continue; }
			const folder = await places.folderFor(where.root, asBuffer(where.path));
			waiting.push({ key: operation.key, value, path: joinPath(folder, Buffer.from(`.holdfast-${parts.id}-${++number}.tmp`)) });
		}
		// The names are kept first: after a crash all of them are known, to be removed.
		store.setStaged(waiting);
		for (const group of groups(waiting)) {
			signal?.throwIfAborted();
			await stageGroup(parts, group, onBytes);
		}
	}
}

type Waiting = { key: Uint8Array; value: Extract<FileValue, { type: 'file' }>; path: Buffer };

/** Small files together, so that they cost one request; a larger one alone, streamed. */
function* groups(waiting: readonly Waiting[]): Generator<Waiting[]> {
	let group: Waiting[] = [];
	let bytes = 0;
	for (const one of waiting) {
		if (one.value.size > smallFileBytesMax) { yield [one]; continue; }
		group.push(one);
		bytes += one.value.size;
		if (bytes < groupBytesMax && group.length < groupFilesMax) { continue; }
		yield group;
		group = [];
		bytes = 0;
	}
	if (group.length > 0) { yield group; }
}

async function stageGroup(parts: StageParts, group: readonly Waiting[], onBytes: (bytes: number) => void): Promise<void> {
	const [first] = group;
	if (group.length === 1 && first!.value.size > smallFileBytesMax) {
		await place(parts, first!, contentOf(first!.value.pieces, parts.chunks, onBytes));
		return;
	}
	const ids = [...new Set(group.flatMap((one) => one.value.pieces.map((piece) => piece.id)))];
	const read = await parts.chunks.readMany('content', ids);
	const content = new Map(ids.map((id, i) => [id, read[i]!]));
	for (let at = 0; at < group.length; at += filesAtOnce) {
		await Promise.all(group.slice(at, at + filesAtOnce).map(async (one) => {
			await place(parts, one, one.value.pieces.map((piece) => content.get(piece.id)!));
			onBytes(one.value.size);
		}));
	}
}

/** A file whose content has to come: not a twin of another name, which is linked to it. */
export function needsContent({ key, live, target }: PlanOperation): boolean {
	if (key[0] !== keyKinds.file || target === null) { return false; }
	const value = decodeFile(target);
	return value.type === 'file' && howFileChanges(value, live === null ? null : decodeFile(live)) === 'write';
}

async function place({ tree }: StageParts, { value, path }: Waiting, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
	const { files } = tree;
	await files.remove(path);
	await files.create(path, content, value.mode);
	const owner = files.can.ownership ? { uid: value.uid, gid: value.gid } : {};
	await files.setAttributes(path, { ...owner, mode: value.mode, mtimeNs: value.mtime });
}

/** Removes what waits: after a restore that was given up, and what none needed in the end. */
export async function unstage(store: PlanStore, tree: SiteTree): Promise<void> {
	for (const path of store.waiting()) { await tree.files.remove(path); }
	store.forgetWaiting();
}

/** The nearest folder above a destination that is there, without a link on the way: beside it a rename is one step. */
class StagePlaces {
	readonly #tree: SiteTree;
	#last: { of: string; folder: Buffer } | null = null;

	constructor(tree: SiteTree) {
		this.#tree = tree;
	}

	async folderFor(root: FileRoot, path: Buffer): Promise<Buffer> {
		const place = this.#tree.scope.roots.place(root);
		if (place === null) { throw new HoldfastError('FILE_UNWRITABLE', `This site has no place for ${root}/${shownPath(path)}.`); }
		const parent = parentOf(path);
		const name = `${root}/${parent.toString('latin1')}`;
		if (this.#last?.of !== name) { this.#last = { of: name, folder: await this.#nearest(place.real, parent) }; }
		return this.#last.folder;
	}

	async #nearest(real: Buffer, parent: Buffer): Promise<Buffer> {
		let found = await this.#existing(real);
		if (!found.equals(real)) { return found; }
		let inside: Buffer = noPath;
		for (const part of parent.length === 0 ? [] : parent.toString('latin1').split('/')) {
			inside = joinPath(inside, Buffer.from(part, 'latin1'));
			const at = joinPath(real, inside);
			const [stat] = await this.#tree.files.stat([at]);
			if (stat?.type !== 'folder') { return found; }
			found = at;
		}
		return found;
	}

	/** The root's own folder, or the nearest above it where it is gone. */
	async #existing(real: Buffer): Promise<Buffer> {
		for (let at: Buffer = real; ; at = parentOf(at)) {
			const [stat] = await this.#tree.files.stat([at.length === 0 ? Buffer.from('/') : at]);
			if (stat?.type === 'folder') { return at; }
			if (at.length === 0) { throw new HoldfastError('FILE_UNWRITABLE', `${shownPath(real)} cannot be made.`); }
		}
	}
}
