import { createHash } from 'node:crypto';
import {
	ByteReader,
	type CommitHeader,
	type PackIndex,
	type Position,
	chunkHeaderBytes,
	commitPrefixBytes,
	decodeHeader,
	envelopePrefixBytes,
	packFooterBytes,
	packHeadBytes,
	positionOf,
	readChunkHeader,
	readCommitPrefix,
	readEnvelopePrefix,
	readPackFooter,
	readPackIndex,
	refuse,
	sealedBytes,
} from '@holdfast/protocol';
import type { CommitRow, IndexedChunk } from '../ports/catalog.ts';
import { type Source, feed, readingAhead, section, sha256Of } from './source.ts';

/*
 * What can be checked without a key, on bytes that are not held in memory: a commit may have 128 MiB, and many may
 * come at once. The same checks as verifyPack and verifyCommit in `@holdfast/protocol` (a test compares them).
 */

const aheadBytes = 256 * 1024;

/** The index of a pack, its hash and bounds checked; the chunks are not looked at. @throws FormatError */
export async function readIndexOf(pack: Source): Promise<PackIndex> {
	new ByteReader(await pack.read(0, packHeadBytes)).objectHead('HFPK', 1);
	const footer = readPackFooter(
		await pack.read(Math.max(0, pack.size - packFooterBytes), Math.min(pack.size, packFooterBytes)),
		pack.size,
	);
	return readPackIndex(await pack.read(footer.indexOffset, pack.size - footer.indexOffset), pack.size);
}

/** As readIndexOf, and each chunk's magic, id and length. @throws FormatError */
export async function inspectPack(pack: Source): Promise<PackIndex> {
	const index = await readIndexOf(pack);
	const forwards = readingAhead(pack, aheadBytes);
	for (const { id, offset, length } of [...index].sort((a, b) => a.offset - b.offset)) {
		const header = readChunkHeader(await forwards.read(offset, chunkHeaderBytes));
		if (header.id !== id) refuse('FORMAT_ID_MISMATCH', `chunk ${header.id}`);
		if (sealedBytes(header) !== length) refuse('FORMAT_FIELD', `length of chunk ${header.id}`);
	}
	return index;
}

export interface InspectedCommit {
	readonly header: CommitHeader;
	readonly headerBytes: Uint8Array;
	readonly position: Position;
	readonly index: PackIndex;
	/** Where the body begins in the commit. */
	readonly bodyOffset: number;
	/** Where the manifest chunk lies in the commit. */
	readonly manifest: { readonly offset: number; readonly length: number };
}

/** All that a commit says in clear, its body checked against hash and structure. @throws FormatError */
export async function inspectCommit(commit: Source): Promise<InspectedCommit> {
	const prefix = readCommitPrefix(await commit.read(0, Math.min(commit.size, commitPrefixBytes)));
	const bodyOffset = commitPrefixBytes + prefix.headerBytes;
	if (bodyOffset + prefix.bodyBytes < commit.size) refuse('FORMAT_TRAILING', 'commit');
	const headerBytes = await commit.read(commitPrefixBytes, prefix.headerBytes);
	const header = decodeHeader(headerBytes);
	const body = section(commit, bodyOffset, prefix.bodyBytes);
	if ((await sha256Of(body)) !== header.bodyHash) refuse('FORMAT_HASH', 'body of a commit');
	const index = await inspectPack(body);
	for (const id of header.references) if (index.find(id)) refuse('FORMAT_FIELD', 'a reference that the body holds');
	const manifest = index.find(header.manifest) ?? refuse('FORMAT_FIELD', 'the body does not hold the manifest');
	return {
		header,
		headerBytes,
		position: positionOf(header, headerBytes),
		index,
		bodyOffset,
		manifest: { offset: bodyOffset + manifest.offset, length: manifest.length },
	};
}

export interface InspectedEnvelope extends InspectedCommit {
	readonly receivedAt: number;
}

/** A stored envelope, every byte of it. @throws FormatError */
export async function inspectEnvelope(envelope: Source): Promise<InspectedEnvelope> {
	const prefix = readEnvelopePrefix(await envelope.read(0, Math.min(envelope.size, envelopePrefixBytes)));
	const commit = section(envelope, envelopePrefixBytes, prefix.commitBytes);
	if (envelope.size > envelopePrefixBytes + commit.size) refuse('FORMAT_TRAILING', 'envelope');
	if (!(await envelopeHash(prefix.receivedAt, commit)).equals(prefix.hash)) refuse('FORMAT_HASH', 'envelope');
	return { ...(await inspectCommit(commit)), receivedAt: prefix.receivedAt };
}

/** SHA-256 of received at ‖ length ‖ commit: FORMAT.md section 11. */
export async function envelopeHash(receivedAt: number, commit: Source): Promise<Buffer> {
	const clear = Buffer.alloc(16);
	clear.writeBigUInt64BE(BigInt(receivedAt), 0);
	clear.writeBigUInt64BE(BigInt(commit.size), 8);
	return (await feed(createHash('sha256').update(clear), commit)).digest();
}

/** An index as the catalog wants it: offsets from the start of the stored object. */
export function indexedFrom(index: PackIndex, start: number): IndexedChunk[] {
	return Array.from(index, ({ id, offset, length }) => ({ id, offset: start + offset, length }));
}

/** What the catalog keeps of a commit that is stored as an envelope. */
export function catalogRow(
	commit: InspectedCommit,
	commitBytes: number,
	receivedAt: number,
): [row: CommitRow, chunks: IndexedChunk[]] {
	const row: CommitRow = {
		seq: commit.position.seq,
		headerHash: commit.position.hash,
		receivedAt,
		header: commit.headerBytes,
		size: envelopePrefixBytes + commitBytes,
		manifestOffset: envelopePrefixBytes + commit.manifest.offset,
		manifestLength: commit.manifest.length,
	};
	return [row, indexedFrom(commit.index, envelopePrefixBytes + commit.bodyOffset)];
}
