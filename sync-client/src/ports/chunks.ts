import type { ChunkId, ChunkKind } from '@holdfast/protocol';

/**
 * Where plaintext becomes chunks: seals, stores each id once, and says the id.
 * Two implementations: the commit in the making (inline chunks) and the pack uploader (bulk).
 * A chunk that the endpoint is known to have is not stored again; its id becomes a reference of the commit.
 */
export interface ChunkSink {
	/** Takes ownership of `plaintext`. Resolves when the bytes are in the sink's own bounded memory, not when they are durable. */
	add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId>;
	/** A chunk that is at the endpoint, or on its way there, is part of what is made. */
	refer(id: ChunkId): void;
}

/** Opens chunks by id, through a bounded local cache. Rejects with a FormatError where bytes are damaged. */
export interface ChunkSource {
	read(kind: ChunkKind, id: ChunkId): Promise<Uint8Array>;
	/** As `read`, many at once, in the order asked. All are held in memory: the caller bounds their bytes. */
	readMany(kind: ChunkKind, ids: readonly ChunkId[]): Promise<Uint8Array[]>;
}
