import {
	AppendReplySchema, ByteReader, commitBytesMax, encodeHex, ErrorBodySchema, headerBytesMax, HealthSchema, manifestPlaintextBytesMax, packBytesMax,
	PairReplySchema, PutPackReplySchema, readChunkHeader, readEnvelopePrefix, ReaderReplySchema, sealedBytes, SiteViewSchema,
	type ChunkId, type PackName, type PairRequest, type TakeoverRequest,
} from '@holdfast/protocol';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { HoldfastError } from '../errors.ts';
import type { CommitRecord, Endpoint } from '../ports/endpoint.ts';
import { certificateChanged, PinnedAgent } from './pinned-agent.ts';

export type HttpEndpointOptions = {
	url: string;
	/** SHA-256 of the certificate as hex; null: a public certificate, or plain HTTP on loopback. */
	fingerprint: string | null;
	/** The site's token; null before pairing. */
	token: string | null;
	/** Silence for this long is `ENDPOINT_SLOW`. */
	answerMsMax?: number;
};

const answerMsDefault = 60_000;
const jsonBytesMax = 1024 * 1024;
const chunksPerRequestMax = 1024;
const idBytes = 32;

type Body = Buffer | Record<string, unknown> | null;

/** The endpoint over HTTP: PROTOCOL.md section 6. One attempt per call; every failure is a HoldfastError that says whether to try again. */
export class HttpEndpoint implements Endpoint {
	readonly #http: AxiosInstance;
	readonly #host: string;

	/** @throws PLAIN_HTTP_REFUSED for plain HTTP to another machine */
	constructor({ url, fingerprint, token, answerMsMax = answerMsDefault }: HttpEndpointOptions) {
		const address = new URL(url);
		if (address.protocol === 'http:' && !isLoopback(address.hostname)) {
			throw new HoldfastError('PLAIN_HTTP_REFUSED', `${address.host} is reached over plain HTTP, which anyone on the way can read.`);
		}
		this.#host = address.host;
		this.#http = axios.create({
			baseURL: url.replace(/\/+$/, ''),
			timeout: answerMsMax,
			responseType: 'arraybuffer',
			maxRedirects: 0, // a redirect would carry the token elsewhere
			maxBodyLength: commitBytesMax + packBytesMax,
			proxy: false,
			decompress: false,
			validateStatus: () => true,
			headers: { accept: '*/*', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
			...(fingerprint === null ? {} : { httpsAgent: new PinnedAgent(fingerprint) }),
		});
	}

	health() { return this.#json('GET', '/v1/health', null, HealthSchema); }
	pair(request: PairRequest) { return this.#json('POST', '/v1/pair', request, PairReplySchema); }
	takeOver(request: TakeoverRequest) { return this.#json('POST', '/v1/site/takeover', request, PairReplySchema); }
	site() { return this.#json('GET', '/v1/site', null, SiteViewSchema); }
	async allowReader(readHash: string): Promise<void> { await this.#json('PUT', '/v1/site/reader', { readHash }, ReaderReplySchema); }
	append(commit: Uint8Array) { return this.#json('POST', '/v1/site/commits', Buffer.from(commit), AppendReplySchema); }

	async putPack(name: PackName, bytes: Uint8Array): Promise<void> {
		await this.#json('PUT', `/v1/site/packs/${name}`, Buffer.from(bytes), PutPackReplySchema);
	}

	async missingChunks(ids: readonly ChunkId[]): Promise<ChunkId[]> {
		if (ids.length === 0) {
			return [];
		}
		const answer = await this.#binary('POST', '/v1/site/chunks/missing', idsBody(ids), ids.length * idBytes);
		if (answer.length % idBytes !== 0) {
			throw this.#broken('a list of ids');
		}
		return Array.from({ length: answer.length / idBytes }, (_, i) => answer.toString('hex', i * idBytes, (i + 1) * idBytes) as ChunkId);
	}

	async commits(after: number, limit: number, sections: 'headers' | 'manifests'): Promise<CommitRecord[]> {
		const answer = await this.#binary('GET', `/v1/site/commits?after=${after}&limit=${limit}&sections=${sections}`, null, packBytesMax);
		return this.#parsed('a list of commits', () => {
			const records: CommitRecord[] = [];
			const reader = new ByteReader(answer);
			while (reader.left > 0) {
				const record = new ByteReader(reader.take(reader.u32()));
				const receivedAt = record.u64();
				const header = record.field(headerBytesMax);
				records.push({ receivedAt, header, manifest: sections === 'manifests' ? record.field(manifestPlaintextBytesMax) : null });
				record.done();
			}
			return records;
		});
	}

	async commit(seq: number): Promise<Uint8Array> {
		const answer = await this.#binary('GET', `/v1/site/commits/${seq}`, null, commitBytesMax + 1024);
		this.#parsed('a commit', () => readEnvelopePrefix(answer));
		return answer;
	}

	async readChunks(ids: readonly ChunkId[]): Promise<Uint8Array[]> {
		const chunks: Uint8Array[] = [];
		for (let at = 0; at < ids.length; at += chunksPerRequestMax) {
			const asked = ids.slice(at, at + chunksPerRequestMax);
			const answer = await this.#binary('POST', '/v1/site/chunks/read', idsBody(asked), 8 * packBytesMax);
			chunks.push(...this.#parsed('chunks', () => cutChunks(answer, asked)));
		}
		return chunks;
	}

	async #json<S extends TSchema>(method: string, path: string, body: Body, schema: S): Promise<Static<S>> {
		const answer = await this.#request(method, path, body, jsonBytesMax);
		return this.#parsed('its answer', () => {
			const value = JSON.parse(bytesOf(answer).toString('utf8')) as unknown;
			if (!checkOf(schema).Check(value)) {
				throw new Error('shape');
			}
			return value as Static<S>;
		});
	}

	async #binary(method: string, path: string, body: Body, bytesMax: number): Promise<Buffer> {
		const answer = await this.#request(method, path, body, bytesMax);
		if (!/^application\/octet-stream/.test(String(answer.headers['content-type'] ?? ''))) {
			throw new HoldfastError('ENDPOINT_NOT_HOLDFAST', `${this.#host} answered with something that is not Holdfast's.`);
		}
		return bytesOf(answer);
	}

	async #request(method: string, path: string, body: Body, bytesMax: number): Promise<AxiosResponse<Buffer>> {
		let answer: AxiosResponse<Buffer>;
		try {
			answer = await this.#http.request<Buffer>({
				method, url: path, maxContentLength: bytesMax,
				...(body === null ? {} : { data: body, headers: { 'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json' } }),
			});
		} catch (error) {
			throw this.#transportError(error);
		}
		if (answer.status < 200 || answer.status >= 300) {
			throw this.#refusal(answer);
		}
		return answer;
	}

	/** No answer, or half of one. */
	#transportError(error: unknown): HoldfastError {
		const code = (error as { code?: string }).code ?? '';
		const cause = error instanceof AxiosError ? { cause: error.cause ?? error.code } : { cause: error };
		if (code === certificateChanged || /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET|ERR_SSL)/.test(code)) {
			return new HoldfastError('ENDPOINT_CERTIFICATE', `${this.#host} does not show the certificate that this site knows.`, cause);
		}
		if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') {
			return new HoldfastError('ENDPOINT_SLOW', `${this.#host} did not answer in time.`, cause);
		}
		if (code === 'ERR_BAD_RESPONSE' || /aborted|hang up|maxContentLength/.test((error as Error).message)) {
			return new HoldfastError('ENDPOINT_BROKEN_ANSWER', `${this.#host} answered only in part.`, cause);
		}
		return new HoldfastError('ENDPOINT_UNREACHABLE', `${this.#host} cannot be reached (${code === '' ? (error as Error).message : code}).`, cause);
	}

	/** A status that is no success: the endpoint's own words, or those of something in front of it. */
	#refusal(answer: AxiosResponse<Buffer>): HoldfastError {
		const text = bytesOf(answer).toString('utf8');
		try {
			const body = JSON.parse(text) as unknown;
			if (checkOf(ErrorBodySchema).Check(body)) {
				return HoldfastError.fromView((body as Static<typeof ErrorBodySchema>).error);
			}
		} catch {
			// Not JSON: said below.
		}
		if (answer.status >= 500 && !/^\s*</.test(text)) {
			return new HoldfastError('ENDPOINT_BROKEN_ANSWER', `${this.#host} answered ${answer.status} without saying why.`);
		}
		return new HoldfastError(answer.status >= 500 ? 'ENDPOINT_BROKEN_ANSWER' : 'ENDPOINT_NOT_HOLDFAST', `${this.#host} answered ${answer.status} with a page that is not Holdfast's.`);
	}

	#parsed<T>(what: string, parse: () => T): T {
		try {
			return parse();
		} catch (error) {
			throw error instanceof HoldfastError ? error : this.#broken(what, error);
		}
	}

	#broken(what: string, cause?: unknown): HoldfastError {
		return new HoldfastError('ENDPOINT_BROKEN_ANSWER', `${this.#host}: ${what} is damaged or cut off.`, { cause });
	}
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

const bytesOf = (answer: AxiosResponse<Buffer>): Buffer => Buffer.from(answer.data as unknown as ArrayBuffer);
const idsBody = (ids: readonly ChunkId[]): Buffer => Buffer.concat(ids.map((id) => encodeHex(id)));

/** Sealed chunks that lie one after the other, which must be the asked ones. */
function cutChunks(bytes: Buffer, asked: readonly ChunkId[]): Uint8Array[] {
	let at = 0;
	const chunks = asked.map((id) => {
		const header = readChunkHeader(bytes, at);
		if (header.id !== id) {
			throw new Error('another chunk');
		}
		const end = at + sealedBytes(header);
		if (end > bytes.length) {
			throw new Error('cut off');
		}
		const chunk = bytes.subarray(at, end);
		at = end;
		return chunk;
	});
	if (at !== bytes.length) {
		throw new Error('bytes left over');
	}
	return chunks;
}

type Check = { Check(value: unknown): boolean };
const checks = new WeakMap<object, Check>();

function checkOf(schema: TSchema): Check {
	let check = checks.get(schema);
	if (check === undefined) {
		checks.set(schema, (check = Compile(schema) as unknown as Check));
	}
	return check;
}
