/** A key as bytes and as parts. Row keys' columns are in rowKey.ts. */
import { decodeUtf8, encodeUtf8 } from '../bytes/text.ts';
import { asBuffer } from '../bytes/compare.ts';
import { refuse } from '../errors.ts';
import { parseIncarnation, type Incarnation } from '../ids.ts';
import { keyBytesMax } from '../limits.ts';
import { fileRootNames, fileRoots, keyKindOf, keyKinds, type FileRoot } from './kinds.ts';
import { checkPath } from './path.ts';

export type NamedKind = 'fact' | 'policy' | 'table' | 'view' | 'counter' | 'tableLeftOut';

export type Key =
	| { readonly kind: NamedKind; readonly name: string }
	| { readonly kind: 'trigger'; readonly table: string; readonly name: string }
	| { readonly kind: 'row'; readonly incarnation: Incarnation; readonly rowKey: Uint8Array }
	| { readonly kind: 'file' | 'fileLeftOut'; readonly root: FileRoot; readonly path: Uint8Array };

/** Kind byte and incarnation. */
export const rowPrefixBytes = 9;

function name(text: string): Buffer {
	const bytes = encodeUtf8(text);
	if (bytes.length === 0 || bytes.includes(0)) refuse('FORMAT_KEY', 'a name is empty or contains NUL');
	return bytes;
}

function bounded(key: Buffer): Buffer {
	return key.length <= keyBytesMax ? key : refuse('FORMAT_LIMIT', `key of ${key.length} bytes`);
}

/** The bytes that every row key of an incarnation begins with. */
export function rowPrefix(incarnation: Incarnation): Buffer {
	const prefix = Buffer.allocUnsafe(rowPrefixBytes);
	prefix[0] = keyKinds.row;
	prefix.writeUInt32BE(Math.floor(parseIncarnation(incarnation) / 0x1_0000_0000), 1);
	prefix.writeUInt32BE(incarnation >>> 0, 5);
	return prefix;
}

/** @throws FormatError FORMAT_KEY, FORMAT_PATH, FORMAT_TEXT, FORMAT_LIMIT */
export function encodeKey(key: Key): Buffer {
	const kind = Buffer.of(keyKinds[key.kind]);
	switch (key.kind) {
		case 'trigger':
			return bounded(Buffer.concat([kind, name(key.table), Buffer.of(0), name(key.name)]));
		case 'row':
			if (key.rowKey.length === 0) refuse('FORMAT_KEY', 'empty row key');
			return bounded(Buffer.concat([rowPrefix(key.incarnation), key.rowKey]));
		case 'file':
		case 'fileLeftOut':
			checkPath(key.path);
			return Buffer.concat([kind, Buffer.of(fileRoots[key.root]), key.path]);
		default:
			return bounded(Buffer.concat([kind, name(key.name)]));
	}
}

/**
 * The parts of a key; `rowKey` and `path` are views.
 * @throws FormatError FORMAT_KEY, FORMAT_PATH, FORMAT_TEXT, FORMAT_LIMIT
 */
export function decodeKey(bytes: Uint8Array): Key {
	const key = bounded(asBuffer(bytes));
	const kind = keyKindOf(key[0]) ?? refuse('FORMAT_KEY', 'unknown kind');
	switch (kind) {
		case 'trigger': {
			const end = key.indexOf(0, 1);
			if (end < 0) refuse('FORMAT_KEY', 'trigger without table');
			return { kind, table: decodeName(key.subarray(1, end)), name: decodeName(key.subarray(end + 1)) };
		}
		case 'row':
			if (key.length <= rowPrefixBytes) refuse('FORMAT_KEY', 'empty row key');
			return { kind, incarnation: incarnationOf(key), rowKey: key.subarray(rowPrefixBytes) };
		case 'file':
		case 'fileLeftOut': {
			const root = fileRootNames[key[1] ?? 255] ?? refuse('FORMAT_KEY', 'unknown root');
			const path = key.subarray(2);
			checkPath(path);
			return { kind, root, path };
		}
		default:
			return { kind, name: decodeName(key.subarray(1)) };
	}
}

function decodeName(bytes: Buffer): string {
	if (bytes.length === 0 || bytes.includes(0)) refuse('FORMAT_KEY', 'a name is empty or contains NUL');
	return decodeUtf8(bytes);
}

/** The incarnation in a row's key. @throws FormatError FORMAT_KEY when it is no row's key */
export function incarnationOf(key: Uint8Array): Incarnation {
	if (key.length < rowPrefixBytes || key[0] !== keyKinds.row) refuse('FORMAT_KEY', 'not a row');
	const bytes = asBuffer(key);
	const value = bytes.readUInt32BE(1) * 0x1_0000_0000 + bytes.readUInt32BE(5);
	return Number.isSafeInteger(value) ? (value as Incarnation) : refuse('FORMAT_LIMIT', 'incarnation');
}

export const tableKey = (table: string): Buffer => encodeKey({ kind: 'table', name: table });
export const fileKey = (root: FileRoot, path: Uint8Array): Buffer => encodeKey({ kind: 'file', root, path });
export const rowKeyOf = (incarnation: Incarnation, rowKey: Uint8Array): Buffer => encodeKey({ kind: 'row', incarnation, rowKey });
