import {
	checkContinues, decodeHeader, encodeEnvelope, origin, packNameOf, splitCommit, verifyCommit, verifyPack, zeroHash,
	type AppendReply, type ChunkId, type Hash, type Health, type PackIndex, type PackName, type PairReply, type PairRequest, type Position, type Sequence, type SiteView, type TakeoverRequest,
} from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { CommitRecord, Endpoint } from '../ports/endpoint.ts';

type Stored = { receivedAt: number; commit: Buffer; position: Position };

/** An endpoint in memory, for tests: one site, the same refusals as the real one. `failNext` and `onCall` are for faults. */
export class MemoryEndpoint implements Endpoint {
	readonly commitsStored: Stored[] = [];
	readonly chunks = new Map<ChunkId, Buffer>();
	readonly packs = new Map<PackName, Buffer>();
	paired: (PairRequest & { siteId: string }) | null = null;
	/** Errors for the next calls, by method. */
	readonly failNext: { method: keyof Endpoint; error: unknown; after?: boolean }[] = [];
	onCall: (method: keyof Endpoint) => Promise<void> = async () => {};
	now: () => number = () => Date.now();
	calls = 0;

	async health(): Promise<Health> {
		return this.#answer('health', async () => ({ ok: true, name: 'memory', version: '0', protocol: 1, now: this.now(), freeBytes: 1e12, acceptsWrites: true }));
	}

	async pair(request: PairRequest): Promise<PairReply> {
		return this.#answer('pair', async () => {
			if (this.paired !== null && (this.paired.writer !== request.writer || this.commitsStored.length > 0)) {
				throw new HoldfastError('PAIRING_USED', 'This pairing code was used already.');
			}
			this.paired = request;
			return { siteId: request.siteId, endpoint: { name: 'memory', version: '0' }, head: this.#head() };
		});
	}

	async takeOver(_request: TakeoverRequest): Promise<PairReply> {
		throw new HoldfastError('ENDPOINT_REFUSED', 'The memory endpoint has no takeover.');
	}

	async site(): Promise<SiteView> {
		return this.#answer('site', async () => ({
			siteId: this.paired?.siteId ?? '0'.repeat(32), home: this.paired?.home ?? '', binding: this.paired?.binding ?? { home: '', database: '0'.repeat(64), machine: '0'.repeat(64) },
			writer: this.paired?.writer ?? '0'.repeat(32), sealed: false, head: this.#head(), storedBytes: 0, commits: this.commitsStored.length,
		}));
	}

	async allowReader(readHash: string): Promise<void> {
		return this.#answer('allowReader', async () => { if (this.paired !== null) { this.paired = { ...this.paired, readHash }; } });
	}

	async missingChunks(ids: readonly ChunkId[]): Promise<ChunkId[]> {
		return this.#answer('missingChunks', async () => ids.filter((id) => !this.chunks.has(id)));
	}

	async putPack(name: PackName, bytes: Uint8Array): Promise<void> {
		return this.#answer('putPack', async () => {
			const copy = Buffer.from(bytes);
			if (packNameOf(copy) !== name) {
				throw new HoldfastError('ENDPOINT_REFUSED', 'The pack does not have its name.');
			}
			this.#keep(copy, verifyPack(copy, name));
			this.packs.set(name, copy);
		});
	}

	async append(bytes: Uint8Array): Promise<AppendReply> {
		return this.#answer('append', async () => {
			const copy = Buffer.from(bytes);
			const commit = splitCommit(copy);
			const index = verifyCommit(commit);
			const known = this.commitsStored[commit.header.sequence - 1];
			if (known?.position.hash === commit.position.hash) {
				return { position: known.position, receivedAt: known.receivedAt };
			}
			const head = this.commitsStored.at(-1)?.position ?? { seq: 0 as Sequence, hash: zeroHash as Hash };
			try {
				checkContinues(commit.header, head.seq === 0 ? origin : head);
			} catch (cause) {
				throw new HoldfastError('COMMIT_CONFLICT', `The head is ${head.seq}.`, { cause });
			}
			if (this.paired !== null && commit.header.writer !== this.paired.writer) {
				throw new HoldfastError('COMMIT_OTHER_WRITER', 'Another agent writes to this backup.');
			}
			if (commit.header.references.some((id) => !this.chunks.has(id))) {
				throw new HoldfastError('COMMIT_DEAD_REFERENCES', 'The commit refers to chunks that are not there.');
			}
			this.#keep(Buffer.from(commit.body), index);
			const stored = { receivedAt: this.now(), commit: copy, position: commit.position };
			this.commitsStored.push(stored);
			return { position: commit.position, receivedAt: stored.receivedAt };
		});
	}

	async commits(after: number, limit: number, sections: 'headers' | 'manifests'): Promise<CommitRecord[]> {
		return this.#answer('commits', async () => this.commitsStored.slice(after, after + limit).map(({ receivedAt, commit }) => {
			const { headerBytes } = splitCommit(commit);
			return { receivedAt, header: headerBytes, manifest: sections === 'manifests' ? this.chunks.get(decodeHeader(headerBytes).manifest)! : null };
		}));
	}

	async commit(seq: number): Promise<Uint8Array> {
		return this.#answer('commit', async () => {
			const found = this.commitsStored[seq - 1];
			if (found === undefined) {
				throw new HoldfastError('POINT_UNKNOWN' as never, `There is no commit ${seq}.`, { retry: 'never', hint: '' });
			}
			return encodeEnvelope(found.receivedAt, found.commit);
		});
	}

	async readChunks(ids: readonly ChunkId[]): Promise<Uint8Array[]> {
		return this.#answer('readChunks', async () => ids.map((id) => {
			const found = this.chunks.get(id);
			if (found === undefined) {
				throw new HoldfastError('CHUNK_MISSING', `Chunk ${id} is not stored.`);
			}
			return found;
		}));
	}

	#head(): Position | null {
		return this.commitsStored.at(-1)?.position ?? null;
	}

	#keep(pack: Buffer, index: PackIndex): void {
		for (const { id, offset, length } of index) {
			this.chunks.set(id, pack.subarray(offset, offset + length));
		}
	}

	async #answer<T>(method: keyof Endpoint, work: () => Promise<T>): Promise<T> {
		this.calls++;
		await this.onCall(method);
		const at = this.failNext.findIndex((one) => one.method === method);
		const fault = at < 0 ? null : this.failNext.splice(at, 1)[0]!;
		if (fault !== null && fault.after !== true) {
			throw fault.error;
		}
		const answer = await work();
		if (fault !== null) {
			throw fault.error;
		}
		return answer;
	}
}
