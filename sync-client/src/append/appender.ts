import {
	encodeCommit, encodeManifest, origin, pendingIdOf, readPackIndex, splitCommit, type ChunkId, type ChunkKeys, type EncodedCommit, type KeyRing,
	type Manifest, type PendingMark, type Position, type Sequence, type WriterId,
} from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { IndexStore } from '../ports/index-store.ts';
import type { CommitSink } from './commit-sink.ts';
import { entriesOfBlocks, openCommit } from './commit-entries.ts';
import type { Consequences, UnsentFolder } from './unsent.ts';

/** A commit in the making: everything but its place in the chain. */
export type Draft = {
	flags: number;
	/** The database's clock at the snapshot, 0 where there was none. */
	snapshotAt: number;
	manifest: Manifest;
	sink: CommitSink;
	/** Plaintext of the entry blocks; null where there was too much of it to keep. */
	blocks: readonly Uint8Array[] | null;
	/** What follows once it is durable; left out where nothing does. */
	consequences?: Consequences;
};

export type AppenderParts = {
	endpoint: Endpoint;
	index: IndexStore;
	unsent: UnsentFolder;
	ring: KeyRing;
	keys: ChunkKeys;
	writer: WriterId;
	clock: Clock;
	/** Chunks that were thought to be stored and are not. */
	onDead: (ids: readonly ChunkId[]) => void;
	/** A commit is durable and known to the index: what follows from it. Called before the unsent copy goes. May be called again after a crash. */
	onDurable: (position: Position, consequences: Consequences) => Promise<void>;
};

/**
 * Puts commits behind the head, one at a time:
 *
 *     place in the chain ─> save, fsync ─> send until answered ─> index ─> consequences ─> remove what was saved
 *
 * A crash anywhere resumes by sending what was saved again: the endpoint knows a commit by its bytes.
 */
export class Appender {
	readonly #parts: AppenderParts;
	#head: Position;
	#tail: Promise<unknown> = Promise.resolve();
	/** A commit was saved and what became of it is not known. */
	#unfinished = false;

	constructor(parts: AppenderParts) {
		this.#parts = parts;
		this.#head = parts.index.position() ?? origin;
	}

	get head(): Position {
		return this.#head;
	}

	/**
	 * Brings this side and the endpoint together after a start: sends what was saved, and compares the heads.
	 * @throws WRITER_FORK when the endpoint's head is not one that this agent made.
	 */
	resume(): Promise<void> {
		return this.#oneAtATime(async () => {
			await this.#parts.unsent.tidy();
			if (await this.#finishUnsent()) {
				return;
			}
			const { head } = await this.#parts.endpoint.site();
			const theirs = head ?? { seq: 0, hash: origin.hash };
			if (theirs.seq !== this.#head.seq || theirs.hash !== this.#head.hash) {
				throw new HoldfastError('WRITER_FORK', `The backup is at commit ${theirs.seq}, this site at ${this.#head.seq}: another agent wrote to it, or this one was put back.`);
			}
		});
	}

	/** Sends what an earlier attempt or life saved; false where there is nothing. */
	async #finishUnsent(): Promise<boolean> {
		const unsent = await this.#parts.unsent.load();
		if (unsent === null) {
			return false;
		}
		const { header, position } = splitCommit(unsent.commit);
		// An index that was lost begins again behind the commit before.
		this.#head = { seq: (header.sequence - 1) as Sequence, hash: header.previous };
		await this.#send({ header, position, bytes: unsent.commit }, null, unsent.consequences);
		return true;
	}

	/** Starts behind `head`: after the index was built again from the endpoint, or a pairing began. */
	startAt(head: Position): void {
		this.#head = head;
	}

	/** Appends and resolves when the commit is durable. @throws COMMIT_DEAD_REFERENCES (nothing happened, make it again), WRITER_FORK */
	append(draft: Draft): Promise<Position> {
		return this.#oneAtATime(async () => {
			if (this.#unfinished) {
				await this.#finishUnsent();
			}
			const commit = await this.#place(draft);
			const consequences = draft.consequences ?? null;
			this.#unfinished = true;
			await this.#save(commit, consequences);
			await this.#send(commit, draft, consequences);
			return commit.position;
		});
	}

	async #place(draft: Draft): Promise<EncodedCommit & { stored: ChunkId[] }> {
		const { keys, ring, writer, clock } = this.#parts;
		const manifest = await draft.sink.addManifest(encodeManifest(draft.manifest));
		const { body, references, stored } = await draft.sink.finish();
		const pending = (draft.manifest.pending ?? []).map((one): PendingMark => ({ id: pendingIdOf(keys, Buffer.from(one.key, 'hex')), exactAt: one.exactAt }));
		pending.sort((a, b) => (a.id < b.id ? -1 : 1));
		const commit = encodeCommit({
			siteId: ring.siteId,
			sequence: (this.#head.seq + 1) as Sequence,
			previous: this.#head.hash,
			createdAt: Math.max(0, Math.round(clock.wallMs())),
			snapshotAt: draft.snapshotAt,
			writer,
			flags: draft.flags,
			generation: keys.generation,
			manifest,
			pending,
			references,
		}, body.bytes);
		return { ...commit, stored };
	}

	async #save(commit: EncodedCommit, consequences: Consequences | null): Promise<void> {
		try {
			await this.#parts.unsent.save({ commit: commit.bytes, consequences });
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			throw code === 'ENOSPC' || code === 'EDQUOT' ? new HoldfastError('STATE_FOLDER_FULL', 'The disk of the state folder is full.', { cause: error }) : error;
		}
	}

	async #send(commit: EncodedCommit & { stored?: ChunkId[] }, draft: Draft | null, consequences: Consequences | null): Promise<void> {
		const { endpoint, index, unsent, onDurable } = this.#parts;
		await this.#sendOrExplain(commit);
		const opened = draft?.blocks ? null : await openCommit(commit.bytes, this.#parts.ring, endpoint);
		const stored = [...(opened?.inlineIds ?? inlineIdsOf(commit.bytes)), ...commit.header.references];
		index.apply(commit.position, entriesOfBlocks(draft?.blocks ?? opened!.blocks), stored);
		this.#head = commit.position;
		if (consequences !== null) {
			await onDurable(commit.position, consequences);
		}
		await unsent.remove();
		this.#unfinished = false;
	}

	async #sendOrExplain(commit: EncodedCommit): Promise<void> {
		try {
			await this.#parts.endpoint.append(commit.bytes);
		} catch (error) {
			const code = error instanceof HoldfastError ? error.code : null;
			if (code === 'COMMIT_DEAD_REFERENCES') {
				// Refused for good: nothing of it is there, and what it held is still in the intent log.
				await this.#parts.unsent.remove();
				this.#unfinished = false;
				this.#parts.onDead(await this.#parts.endpoint.missingChunks(commit.header.references));
			}
			if (code === 'COMMIT_CONFLICT') {
				throw new HoldfastError('WRITER_FORK', `The backup does not go on from commit ${this.#head.seq}: another agent wrote to it.`, { cause: error });
			}
			throw error;
		}
	}

	#oneAtATime<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#tail.then(work, work);
		this.#tail = turn.catch(() => {});
		return turn;
	}
}

/** Ids of the chunks in a commit's body. */
function inlineIdsOf(bytes: Uint8Array): ChunkId[] {
	const { body } = splitCommit(bytes);
	return [...readPackIndex(body, body.length)].map((place) => place.id);
}
