import { BlockCursor, chunkOf, decodeManifest, open, readPackIndex, splitCommit, type ChunkId, type KeyRing, type Manifest } from '@holdfast/protocol';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Entries } from '../ports/index-store.ts';

const chunksPerRequestMax = 32;

export type OpenedCommit = { manifest: Manifest; blocks: Buffer[]; inlineIds: ChunkId[] };

/** A commit's manifest and entry blocks out of its bytes; blocks that went ahead in packs are asked of the endpoint. */
export async function openCommit(bytes: Uint8Array, ring: KeyRing, endpoint: Pick<Endpoint, 'readChunks'>): Promise<OpenedCommit> {
	const { header, body } = splitCommit(bytes);
	const index = readPackIndex(body, body.length);
	const sealedManifest = chunkOf(body, index, header.manifest);
	const manifest = decodeManifest(await open(ring, sealedManifest!, { kind: 'manifest', id: header.manifest }));
	const elsewhere = manifest.entries.map((place) => place.chunk).filter((id) => index.find(id) === undefined);
	const fetched = new Map<ChunkId, Buffer>();
	for (let at = 0; at < elsewhere.length; at += chunksPerRequestMax) {
		const ids = elsewhere.slice(at, at + chunksPerRequestMax);
		const sealed = await endpoint.readChunks(ids);
		for (const [i, id] of ids.entries()) {
			fetched.set(id, await open(ring, sealed[i]!, { kind: 'entries', id }));
		}
	}
	const blocks: Buffer[] = [];
	for (const { chunk } of manifest.entries) {
		blocks.push(fetched.get(chunk) ?? await open(ring, chunkOf(body, index, chunk)!, { kind: 'entries', id: chunk }));
	}
	return { manifest, blocks, inlineIds: [...index].map((place) => place.id) };
}

/** The entries of blocks, a block at a time. */
export function* entriesOfBlocks(blocks: Iterable<Uint8Array>): Generator<Entries> {
	for (const block of blocks) {
		const entries: Entries = { keys: [], values: [] };
		for (const cursor = new BlockCursor(block); cursor.next();) {
			entries.keys.push(Buffer.from(cursor.key));
			entries.values.push(cursor.value);
		}
		yield entries;
	}
}
