import { chunkIdOf, PackWriter, seal, type ChunkId, type ChunkKeys, type ChunkKind, type Pack } from '@holdfast/protocol';
import type { ChunkSink } from '../ports/chunks.ts';
import type { PackUploader } from './pack-uploader.ts';

/** Beyond this the chunks of a commit go ahead in packs: the commit itself stays quick to save and send. */
export const inlineBytesMaxDefault = 4 * 1024 * 1024;

/**
 * The chunks of a commit in the making: small ones lie in its body, the rest goes ahead in packs, and what the endpoint
 * has already is only referred to.
 */
export class CommitSink implements ChunkSink {
	readonly #keys: ChunkKeys;
	readonly #isStored: (id: ChunkId) => boolean;
	readonly #uploader: PackUploader;
	readonly #inlineBytesMax: number;
	readonly #body = new PackWriter();
	readonly #references = new Set<ChunkId>();
	readonly #uploaded = new Set<ChunkId>();
	#inlineBytes = 0;
	readonly #adding = new Set<Promise<unknown>>();

	constructor(keys: ChunkKeys, isStored: (id: ChunkId) => boolean, uploader: PackUploader, inlineBytesMax: number = inlineBytesMaxDefault) {
		this.#keys = keys;
		this.#isStored = isStored;
		this.#uploader = uploader;
		this.#inlineBytesMax = inlineBytesMax;
	}

	add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId> {
		const adding = this.#add(kind, plaintext).finally(() => this.#adding.delete(adding));
		this.#adding.add(adding);
		return adding;
	}

	async #add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId> {
		const id = chunkIdOf(this.#keys, kind, plaintext);
		if (this.#body.has(id) || this.#references.has(id)) {
			return id;
		}
		if (this.#isStored(id)) {
			this.#references.add(id);
			return id;
		}
		if (this.#inlineBytes + plaintext.length > this.#inlineBytesMax) {
			this.#references.add(id);
			this.#uploaded.add(id);
			await this.#uploader.add(await seal(this.#keys, kind, plaintext, { id }));
			return id;
		}
		this.#inlineBytes += plaintext.length;
		this.#body.add(await seal(this.#keys, kind, plaintext, { id }));
		return id;
	}

	/** A chunk that is at the endpoint, or on its way there. */
	refer(id: ChunkId): void {
		if (!this.#body.has(id)) {
			this.#references.add(id);
		}
	}

	/** The manifest must lie in the body. */
	async addManifest(plaintext: Uint8Array): Promise<ChunkId> {
		const sealed = await seal(this.#keys, 'manifest', plaintext);
		this.#body.add(sealed);
		this.#references.delete(sealed.id);
		return sealed.id;
	}

	/** The body, once everything that is being added is in and everything that went ahead is durable. */
	async finish(): Promise<{ body: Pack; references: ChunkId[]; stored: ChunkId[] }> {
		await Promise.all(this.#adding);
		if (this.#uploaded.size > 0) {
			await this.#uploader.flush();
		}
		const body = this.#body.finish();
		return { body, references: [...this.#references].sort(), stored: [...this.#uploaded] };
	}
}
