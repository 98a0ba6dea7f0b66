import type { AppendReply, ChunkId, Health, PackName, PairReply, PairRequest, SiteView, TakeoverRequest } from '@holdfast/protocol';

/** A commit as the timeline lists it: PROTOCOL.md section 6. `manifest` is the sealed chunk, asked for with `manifests`. */
export type CommitRecord = { receivedAt: number; header: Uint8Array; manifest: Uint8Array | null };

/**
 * The backup endpoint as the agent sees it. Every call may be repeated: all are idempotent.
 * Errors are HoldfastErrors that say whether and when to try again; retries are a wrapper, never in an adapter.
 */
export interface Endpoint {
	health(): Promise<Health>;
	pair(request: PairRequest): Promise<PairReply>;
	takeOver(request: TakeoverRequest): Promise<PairReply>;
	site(): Promise<SiteView>;
	/** Lets the recovery key read this backup: PROTOCOL.md section 6.1. */
	allowReader(readHash: string): Promise<void>;
	/** Those of `ids` that are not stored. */
	missingChunks(ids: readonly ChunkId[]): Promise<ChunkId[]>;
	/** Durable when it resolves. */
	putPack(name: PackName, bytes: Uint8Array): Promise<void>;
	/** Appends one commit; durable when it resolves. Rejects with COMMIT_CONFLICT, COMMIT_OTHER_WRITER, COMMIT_DEAD_REFERENCES. */
	append(commit: Uint8Array): Promise<AppendReply>;
	/** Commits with a sequence above `after`, ascending, at most `limit` (≤ 1000). */
	commits(after: number, limit: number, sections: 'headers' | 'manifests'): Promise<CommitRecord[]>;
	/** The envelope of one commit. */
	commit(seq: number): Promise<Uint8Array>;
	/** Sealed chunks in the order asked, at most 1,024. Rejects with CHUNK_MISSING. */
	readChunks(ids: readonly ChunkId[]): Promise<Uint8Array[]>;
}
