import { packBytesTarget, PackWriter, type ChunkId, type SealedChunk } from '@holdfast/protocol';
import type { Endpoint } from '../ports/endpoint.ts';

/** Packs on their way at once: bounds memory at about `packsInFlightMax` + 1 times 16 MiB. */
const packsInFlightMax = 2;

/** Bulk on its way to the endpoint: gathers sealed chunks into packs of about 16 MiB and uploads them, each id once. */
export class PackUploader {
	readonly #endpoint: Endpoint;
	readonly #known = new Set<ChunkId>();
	readonly #inFlight = new Set<Promise<void>>();
	readonly #packBytes: number;
	#pack = new PackWriter();
	#failure: { error: unknown } | null = null;
	/** Bytes of packs that are durable at the endpoint. */
	uploadedBytes = 0;

	constructor(endpoint: Endpoint, packBytes: number = packBytesTarget) {
		this.#endpoint = endpoint;
		this.#packBytes = packBytes;
	}

	has(id: ChunkId): boolean {
		return this.#known.has(id);
	}

	/** Takes a chunk; waits while too many packs are on their way. */
	async add(chunk: SealedChunk): Promise<void> {
		this.#refuseAfterFailure();
		if (this.#known.has(chunk.id)) {
			return;
		}
		this.#known.add(chunk.id);
		this.#pack.add(chunk);
		if (this.#pack.bytes >= this.#packBytes) {
			await this.#send();
		}
	}

	/** Resolves when everything that was added is durable. */
	async flush(): Promise<void> {
		if (this.#pack.count > 0) {
			await this.#send();
		}
		await Promise.all(this.#inFlight);
		this.#refuseAfterFailure();
	}

	async #send(): Promise<void> {
		const pack = this.#pack;
		this.#pack = new PackWriter();
		while (this.#inFlight.size >= packsInFlightMax) {
			await Promise.race(this.#inFlight);
		}
		this.#refuseAfterFailure();
		const { name, bytes } = pack.finish();
		const sending = this.#endpoint.putPack(name, bytes)
			.then(() => { this.uploadedBytes += bytes.length; })
			.catch((error: unknown) => { this.#failure ??= { error }; })
			.finally(() => this.#inFlight.delete(sending));
		this.#inFlight.add(sending);
	}

	#refuseAfterFailure(): void {
		if (this.#failure !== null) {
			throw this.#failure.error;
		}
	}
}
