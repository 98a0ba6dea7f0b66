/** Paths as raw bytes: joined, split, shown. Pure. */
import { asBuffer } from '@holdfast/protocol';

const slashByte = 0x2f;
export const slash = Buffer.from('/');
export const noPath = Buffer.alloc(0);

/** `base` + `/` + `path`; `base` itself for the empty path. */
export function joinPath(base: Uint8Array, path: Uint8Array): Buffer {
	if (path.length === 0) { return asBuffer(base); }
	return base.length === 0 ? asBuffer(path) : Buffer.concat([base, slash, path]);
}

/** Without the last part; empty where there is one part only. */
export function parentOf(path: Uint8Array): Buffer {
	const at = asBuffer(path).lastIndexOf(slashByte);
	return asBuffer(path).subarray(0, Math.max(at, 0));
}

/** The last part. */
export const nameOf = (path: Uint8Array): Buffer => asBuffer(path).subarray(asBuffer(path).lastIndexOf(slashByte) + 1);

/** Whether `path` is `folder` or lies below it. The empty folder holds everything. */
export function isWithin(path: Uint8Array, folder: Uint8Array): boolean {
	if (folder.length === 0) { return true; }
	if (path.length < folder.length || asBuffer(path).compare(folder, 0, folder.length, 0, folder.length) !== 0) { return false; }
	return path.length === folder.length || path[folder.length] === slashByte;
}

/** An absolute path without `//`, trailing `/` or `.`; `..` is left alone: links decide what it means. */
export function tidyPath(path: string | Uint8Array): Buffer {
	const text = (typeof path === 'string' ? Buffer.from(path) : asBuffer(path)).toString('latin1');
	const parts = text.split('/').filter((part) => part !== '' && part !== '.');
	return Buffer.from(`/${parts.join('/')}`, 'latin1');
}

/** For people: as UTF-8 where it is that, else bytes above 0x7F as `\xNN`; control characters always so. */
export function shownPath(path: Uint8Array): string {
	const bytes = asBuffer(path);
	const text = bytes.toString('utf8');
	const readable = Buffer.from(text).equals(bytes) ? text : bytes.toString('latin1').replace(/[\x80-\xff]/g, escaped);
	return readable.replace(/[\x00-\x1f\x7f]/g, escaped);
}

const escaped = (letter: string): string => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
