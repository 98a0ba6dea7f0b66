import { asBuffer, open, type ChunkId, type ChunkKind, type KeyRing } from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Endpoint } from '../ports/endpoint.ts';

/** Plaintext kept. Blocks of entries are read again by get() and by neighbours; content is read once and not kept. */
export const cacheBytesMax = 48 * 1024 * 1024;
/** Entry blocks in one request: about 256 KiB each. Content is asked for in groups that the caller bounds in bytes. */
const entriesAtOnceMax = 32;
/** The endpoint's bound. */
const chunksAtOnceMax = 1024;

/** Chunks of the endpoint, opened and verified, the last used ones kept in memory. Damaged bytes reject with a FormatError. */
export class ChunkCache implements ChunkSource {
	readonly #endpoint: Pick<Endpoint, 'readChunks'>;
	readonly #keys: KeyRing;
	readonly #bytesMax: number;
	/** In order of last use. */
	readonly #kept = new Map<ChunkId, Buffer>();
	#bytes = 0;
	/** Sealed bytes fetched since the start. */
	fetchedBytes = 0;

	constructor(endpoint: Pick<Endpoint, 'readChunks'>, keys: KeyRing, bytesMax = cacheBytesMax) {
		this.#endpoint = endpoint;
		this.#keys = keys;
		this.#bytesMax = bytesMax;
	}

	async read(kind: ChunkKind, id: ChunkId): Promise<Uint8Array> {
		return (await this.readMany(kind, [id]))[0]!;
	}

	async readMany(kind: ChunkKind, ids: readonly ChunkId[]): Promise<Uint8Array[]> {
		const found = new Map<ChunkId, Buffer>();
		const missing = new Set<ChunkId>();
		for (const id of ids) {
			const kept = this.#kept.get(id);
			if (kept === undefined) { missing.add(id); continue; }
			this.#kept.delete(id);
			this.#kept.set(id, kept);
			found.set(id, kept);
		}
		const wanted = [...missing];
		const atOnce = kind === 'content' ? chunksAtOnceMax : entriesAtOnceMax;
		for (let at = 0; at < wanted.length; at += atOnce) {
			const group = wanted.slice(at, at + atOnce);
			const sealed = await this.#endpoint.readChunks(group);
			for (const [i, id] of group.entries()) {
				this.fetchedBytes += sealed[i]!.length;
				const plaintext = await open(this.#keys, sealed[i]!, { kind, id });
				found.set(id, plaintext);
				if (kind !== 'content') { this.#keep(id, plaintext); }
			}
		}
		return ids.map((id) => asBuffer(found.get(id)!));
	}

	#keep(id: ChunkId, plaintext: Buffer): void {
		if (plaintext.length > this.#bytesMax / 4) { return; }
		this.#kept.set(id, plaintext);
		this.#bytes += plaintext.length;
		for (const [oldest, bytes] of this.#kept) {
			if (this.#bytes <= this.#bytesMax) { return; }
			this.#kept.delete(oldest);
			this.#bytes -= bytes.length;
		}
	}
}
