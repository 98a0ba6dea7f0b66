/** A commit's header, in clear: the endpoint checks chain, references and writer without a key. FORMAT.md section 8. */
import { createHash } from 'node:crypto';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import { parseGeneration, zeroHash } from '../ids.ts';
import type { ChunkId, Generation, Hash, PendingId, Position, Sequence, SiteId, WriterId } from '../ids.ts';
import { headerBytesMax, pendingMax, referencesMax } from '../limits.ts';

export interface CommitHeader {
	readonly siteId: SiteId;
	/** From 1. */
	readonly sequence: Sequence;
	/** Hash of the header before; zeroHash at sequence 1. */
	readonly previous: Hash;
	readonly bodyHash: Hash;
	/** Milliseconds since 1970, the agent's clock. */
	readonly createdAt: number;
	/** Milliseconds since 1970, the database's clock at the snapshot; 0 where there was none. */
	readonly snapshotAt: number;
	readonly writer: WriterId;
	/** See flags.ts. */
	readonly flags: number;
	readonly generation: Generation;
	readonly manifest: ChunkId;
	/** Keys that are not yet exact, ascending by id. */
	readonly pending: readonly PendingMark[];
	/** Chunks that this commit refers to and its body does not hold, ascending. */
	readonly references: readonly ChunkId[];
}

export interface PendingMark {
	readonly id: PendingId;
	/** Sequence at which the key was last exact, 0 = never; below the commit's own. */
	readonly exactAt: Sequence;
}

/** @throws FormatError FORMAT_FIELD, FORMAT_ORDER, FORMAT_LIMIT */
export function encodeHeader(header: CommitHeader): Buffer {
	if (header.pending.length > pendingMax || header.references.length > referencesMax) refuse('FORMAT_LIMIT', 'header');
	check(header);
	const writer = new ByteWriter(512 + 24 * header.pending.length + 32 * header.references.length)
		.hex(header.siteId, 16)
		.u64(header.sequence)
		.hex(header.previous, 32)
		.hex(header.bodyHash, 32)
		.u64(header.createdAt)
		.u64(header.snapshotAt)
		.hex(header.writer, 16)
		.u32(header.flags)
		.u32(header.generation)
		.hex(header.manifest, 32)
		.varint(header.pending.length);
	for (const { id, exactAt } of header.pending) writer.hex(id, 16).u64(exactAt);
	writer.varint(header.references.length);
	for (const id of header.references) writer.hex(id, 32);
	return writer.finish();
}

/** @throws FormatError */
export function decodeHeader(bytes: Uint8Array): CommitHeader {
	if (bytes.length > headerBytesMax) refuse('FORMAT_LIMIT', `header of ${bytes.length} bytes`);
	const reader = new ByteReader(bytes);
	const header: CommitHeader = {
		siteId: reader.hex(16) as SiteId,
		sequence: reader.u64() as Sequence,
		previous: reader.hex(32) as Hash,
		bodyHash: reader.hex(32) as Hash,
		createdAt: reader.u64(),
		snapshotAt: reader.u64(),
		writer: reader.hex(16) as WriterId,
		flags: reader.u32(),
		generation: parseGeneration(reader.u32()),
		manifest: reader.hex(32) as ChunkId,
		pending: readPending(reader),
		references: readReferences(reader),
	};
	reader.done();
	check(header);
	return header;
}

function readPending(reader: ByteReader): PendingMark[] {
	const pending: PendingMark[] = [];
	for (let left = reader.count(pendingMax, 24); left > 0; left--) pending.push({ id: reader.hex(16) as PendingId, exactAt: reader.u64() as Sequence });
	return pending;
}

function readReferences(reader: ByteReader): ChunkId[] {
	const references: ChunkId[] = [];
	for (let left = reader.count(referencesMax, 32); left > 0; left--) references.push(reader.hex(32) as ChunkId);
	return references;
}

function check(header: CommitHeader): void {
	if (header.sequence < 1) refuse('FORMAT_FIELD', 'sequence 0');
	if ((header.sequence === 1) !== (header.previous === zeroHash)) refuse('FORMAT_FIELD', 'previous hash and sequence do not agree');
	for (let i = 1; i < header.references.length; i++) {
		if (header.references[i - 1]! >= header.references[i]!) refuse('FORMAT_ORDER', 'references');
	}
	for (const [i, mark] of header.pending.entries()) {
		if (i > 0 && header.pending[i - 1]!.id >= mark.id) refuse('FORMAT_ORDER', 'pending');
		if (mark.exactAt >= header.sequence) refuse('FORMAT_FIELD', 'pending is exact at a later position');
	}
}

/** Where the commit of these header bytes puts the timeline. */
export const positionOf = (header: CommitHeader, headerBytes: Uint8Array): Position => ({
	seq: header.sequence,
	hash: createHash('sha256').update(headerBytes).digest('hex') as Hash,
});

/** @throws FormatError FORMAT_CHAIN unless the header goes on from `before` */
export function checkContinues(header: CommitHeader, before: Position): void {
	if (header.sequence !== before.seq + 1 || header.previous !== before.hash) {
		refuse('FORMAT_CHAIN', `sequence ${header.sequence} after ${before.seq}`);
	}
}
