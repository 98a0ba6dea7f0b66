/** Ranges of keys: `low` inclusive, `high` exclusive, null = to the end. */
import { compareBytes } from '../bytes/compare.ts';
import type { Incarnation } from '../ids.ts';
import { keyKinds, fileRoots, type FileRoot, type KeyKind } from './kinds.ts';
import { rowPrefix } from './key.ts';

export interface KeyRange {
	readonly low: Uint8Array;
	readonly high: Uint8Array | null;
}

/** Every key. */
export const wholeRange: KeyRange = { low: Buffer.alloc(0), high: null };

/** All keys that begin with `prefix`. */
export function prefixRange(prefix: Uint8Array): KeyRange {
	let length = prefix.length;
	while (length > 0 && prefix[length - 1] === 0xff) length--;
	if (length === 0) return { low: prefix, high: null };
	const high = Buffer.from(prefix.subarray(0, length));
	high[length - 1]!++;
	return { low: prefix, high };
}

export const kindRange = (kind: KeyKind): KeyRange => prefixRange(Buffer.of(keyKinds[kind]));

/** All rows of one life of a table. */
export const rowsRange = (incarnation: Incarnation): KeyRange => prefixRange(rowPrefix(incarnation));

/** All files below a root. */
export const rootRange = (root: FileRoot, kind: 'file' | 'fileLeftOut' = 'file'): KeyRange =>
	prefixRange(Buffer.of(keyKinds[kind], fileRoots[root]));

/** All files below a folder, the folder's own entry left out. `folder` is a path without trailing `/`; empty = the root. */
export function folderRange(root: FileRoot, folder: Uint8Array, kind: 'file' | 'fileLeftOut' = 'file'): KeyRange {
	const head = Buffer.of(keyKinds[kind], fileRoots[root]);
	if (folder.length > 0) return prefixRange(Buffer.concat([head, folder, Buffer.from('/')]));
	return { low: Buffer.concat([head, Buffer.of(0)]), high: prefixRange(head).high };
}

/** All triggers of a table. */
export const triggersRange = (table: string): KeyRange =>
	prefixRange(Buffer.concat([Buffer.of(keyKinds.trigger), Buffer.from(table), Buffer.of(0)]));

export const inRange = (key: Uint8Array, range: KeyRange): boolean =>
	compareBytes(key, range.low) >= 0 && (range.high === null || compareBytes(key, range.high) < 0);

/** The smallest key above `key`. */
export const keyAfter = (key: Uint8Array): Buffer => Buffer.concat([key, Buffer.of(0)]);
