/** What the endpoint stores for a commit, FORMAT.md section 11: when it came, and a hash of all. Checked without a key. */
import { createHash } from 'node:crypto';
import { ByteReader } from './bytes/reader.ts';
import { ByteWriter } from './bytes/writer.ts';
import { refuse } from './errors.ts';
import { commitBytesMax } from './limits.ts';

/** What stands before the commit. */
export const envelopePrefixBytes = 56;

export interface EnvelopePrefix {
	/** Milliseconds since 1970, the endpoint's clock. */
	readonly receivedAt: number;
	readonly commitBytes: number;
	readonly hash: Buffer;
}

export interface Envelope {
	readonly receivedAt: number;
	/** A view. */
	readonly commit: Buffer;
}

function hashOf(receivedAt: number, commit: Uint8Array): Buffer {
	const clear = new ByteWriter(16).u64(receivedAt).u64(commit.length).finish();
	return createHash('sha256').update(clear).update(commit).digest();
}

/** @throws FormatError FORMAT_LIMIT */
export function encodeEnvelope(receivedAt: number, commit: Uint8Array): Buffer {
	if (commit.length > commitBytesMax) refuse('FORMAT_LIMIT', `commit of ${commit.length} bytes`);
	return new ByteWriter(envelopePrefixBytes + commit.length)
		.objectHead('HFEV', 1)
		.u64(receivedAt)
		.u64(commit.length)
		.raw(hashOf(receivedAt, commit))
		.raw(commit)
		.finish();
}

/** The first 56 bytes; the commit need not be there. @throws FormatError */
export function readEnvelopePrefix(bytes: Uint8Array): EnvelopePrefix {
	const reader = new ByteReader(bytes);
	reader.objectHead('HFEV', 1);
	const receivedAt = reader.u64();
	const commitBytes = reader.u64();
	if (commitBytes > commitBytesMax) refuse('FORMAT_LIMIT', `commit of ${commitBytes} bytes`);
	return { receivedAt, commitBytes, hash: reader.take(32) };
}

/** @throws FormatError FORMAT_HASH when any byte changed */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
	const { receivedAt, commitBytes, hash } = readEnvelopePrefix(bytes);
	const reader = new ByteReader(bytes, envelopePrefixBytes);
	const commit = reader.take(commitBytes);
	reader.done();
	if (!hashOf(receivedAt, commit).equals(hash)) refuse('FORMAT_HASH', 'envelope');
	return { receivedAt, commit };
}
