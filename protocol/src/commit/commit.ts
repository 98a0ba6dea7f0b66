/** A commit as one object: lengths, header in clear, body (a pack). FORMAT.md section 8. */
import { createHash } from 'node:crypto';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import type { Hash, Position } from '../ids.ts';
import { commitBytesMax, headerBytesMax } from '../limits.ts';
import { verifyPack } from '../pack/pack.ts';
import type { PackIndex } from '../pack/packIndex.ts';
import { decodeHeader, encodeHeader, positionOf, type CommitHeader } from './header.ts';

/** Magic, version, lengths: what must be read to know where header and body lie. */
export const commitPrefixBytes = 20;

export interface CommitPrefix {
	readonly headerBytes: number;
	readonly bodyBytes: number;
}

export interface EncodedCommit {
	readonly header: CommitHeader;
	readonly position: Position;
	readonly bytes: Buffer;
}

/** A commit taken apart; all bytes are views. */
export interface Commit {
	readonly header: CommitHeader;
	readonly position: Position;
	readonly headerBytes: Buffer;
	readonly body: Buffer;
}

/** Makes a commit of its header (the body's hash is computed) and its body, a pack. @throws FormatError FORMAT_LIMIT, FORMAT_FIELD, FORMAT_ORDER */
export function encodeCommit(fields: Omit<CommitHeader, 'bodyHash'>, body: Uint8Array): EncodedCommit {
	const header: CommitHeader = { ...fields, bodyHash: sha256(body) };
	const headerBytes = encodeHeader(header);
	const prefix = new ByteWriter(commitPrefixBytes).objectHead('HFCM', 1).u32(headerBytes.length).u64(body.length).finish();
	const bytes = Buffer.concat([prefix, headerBytes, body]);
	if (bytes.length > commitBytesMax) refuse('FORMAT_LIMIT', `commit of ${bytes.length} bytes`);
	return { header, position: positionOf(header, headerBytes), bytes };
}

/** The first 20 bytes. @throws FormatError */
export function readCommitPrefix(bytes: Uint8Array): CommitPrefix {
	const reader = new ByteReader(bytes, 0, Math.min(bytes.length, commitPrefixBytes));
	reader.objectHead('HFCM', 1);
	const headerBytes = reader.u32();
	const bodyBytes = reader.u64();
	if (headerBytes > headerBytesMax || commitPrefixBytes + headerBytes + bodyBytes > commitBytesMax) refuse('FORMAT_LIMIT', 'commit');
	return { headerBytes, bodyBytes };
}

/** Header and body, with the body's hash checked; the pack itself is not looked into. @throws FormatError */
export function splitCommit(bytes: Uint8Array): Commit {
	const prefix = readCommitPrefix(bytes);
	const reader = new ByteReader(bytes);
	reader.skip(commitPrefixBytes);
	const headerBytes = reader.take(prefix.headerBytes);
	const body = reader.take(prefix.bodyBytes);
	reader.done();
	const header = decodeHeader(headerBytes);
	if (sha256(body) !== header.bodyHash) refuse('FORMAT_HASH', 'body of a commit');
	return { header, position: positionOf(header, headerBytes), headerBytes, body };
}

/** Everything that can be checked without a key; returns the body's index. @throws FormatError */
export function verifyCommit(commit: Commit): PackIndex {
	const index = verifyPack(commit.body);
	if (!index.find(commit.header.manifest)) refuse('FORMAT_FIELD', 'the body does not hold the manifest');
	for (const id of commit.header.references) if (index.find(id)) refuse('FORMAT_FIELD', 'a reference that the body holds');
	return index;
}

const sha256 = (bytes: Uint8Array): Hash => createHash('sha256').update(bytes).digest('hex') as Hash;
