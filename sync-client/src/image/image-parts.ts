import { BlockWriter, commitFlags, decodeFile, encodeLayerIndex, keyKinds, noCounts, type ChunkId, type ChunkKind, type EntryBlock, type IndexedBlock, type Manifest, type Position } from '@holdfast/protocol';
import type { Appender } from '../append/appender.ts';
import type { CommitSink } from '../append/commit-sink.ts';
import type { ChunkSink } from '../ports/chunks.ts';
import type { IndexStore } from '../ports/index-store.ts';

type FileStats = Parameters<IndexStore['setFileStats']>[0][number][];

/** An index chunk of the layer in the making: a run of neighbouring blocks. */
export type IndexPlace = { chunk: ChunkId; first: string; last: string; blocks: number };

export type ImageIdentity = { id: string; base: Position; part: number };

/** Blocks of a part, about: the part is then committed, and a crash costs no more than what follows it. */
export const partBlocksMaxDefault = 256;
/** Content that one commit may refer to is bounded; this stays far below. */
const partContentMax = 20_000;
/** A part is committed at least this often while there is something to commit. */
const partMsMax = 10_000;

/**
 * The image as it grows: entries ──> blocks ──> packs; runs of blocks ──> layer indexes; groups of runs ──> commits.
 * Several runs grow side by side (a table each); each run is a stretch of keys that no other touches.
 */
export class ImageParts {
	readonly places: IndexPlace[] = [];
	readonly blocks: IndexedBlock[] = [];
	readonly #appender: Appender;
	readonly #index: IndexStore;
	readonly #openSink: () => CommitSink;
	readonly #identity: ImageIdentity;
	readonly #now: () => number;
	readonly #partBlocksMax: number;
	#sink: CommitSink;
	#stats: FileStats = [];
	#waiting = new Map<ImageRun, IndexedBlock[]>();
	#waitingBlocks = 0;
	#waitingContent = 0;
	#lastCommit: number;
	#tail: Promise<void> = Promise.resolve();

	constructor(parts: { appender: Appender; index: IndexStore; openSink: () => CommitSink; now: () => number; partBlocksMax?: number }, identity: ImageIdentity) {
		this.#partBlocksMax = parts.partBlocksMax ?? partBlocksMaxDefault;
		this.#appender = parts.appender;
		this.#index = parts.index;
		this.#openSink = parts.openSink;
		this.#now = parts.now;
		this.#identity = identity;
		this.#sink = parts.openSink();
		this.#lastCommit = parts.now();
	}

	/** What parts of an earlier life hold already. */
	resume(places: readonly IndexPlace[], blocks: readonly IndexedBlock[]): void {
		this.places.push(...places);
		this.blocks.push(...blocks);
	}

	/** A new run of entries. Content of its values goes through its `sink`. */
	openRun(): ImageRun {
		const run: ImageRun = new ImageRun((kind, plaintext) => this.#sink.add(kind, plaintext), (block, content, stats) => this.#take(run, block, content, stats));
		return run;
	}

	async #take(run: ImageRun, block: EntryBlock, content: ReadonlySet<ChunkId>, stats: FileStats): Promise<void> {
		const chunk = await this.#sink.add('entries', block.plaintext);
		// The part may have been committed since this block's content, or the block itself, was added: then it is only referred to.
		this.#sink.refer(chunk);
		content.forEach((id) => this.#sink.refer(id));
		const waiting = this.#waiting.get(run) ?? [];
		waiting.push({ first: block.first, last: block.last, chunk, entries: block.count });
		this.#waiting.set(run, waiting);
		this.#waitingBlocks++;
		this.#waitingContent += content.size;
		this.#stats.push(...stats);
		if (this.#waitingBlocks >= this.#partBlocksMax || this.#waitingContent >= partContentMax || this.#now() - this.#lastCommit > partMsMax) {
			await this.commit();
		}
	}

	/** Commits what is waiting as a part of the image. */
	commit(): Promise<void> {
		const turn = this.#tail.then(() => this.#commit());
		this.#tail = turn.catch(() => {});
		return turn;
	}

	async #commit(): Promise<void> {
		if (this.#waitingBlocks === 0) {
			return;
		}
		const [sink, runs, stats] = [this.#sink, [...this.#waiting.values()], this.#stats];
		this.#sink = this.#openSink();
		this.#waiting = new Map();
		this.#waitingBlocks = this.#waitingContent = 0;
		this.#stats = [];
		const places: IndexPlace[] = [];
		for (const run of runs) {
			const chunk = await sink.add('layerIndex', encodeLayerIndex(run));
			places.push({ chunk, first: hex(run[0]!.first), last: hex(run.at(-1)!.last), blocks: run.length });
		}
		const { id, base, part } = this.#identity;
		const manifest: Manifest = { v: 1, entries: [], counts: { ...noCounts }, image: { id, base, part, indexes: places.map((place) => place.chunk) } };
		await this.#appender.append({ flags: commitFlags.imagePart | commitFlags.quiet, snapshotAt: 0, manifest, sink, blocks: [] });
		this.#identity.part++;
		this.#index.setFileStats(stats);
		this.places.push(...places);
		this.blocks.push(...runs.flat());
		this.#lastCommit = this.#now();
	}
}

type GiveBlock = (block: EntryBlock, content: ReadonlySet<ChunkId>, stats: FileStats) => Promise<void>;

/** A stretch of keys that grows at its end. */
export class ImageRun implements ChunkSink {
	readonly #store: ChunkSink['add'];
	readonly #give: GiveBlock;
	readonly #writer = new BlockWriter();
	/** Content of the entries in the open block. */
	#content = new Set<ChunkId>();
	/** Content that was added since the last entry. */
	#entryContent: ChunkId[] = [];
	#stats: FileStats = [];

	constructor(store: ChunkSink['add'], give: GiveBlock) {
		this.#store = store;
		this.#give = give;
	}

	/** Content of values that are about to be added. */
	async add(kind: ChunkKind, plaintext: Uint8Array): Promise<ChunkId> {
		const id = await this.#store(kind, plaintext);
		this.#entryContent.push(id);
		return id;
	}

	refer(id: ChunkId): void { this.#entryContent.push(id); }

	/** Copies key and value. Returns a promise only where a block closed: no promise per row. */
	put(key: Uint8Array, value: Uint8Array): Promise<void> | undefined {
		const content = key[0] === keyKinds.file ? contentOf(value) : this.#entryContent;
		const closed = this.#writer.add(key, value);
		const passed = closed === null ? undefined : this.#pass(closed);
		if (content.length > 0) {
			content.forEach((id) => this.#content.add(id));
			this.#entryContent = [];
		}
		return passed;
	}

	/** Stats of files whose values were put: kept with the block that has them, or a later one. */
	note(stats: FileStats): void {
		this.#stats.push(...stats);
	}

	async finish(): Promise<void> {
		const last = this.#writer.finish();
		if (last !== null) {
			await this.#pass(last);
		}
	}

	async #pass(block: EntryBlock): Promise<void> {
		const [content, stats] = [this.#content, this.#stats];
		this.#content = new Set();
		this.#stats = [];
		await this.#give(block, content, stats);
	}
}

function contentOf(value: Uint8Array): ChunkId[] {
	const file = decodeFile(value);
	return file.type === 'file' ? file.pieces.map((piece) => piece.id) : [];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
