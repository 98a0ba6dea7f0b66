import {
	checkContinues, commitFlags, decodeHeader, decodeLayer, decodeLayerIndex, decodeManifest, hasFlag, open, origin, positionOf,
	type CommitHeader, type KeyRing, type Manifest, type Position,
} from '@holdfast/protocol';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { ImageBlock } from '../ports/index-store.ts';

const headersAtOnce = 1000;
const manifestsAtOnce = 100;

export type KnownImage = { base: Position; exactFrom: Position; completedAt: number; layer: NonNullable<Manifest['image']>['layer'] };
export type ReadCommit = { position: Position; header: CommitHeader; manifest: Manifest };

/** The timeline as the endpoint has it: commits in order, their chain checked, and which images there are. */
export class History {
	readonly #endpoint: Pick<Endpoint, 'commits'>;
	readonly #keys: KeyRing;
	readonly #images: KnownImage[] = [];
	#scanned: Position = origin;

	constructor(endpoint: Pick<Endpoint, 'commits'>, keys: KeyRing) {
		this.#endpoint = endpoint;
		this.#keys = keys;
	}

	/**
	 * Commits after `from` up to sequence `to` (null = the head), with their manifests opened.
	 * @throws FormatError FORMAT_CHAIN where one does not follow the one before
	 */
	async *commits(from: Position, to: number | null): AsyncGenerator<ReadCommit> {
		for (let before = from; to === null || before.seq < to;) {
			const limit = to === null ? manifestsAtOnce : Math.min(manifestsAtOnce, to - before.seq);
			const records = await this.#endpoint.commits(before.seq, limit, 'manifests');
			for (const record of records) {
				const header = decodeHeader(record.header);
				checkContinues(header, before);
				before = positionOf(header, record.header);
				const manifest = decodeManifest(await open(this.#keys, record.manifest!, { kind: 'manifest', id: header.manifest }));
				yield { position: before, header, manifest };
			}
			if (records.length < limit) { return; }
		}
	}

	/** All complete images, oldest first, and the head. Looks at headers only, and only at those that are new since the last call. */
	async images(): Promise<{ images: readonly KnownImage[]; head: Position }> {
		for (;;) {
			const records = await this.#endpoint.commits(this.#scanned.seq, headersAtOnce, 'headers');
			for (const record of records) {
				const header = decodeHeader(record.header);
				checkContinues(header, this.#scanned);
				const before = this.#scanned;
				if (hasFlag(header.flags, 'imageComplete')) { await this.#addImage(before); }
				this.#scanned = positionOf(header, record.header);
			}
			if (records.length < headersAtOnce) { return { images: this.#images, head: this.#scanned }; }
		}
	}

	/** The newest image that serves `seq`; null below the first `exactFrom`. */
	async imageFor(seq: number): Promise<KnownImage | null> {
		const { images } = await this.images();
		return images.filter((image) => image.exactFrom.seq <= seq).at(-1) ?? null;
	}

	async #addImage(before: Position): Promise<void> {
		for await (const { manifest, position } of this.commits(before, before.seq + 1)) {
			const { image } = manifest;
			if (image?.exactFrom === undefined) { return; }
			this.#images.push({ base: image.base, exactFrom: image.exactFrom, completedAt: position.seq, layer: image.layer });
		}
	}
}

/** The blocks of an image: layer, then its indexes. */
export async function blocksOfImage(image: KnownImage, chunks: ChunkSource): Promise<ImageBlock[]> {
	const layer = decodeLayer(await chunks.read('layer', image.layer!));
	const indexes = await chunks.readMany('layerIndex', layer.indexes.map((index) => index.chunk));
	return indexes.flatMap((index) => decodeLayerIndex(index).map((block) => ({ ...block, first: Buffer.from(block.first), last: Buffer.from(block.last) })));
}

export const isImagePart = (header: CommitHeader): boolean => (header.flags & commitFlags.imagePart) !== 0;
