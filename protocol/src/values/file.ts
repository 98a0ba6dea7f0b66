/** A file's, folder's or link's value, FORMAT.md section 3. */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { checkPath } from '../keys/path.ts';
import { pathBytesMax } from '../limits.ts';
import { readChunkList, writeChunkList, type ChunkPiece } from './chunkList.ts';

interface FileStat {
	/** It changed while it was read. */
	readonly unstable: boolean;
	readonly inCoreFolder: boolean;
	/** Permission bits, 0–0o7777. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** Nanoseconds since 1970. */
	readonly mtime: bigint;
	/** The path (same root) of the first file of its hard-link group. */
	readonly hardLink?: Uint8Array;
}

export type FileValue =
	| (FileStat & { readonly type: 'file'; readonly size: number; readonly pieces: readonly ChunkPiece[] })
	| (FileStat & { readonly type: 'folder' })
	| (FileStat & { readonly type: 'link'; readonly target: Uint8Array });

const types = { file: 1, folder: 2, link: 3 } as const;
const flagUnstable = 1;
const flagInCoreFolder = 2;
const flagHardLink = 4;

/** @throws FormatError FORMAT_FIELD, FORMAT_PATH */
export function encodeFile(file: FileValue): Buffer {
	const flags = (file.unstable ? flagUnstable : 0) | (file.inCoreFolder ? flagInCoreFolder : 0) | (file.hardLink ? flagHardLink : 0);
	const writer = new ByteWriter().u8(1).u8(types[file.type]).u8(flags);
	if (file.mode > 0o7777) refuse('FORMAT_FIELD', `mode ${file.mode}`);
	writer.u16(file.mode).varint(file.uid).varint(file.gid).i64big(file.mtime);
	if (file.hardLink) {
		checkGroup(file.hardLink);
		writer.field(file.hardLink, pathBytesMax);
	}
	if (file.type === 'file') writeChunkList(writer.varint(file.size), file.pieces, file.size);
	if (file.type === 'link') {
		checkTarget(file.target);
		writer.field(file.target, pathBytesMax);
	}
	return writer.finish();
}

/** @throws FormatError */
export function decodeFile(bytes: Uint8Array): FileValue {
	const reader = new ByteReader(bytes);
	reader.version(1);
	const type = reader.u8();
	const flags = reader.u8();
	if (flags > 7) refuse('FORMAT_FIELD', `flags ${flags}`);
	const mode = reader.u16();
	if (mode > 0o7777) refuse('FORMAT_FIELD', `mode ${mode}`);
	const stat: FileStat = {
		unstable: (flags & flagUnstable) !== 0,
		inCoreFolder: (flags & flagInCoreFolder) !== 0,
		mode,
		uid: reader.varint(),
		gid: reader.varint(),
		mtime: reader.i64big(),
		...((flags & flagHardLink) !== 0 && { hardLink: checkGroup(reader.field(pathBytesMax)) }),
	};
	const file = readRest(reader, type, stat);
	reader.done();
	return file;
}

function readRest(reader: ByteReader, type: number, stat: FileStat): FileValue {
	if (type === types.file) {
		const size = reader.varint();
		return { ...stat, type: 'file', size, pieces: readChunkList(reader, size) };
	}
	if (type === types.folder) return { ...stat, type: 'folder' };
	if (type === types.link) return { ...stat, type: 'link', target: checkTarget(reader.field(pathBytesMax)) };
	return refuse('FORMAT_FIELD', `type ${type}`);
}

function checkGroup(path: Uint8Array): Uint8Array {
	if (path.length === 0) refuse('FORMAT_PATH', 'empty hard-link group');
	checkPath(path);
	return path;
}

/** A link's target is whatever the file system has, but not empty and without NUL. */
function checkTarget(target: Uint8Array): Uint8Array {
	return target.length > 0 && !target.includes(0) ? target : refuse('FORMAT_PATH', 'target of a link');
}
