/** For tests: an endpoint in memory, and a writer that appends commits to it with the protocol's own parts. */
import {
	BlockWriter, chunkIdOf, decodeHeader, encodeCommit, encodeLayer, encodeLayerIndex, encodeManifest, firstGeneration, flagsOf, KeyRing, noCounts, origin, PackWriter, parseRootKey, parseSiteId,
	parseWriterId, chunkOf, seal, splitCommit, verifyPack,
	type ChunkId, type ChunkKind, type CommitFlag, type EntryBlock, type Manifest, type Position,
} from '@holdfast/protocol';
import { HoldfastError } from '../../errors.ts';
import type { ChunkSink } from '../../ports/chunks.ts';
import type { CommitRecord, Endpoint } from '../../ports/endpoint.ts';

export type Pairs = readonly (readonly [Uint8Array, Uint8Array | null])[];

export const testKeys = (): KeyRing => new KeyRing(parseRootKey(Buffer.alloc(32, 7)), parseSiteId('11'.repeat(16)));

export class MemoryEndpoint implements Pick<Endpoint, 'commits' | 'readChunks'> {
	readonly chunks = new Map<ChunkId, Buffer>();
	readonly records: CommitRecord[] = [];
	reads = 0;

	add(commit: Buffer): void {
		const { headerBytes, body } = splitCommit(commit);
		const index = verifyPack(body);
		const { manifest } = decodeHeader(headerBytes);
		for (const { id } of index) { this.chunks.set(id, chunkOf(body, index, id)!); }
		this.records.push({ receivedAt: 1, header: headerBytes, manifest: this.chunks.get(manifest)! });
	}

	async commits(after: number, limit: number, sections: 'headers' | 'manifests'): Promise<CommitRecord[]> {
		return this.records.slice(after, after + limit).map((record) => (sections === 'manifests' ? record : { ...record, manifest: null }));
	}

	async readChunks(ids: readonly ChunkId[]): Promise<Uint8Array[]> {
		this.reads += ids.length;
		return ids.map((id) => this.chunks.get(id) ?? refuse(id));
	}

	async site(): Promise<{ head: null }> { return { head: null }; }
}

function refuse(id: string): never {
	throw new HoldfastError('CHUNK_MISSING', `chunk ${id} is missing`);
}

/** Appends commits: what collect and image do, without a site. */
export class TestWriter implements ChunkSink {
	readonly keys = testKeys();
	readonly endpoint = new MemoryEndpoint();
	position: Position = origin;
	readonly #chunkKeys = this.keys.generation(firstGeneration);

	/** Content goes straight to the endpoint. */
	async add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId> {
		const sealed = await seal(this.#chunkKeys, kind, plaintext);
		this.endpoint.chunks.set(sealed.id, sealed.bytes);
		return sealed.id;
	}

	refer(): void { /* it is there */ }

	idOf = (plaintext: Uint8Array): ChunkId => chunkIdOf(this.#chunkKeys, 'entries', plaintext);

	async blocks(pairs: Pairs, entriesMax = 1000): Promise<(EntryBlock & { id: ChunkId })[]> {
		const writer = new BlockWriter();
		const blocks: EntryBlock[] = [];
		for (const [key, value] of pairs) {
			const closed = writer.add(key, value);
			if (closed) { blocks.push(closed); }
			if (writer.count >= entriesMax) { blocks.push(writer.finish()!); }
		}
		const last = writer.finish();
		if (last) { blocks.push(last); }
		return Promise.all(blocks.map(async (block) => ({ ...block, id: await this.add('entries', block.plaintext) })));
	}

	async commit(pairs: Pairs, flags: CommitFlag[] = [], more: Partial<Manifest> = {}): Promise<Position> {
		const blocks = await this.blocks([...pairs].sort(([a], [b]) => Buffer.compare(a, b)));
		const entries = blocks.map((block) => ({ chunk: block.id, first: block.first.toString('hex'), last: block.last.toString('hex'), count: block.count }));
		const manifest = await seal(this.#chunkKeys, 'manifest', encodeManifest({ v: 1, entries, counts: noCounts, ...more }));
		const pack = new PackWriter();
		pack.add(manifest);
		const { bytes, position } = encodeCommit({
			siteId: this.keys.siteId, sequence: (this.position.seq + 1) as Position['seq'], previous: this.position.hash, createdAt: 1000 + this.position.seq, snapshotAt: 1000 + this.position.seq,
			writer: parseWriterId('22'.repeat(16)), flags: flagsOf(...flags), generation: firstGeneration, manifest: manifest.id, pending: [], references: [...new Set(blocks.map((block) => block.id))].sort(),
		}, pack.finish().bytes);
		this.endpoint.add(bytes);
		this.position = position;
		return position;
	}

	/** Completes an image of `pairs` that began at `base` and is exact from `exactFrom`. */
	async image(pairs: Pairs, base: Position, exactFrom: Position, entriesMax = 1000): Promise<Position> {
		const blocks = await this.blocks([...pairs].sort(([a], [b]) => Buffer.compare(a, b)), entriesMax);
		const indexed = blocks.map((block) => ({ first: block.first, last: block.last, chunk: block.id, entries: block.count }));
		const index = await this.add('layerIndex', encodeLayerIndex(indexed));
		const layer = await this.add('layer', encodeLayer({
			v: 1, kind: 'image', base, exactFrom, from: base, to: exactFrom,
			indexes: [{ chunk: index, first: indexed[0]!.first.toString('hex'), last: indexed.at(-1)!.last.toString('hex'), blocks: indexed.length }],
		}));
		return this.commit([], ['imagePart', 'imageComplete'], { image: { id: 'ab', base, part: 1, indexes: [index], layer, exactFrom } });
	}
}
