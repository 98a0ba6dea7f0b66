import { randomBytes } from 'node:crypto';
import {
	type AppendReply,
	type ChunkId,
	type ChunkKind,
	type EncodedCommit,
	type ErrorBody,
	KeyRing,
	type Pack,
	PackWriter,
	type Position,
	type PutPackReply,
	type SealedChunk,
	type Sequence,
	type SiteView,
	encodeCommit,
	firstGeneration,
	origin,
	parseRootKey,
	parseSiteId,
	parseWriterId,
	sealSync,
} from '@holdfast/protocol';

/** The members of all answers; a test knows which of them an answer has. */
export type Answer = ErrorBody & AppendReply & SiteView & PutPackReply & { readonly missing: string[] };

export interface Reply {
	readonly status: number;
	readonly headers: Headers;
	/** The JSON body; empty where the answer is binary. */
	readonly json: Answer;
	readonly bytes: Buffer;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A tiny agent for tests: makes packs and commits as the real one does, and speaks the endpoint's API. */
export class TestAgent {
	readonly siteId = parseSiteId(hex(16));
	writer = parseWriterId(hex(16));
	token = hex(32);
	readonly rootKey = parseRootKey(randomBytes(32));
	readonly ring = new KeyRing(this.rootKey, this.siteId);
	readonly binding = { home: 'https://shop.example', database: hex(32), machine: hex(32) };
	head: Position = origin;
	url: string;

	constructor(url: string) {
		this.url = url;
	}

	async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		const binary = body instanceof Uint8Array;
		const type = binary ? 'application/octet-stream' : 'application/json';
		const response = await fetch(this.url + path, {
			method,
			headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
			...(body === undefined ? {} : { body: binary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
		return {
			status: response.status,
			headers: response.headers,
			bytes,
			json: (isJson ? JSON.parse(bytes.toString()) : {}) as Answer,
		};
	}

	pairBody(secret: string): Record<string, unknown> {
		const { siteId, writer, binding, token } = this;
		const rootKey = Buffer.from(this.rootKey).toString('hex');
		return { secret, siteId, writer, binding, home: binding.home, label: 'A shop', token, rootKey, protocol: 1 };
	}

	pair(secret: string, more: Record<string, unknown> = {}): Promise<Reply> {
		return this.ask('POST', '/v1/pair', { ...this.pairBody(secret), ...more });
	}

	seal(text: string | Uint8Array, kind: ChunkKind = 'content'): SealedChunk {
		return sealSync(this.ring.generation(firstGeneration), kind, Buffer.from(text));
	}

	pack(...chunks: SealedChunk[]): Pack {
		const writer = new PackWriter();
		for (const chunk of chunks) writer.add(chunk);
		return writer.finish();
	}

	putPack(pack: Pack): Promise<Reply> {
		return this.ask('PUT', `/v1/site/packs/${pack.name}`, pack.bytes);
	}

	/** A commit that goes on from `after`, which need not be the head. */
	commit(content: readonly string[], references: readonly ChunkId[] = [], after: Position = this.head): EncodedCommit {
		const manifest = this.seal(JSON.stringify({ v: 1, entries: [], n: after.seq, r: hex(4) }), 'manifest');
		return encodeCommit(
			{
				siteId: this.siteId,
				sequence: (after.seq + 1) as Sequence,
				previous: after.hash,
				createdAt: 1_700_000_000_000 + after.seq,
				snapshotAt: 0,
				writer: this.writer,
				flags: 0,
				generation: firstGeneration,
				manifest: manifest.id,
				pending: [],
				references: [...references].sort(),
			},
			this.pack(manifest, ...content.map((text) => this.seal(text))).bytes,
		);
	}

	append(commit: EncodedCommit): Promise<Reply> {
		return this.ask('POST', '/v1/site/commits', commit.bytes);
	}

	/** Makes and appends a commit, and goes on from it. */
	async add(content: readonly string[], references: readonly ChunkId[] = []): Promise<{ commit: EncodedCommit; reply: Reply }> {
		const commit = this.commit(content, references);
		const reply = await this.append(commit);
		if (reply.status === 201) this.head = commit.position;
		return { commit, reply };
	}

	ids(...ids: ChunkId[]): Buffer {
		return Buffer.from(ids.join(''), 'hex');
	}
}
