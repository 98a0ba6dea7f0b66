/**
 * Chunks: plaintext → zstd (where it makes the bytes fewer) → AES-256-GCM under a synthetic nonce.
 *
 *     seal:  id = HMAC(chunk-id, kind ‖ plaintext)     nonce = HMAC(chunk-nonce, id ‖ flags ‖ bytes to be encrypted)
 *     open:  decrypt ─> check length, then decompress ─> recompute the id ─> is it the kind and id asked for?
 *
 * The async forms compress in zlib's threads (4, shared with files and DNS): keep about 4 in flight.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync, type ZstdOptions } from 'node:zlib';
import { asBuffer } from '../bytes/compare.ts';
import { refuse } from '../errors.ts';
import type { ChunkId } from '../ids.ts';
import { chunkHeaderBytes, chunkKinds, chunkTagBytes, encodeChunkHeader, plaintextBytesMax, readChunkHeader, sealedBytes } from './chunkHeader.ts';
import type { ChunkHeader, ChunkKind } from './chunkHeader.ts';
import type { ChunkKeys, KeyRing } from './subkeys.ts';

export interface SealedChunk {
	readonly id: ChunkId;
	readonly bytes: Buffer;
}

export interface SealOptions {
	/** The id, when chunkIdOf was asked already. */
	readonly id?: ChunkId;
	/** False for content that is compressed already, such as JPEG: saves the attempt. */
	readonly compress?: boolean;
}

/** What a reader asked for. */
export interface ExpectedChunk {
	readonly kind: ChunkKind;
	readonly id: ChunkId;
}

const compression: ZstdOptions = { chunkSize: 64 * 1024, params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Below this a zstd frame's own head eats the gain. */
const compressBytesMin = 32;
const compressAsync = promisify<Uint8Array, ZstdOptions, Buffer>(zstdCompress);
const decompressAsync = promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress);

/** Equal kind and plaintext have an equal id; without the key nobody can test a guess. */
export const chunkIdOf = (keys: ChunkKeys, kind: ChunkKind, plaintext: Uint8Array): ChunkId =>
	createHmac('sha256', keys.id).update(Buffer.of(chunkKinds[kind])).update(plaintext).digest('hex') as ChunkId;

/** @throws FormatError FORMAT_LIMIT when the plaintext is too large for its kind */
export async function seal(keys: ChunkKeys, kind: ChunkKind, plaintext: Uint8Array, options: SealOptions = {}): Promise<SealedChunk> {
	const compressed = isWorthCompressing(plaintext, options) ? await compressAsync(plaintext, compression) : undefined;
	return encrypt(keys, kind, plaintext, compressed, options.id);
}

/** As seal, for small things. */
export function sealSync(keys: ChunkKeys, kind: ChunkKind, plaintext: Uint8Array, options: SealOptions = {}): SealedChunk {
	const compressed = isWorthCompressing(plaintext, options) ? zstdCompressSync(plaintext, compression) : undefined;
	return encrypt(keys, kind, plaintext, compressed, options.id);
}

const isWorthCompressing = (plaintext: Uint8Array, options: SealOptions): boolean =>
	options.compress !== false && plaintext.length >= compressBytesMin;

function encrypt(keys: ChunkKeys, kind: ChunkKind, plaintext: Uint8Array, smaller: Uint8Array | undefined, known?: ChunkId): SealedChunk {
	if (plaintext.length > plaintextBytesMax[kind]) refuse('FORMAT_LIMIT', `${kind} of ${plaintext.length} bytes`);
	const id = known ?? chunkIdOf(keys, kind, plaintext);
	const compressed = smaller !== undefined && smaller.length < plaintext.length;
	const clear = compressed ? smaller : plaintext;
	const nonce = createHmac('sha256', keys.nonce)
		.update(id, 'hex')
		.update(Buffer.of(compressed ? 1 : 0))
		.update(clear)
		.digest()
		.subarray(0, 12);
	const { generation } = keys;
	const header = encodeChunkHeader({ compressed, kind, generation, plaintextBytes: plaintext.length, encryptedBytes: clear.length, id, nonce });
	const cipher = createCipheriv('aes-256-gcm', keys.encrypt, nonce, { authTagLength: chunkTagBytes }).setAAD(header);
	const encrypted = cipher.update(clear);
	return { id, bytes: Buffer.concat([header, encrypted, cipher.final(), cipher.getAuthTag()]) };
}

/** The plaintext. @throws FormatError */
export async function open(ring: KeyRing, sealed: Uint8Array, expected: ExpectedChunk): Promise<Buffer> {
	const { header, keys, clear } = decrypt(ring, sealed, expected);
	if (!header.compressed) return verify(keys, header, clear);
	let plaintext: Buffer;
	try {
		plaintext = await decompressAsync(clear, { maxOutputLength: header.plaintextBytes });
	} catch (cause) {
		return refuse('FORMAT_DECOMPRESS', header.id, cause);
	}
	return verify(keys, header, plaintext);
}

/** As open, for small things. @throws FormatError */
export function openSync(ring: KeyRing, sealed: Uint8Array, expected: ExpectedChunk): Buffer {
	const { header, keys, clear } = decrypt(ring, sealed, expected);
	if (!header.compressed) return verify(keys, header, clear);
	let plaintext: Buffer;
	try {
		plaintext = zstdDecompressSync(clear, { maxOutputLength: header.plaintextBytes });
	} catch (cause) {
		return refuse('FORMAT_DECOMPRESS', header.id, cause);
	}
	return verify(keys, header, plaintext);
}

function decrypt(ring: KeyRing, sealed: Uint8Array, expected: ExpectedChunk): { header: ChunkHeader; keys: ChunkKeys; clear: Buffer } {
	const bytes = asBuffer(sealed);
	const header = readChunkHeader(bytes);
	if (header.kind !== expected.kind) refuse('FORMAT_KIND_MISMATCH', `${header.kind} instead of ${expected.kind}`);
	if (header.id !== expected.id) refuse('FORMAT_ID_MISMATCH', `${header.id} instead of ${expected.id}`);
	const length = sealedBytes(header);
	if (bytes.length !== length) refuse(bytes.length < length ? 'FORMAT_TRUNCATED' : 'FORMAT_TRAILING', `chunk ${header.id}`);
	const keys = ring.generation(header.generation);
	const cipher = createDecipheriv('aes-256-gcm', keys.encrypt, header.nonce, { authTagLength: chunkTagBytes })
		.setAAD(bytes.subarray(0, chunkHeaderBytes))
		.setAuthTag(bytes.subarray(length - chunkTagBytes));
	const clear = cipher.update(bytes.subarray(chunkHeaderBytes, length - chunkTagBytes));
	try {
		cipher.final();
	} catch (cause) {
		refuse('FORMAT_DECRYPT', `chunk ${header.id}`, cause);
	}
	return { header, keys, clear };
}

function verify(keys: ChunkKeys, header: ChunkHeader, plaintext: Buffer): Buffer {
	if (plaintext.length !== header.plaintextBytes) refuse('FORMAT_DECOMPRESS', `${plaintext.length} bytes instead of ${header.plaintextBytes}`);
	if (chunkIdOf(keys, header.kind, plaintext) !== header.id) refuse('FORMAT_ID_MISMATCH', `chunk ${header.id}`);
	return plaintext;
}
