/** A file becomes its value: attributes, and content cut into chunks. */
import { chunkIdOf, cutContent, encodeFile, smallFileBytesMax, type ChunkId, type ChunkKeys, type ChunkKind, type ChunkPiece, type FileRoot, type ReasonValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ChunkSink } from '../ports/chunks.ts';
import type { Files, FileStat } from '../ports/files.ts';
import type { HardLinks } from './hard-links.ts';
import { settableMtime } from './mtime.ts';

/** A file that changes under the reader is read this often; then it is recorded as unstable and kept open. */
export const readAttemptsMax = 3;
/** Change times younger than this may stay the same over another change: the kernel's clock ticks in milliseconds. */
const settledMs = 2000;

export type FileToRead = { root: FileRoot; path: Buffer; absolute: Buffer; inCore: boolean };

/**
 * `value`: `seen` is the stat before it was read, `stat` what the index may remember of it: null where a later change could hide behind the same times;
 * `unstable`: the content may be of several moments; read it again later.
 */
export type FileReading =
	| { is: 'value'; value: Buffer; stat: FileStat | null; seen: FileStat; unstable: boolean; bytes: number }
	| { is: 'gone' }
	| { is: 'unreadable'; reason: ReasonValue };

/** @property gear of the site's cutter. @property nowMs the wall clock, as file times have it. */
export type FileReader = { files: Files; gear: Int32Array; hardLinks: HardLinks; nowMs: () => number };

/** Content up to 1 MiB goes with the commit; above, it is uploaded ahead. */
export const isSmall = (stat: FileStat): boolean => stat.type !== 'file' || stat.size <= smallFileBytesMax;

/** For comparing: names chunks and stores none. */
export class NamingSink implements ChunkSink {
	readonly #keys: ChunkKeys;
	constructor(keys: ChunkKeys) { this.#keys = keys; }
	async add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId> { return chunkIdOf(this.#keys, kind, plaintext); }
	refer(): void { /* nothing is stored */ }
}

/** Reads one file, folder or link; its content goes to the sink piece by piece. Rejects only with errors of the sink, or a full disk. */
export async function readFile(reader: FileReader, file: FileToRead, sink: ChunkSink): Promise<FileReading> {
	try {
		for (let attempt = 1; ; attempt++) {
			const [before] = await reader.files.stat([file.absolute]);
			if (!before) { return { is: 'gone' }; }
			if (before.type === 'other') { return { is: 'unreadable', reason: { code: 'notRegular', detail: 'socket, pipe or device' } }; }
			const content = await readContent(reader, file, before, sink);
			const [after] = await reader.files.stat([file.absolute]);
			if (!after) { return { is: 'gone' }; }
			const unstable = !sameStat(before, after) || (before.type === 'file' && content.bytes !== before.size);
			if (unstable && attempt < readAttemptsMax) { continue; }
			return { is: 'value', value: valueOf(reader, file, before, content, unstable), stat: unstable ? null : settled(reader, before), seen: before, unstable, bytes: content.bytes };
		}
	} catch (error) {
		if (error instanceof HoldfastError && error.code === 'FILE_GONE') { return { is: 'gone' }; }
		if (error instanceof HoldfastError && error.code === 'FILE_UNREADABLE') { return { is: 'unreadable', reason: { code: 'unreadable', detail: 'cannot be read' } }; }
		throw error;
	}
}

type Content = { pieces: ChunkPiece[]; bytes: number; target: Uint8Array | null };

async function readContent(reader: FileReader, file: FileToRead, stat: FileStat, sink: ChunkSink): Promise<Content> {
	const content: Content = { pieces: [], bytes: 0, target: null };
	if (stat.type === 'link') { content.target = await reader.files.readLink(file.absolute); }
	if (stat.type !== 'file') { return content; }
	for await (const piece of cutContent(reader.files.read(file.absolute), reader.gear)) {
		content.bytes += piece.length;
		content.pieces.push({ id: await sink.add('content', piece), length: piece.length });
	}
	return content;
}

function valueOf(reader: FileReader, file: FileToRead, stat: FileStat, content: Content, unstable: boolean): Buffer {
	const hardLink = reader.hardLinks.groupOf(file.root, file.path, stat);
	const common = {
		unstable, inCoreFolder: file.inCore, mode: stat.type === 'link' ? 0o777 : stat.mode, uid: stat.uid, gid: stat.gid,
		mtime: settableMtime(stat.type === 'folder' ? 0n : stat.mtimeNs), ...(hardLink !== null && { hardLink }),
	};
	if (stat.type === 'folder') { return encodeFile({ ...common, type: 'folder' }); }
	return stat.type === 'link' ? encodeFile({ ...common, type: 'link', target: content.target! }) : encodeFile({ ...common, type: 'file', size: content.bytes, pieces: content.pieces });
}

/** Whether the file was left alone between two looks. */
export const sameStat = (a: FileStat, b: FileStat): boolean =>
	a.type === b.type && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode && a.device === b.device
	&& a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && (a.links > 1) === (b.links > 1);

function settled(reader: FileReader, stat: FileStat): FileStat | null {
	const changedMs = Number(stat.ctimeNs / 1_000_000n);
	return changedMs > reader.nowMs() - settledMs ? null : stat;
}
