/**
 * Ids, parsed once at the edge. All are lower-case hex strings, so that they serve as map keys and in JSON as they are;
 * codecs turn them into raw bytes and back.
 */
import { refuse } from './errors.ts';

declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** 16 bytes. */
export type SiteId = Brand<string, 'SiteId'>;
/** 16 bytes. */
export type WriterId = Brand<string, 'WriterId'>;
/** 16 bytes: keyed hash of a key, stands for it in clear headers. */
export type PendingId = Brand<string, 'PendingId'>;
/** 32 bytes: keyed hash of kind and plaintext. */
export type ChunkId = Brand<string, 'ChunkId'>;
/** 32 bytes: SHA-256 of a whole pack. */
export type PackName = Brand<string, 'PackName'>;
/** 32 bytes: SHA-256. */
export type Hash = Brand<string, 'Hash'>;
/** Number of a commit, from 1; 0 stands for "before the first". */
export type Sequence = Brand<number, 'Sequence'>;
/** One life of a table; at most 2^53 − 1. */
export type Incarnation = Brand<number, 'Incarnation'>;
/** Number of a generation of keys, from 1. */
export type Generation = Brand<number, 'Generation'>;

/** A number plus a proof: the sequence and the SHA-256 of the header of that commit. */
export interface Position {
	readonly seq: Sequence;
	readonly hash: Hash;
}

export const zeroHash = '0'.repeat(64) as Hash;
/** Before the first commit. */
export const origin: Position = { seq: 0 as Sequence, hash: zeroHash };

const hex32 = /^[0-9a-f]{32}$/;
const hex64 = /^[0-9a-f]{64}$/;

function parseHex(text: string, pattern: RegExp, what: string): string {
	return pattern.test(text) ? text : refuse('FORMAT_TEXT', `${what} is not lower-case hex of its length`);
}

export const parseSiteId = (text: string): SiteId => parseHex(text, hex32, 'site id') as SiteId;
export const parseWriterId = (text: string): WriterId => parseHex(text, hex32, 'writer id') as WriterId;
export const parsePendingId = (text: string): PendingId => parseHex(text, hex32, 'pending id') as PendingId;
export const parseChunkId = (text: string): ChunkId => parseHex(text, hex64, 'chunk id') as ChunkId;
export const parsePackName = (text: string): PackName => parseHex(text, hex64, 'pack name') as PackName;
export const parseHash = (text: string): Hash => parseHex(text, hex64, 'hash') as Hash;

/** @throws FormatError FORMAT_FIELD unless an integer from `low` to 2^53 − 1 */
function parseWhole(value: number, low: number, what: string): number {
	return Number.isSafeInteger(value) && value >= low ? value : refuse('FORMAT_FIELD', `${what} ${value}`);
}

export const parseSequence = (value: number): Sequence => parseWhole(value, 0, 'sequence') as Sequence;
export const parseIncarnation = (value: number): Incarnation => parseWhole(value, 0, 'incarnation') as Incarnation;
export function parseGeneration(value: number): Generation {
	if (value > 0xffff_ffff) refuse('FORMAT_FIELD', `generation ${value}`);
	return parseWhole(value, 1, 'generation') as Generation;
}

/** The id of a table's new life: first read for commit `seq`, the `counter`-th (0–65,535) of that commit. */
export function makeIncarnation(seq: Sequence, counter: number): Incarnation {
	if (!(Number.isInteger(counter) && counter >= 0 && counter < 65_536)) refuse('FORMAT_FIELD', `counter ${counter}`);
	return parseIncarnation(seq * 65_536 + counter);
}

export const samePosition = (a: Position, b: Position): boolean => a.seq === b.seq && a.hash === b.hash;
