import {
	BlockCursor, commitFlags, decodeEnvelope, decodeHeader, decodeManifest, open, positionOf, splitCommit, verifyCommit, chunkOf,
	type Activity, type ChunkId, type KeyRing, type Manifest, type Point, type PointDetail, type PositionView, type TableValue, type Timeline as TimelineView,
} from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { ChunkSource } from '../ports/chunks.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { TimelineStore } from '../ports/timeline-store.ts';
import { KeyLabels } from './label.ts';
import { pointOf } from './point.ts';

const commitsPerRead = 500;
/** Entries that a point's detail lists. */
const detailEntriesMax = 500;
const carriedMax = 100;

export type TimelineEdges = {
	endpoint: Endpoint;
	store: TimelineStore;
	ring: KeyRing;
	chunks: ChunkSource;
	/** The tables of state(now): they name the rows of a point. */
	tables(): Promise<Map<string, TableValue>>;
};

/**
 * The points of this site. Read from the endpoint, so a point is listed only when it is durable there; what was read is
 * remembered on local disk.
 */
export class Timeline {
	readonly #edges: TimelineEdges;
	#head: PositionView | null = null;
	#refreshing: Promise<void> | null = null;
	/** Quiet activities of commits that make no point: shown with the next one. */
	readonly #carried: Activity[] = [];

	constructor(edges: TimelineEdges) {
		this.#edges = edges;
	}

	/** Reads what was appended since the last call. Calls while one is under way share it. */
	refresh(): Promise<void> {
		this.#refreshing ??= this.#readOn().finally(() => {
			this.#refreshing = null;
		});
		return this.#refreshing;
	}

	/** Newest first; nothing below the first exact position. */
	async list(before: number | null, limit: number): Promise<TimelineView> {
		await this.refresh();
		const { store } = this.#edges;
		const first = store.firstExact();
		const found = first === null ? [] : store.list(first, before, limit + 1);
		return { points: found.slice(0, limit), more: found.length > limit, head: this.#head, firstRestorable: first };
	}

	/** @throws POINT_UNKNOWN, POINT_NOT_RESTORABLE */
	async point(seq: number): Promise<Point> {
		await this.refresh();
		const first = this.#edges.store.firstExact();
		const point = this.#edges.store.get(seq);
		if (!point) {
			throw new HoldfastError('POINT_UNKNOWN', `There is no point ${seq} in the timeline of this site.`);
		}
		if (first === null || seq < first) {
			throw new HoldfastError('POINT_NOT_RESTORABLE', `Point ${seq} is older than the first complete backup.`);
		}
		return point;
	}

	/** The last point at or before a moment (ms since 1970, the database's clock). @throws POINT_UNKNOWN */
	async pointAt(at: number): Promise<Point> {
		await this.refresh();
		const first = this.#edges.store.firstExact();
		const point = first === null ? null : this.#edges.store.lastAt(at, first);
		if (!point) {
			throw new HoldfastError('POINT_UNKNOWN', `There is no point at or before ${new Date(at).toISOString()}.`);
		}
		return point;
	}

	/** The oldest point that can be restored. */
	first(): Point | null {
		const exact = this.#edges.store.firstExact();
		return exact === null ? null : this.#edges.store.first(exact);
	}

	firstExact(): number | null {
		return this.#edges.store.firstExact();
	}

	/** The newest point; null before the first backup is complete. */
	newest(): Point | null {
		const first = this.#edges.store.firstExact();
		return first === null ? null : (this.#edges.store.list(first, null, 1)[0] ?? null);
	}

	/** What changed at a point, in words. */
	async detail(seq: number): Promise<PointDetail> {
		const point = await this.point(seq);
		const { endpoint, ring } = this.#edges;
		const commit = splitCommit(decodeEnvelope(await endpoint.commit(seq)).commit);
		const index = verifyCommit(commit);
		const plaintextOf = async (kind: 'manifest' | 'entries', id: ChunkId): Promise<Buffer> => {
			const inline = chunkOf(commit.body, index, id);
			return inline ? open(ring, inline, { kind, id }) : Buffer.from(await this.#edges.chunks.read(kind, id));
		};
		const manifest = decodeManifest(await plaintextOf('manifest', commit.header.manifest));
		const labels = new KeyLabels(await this.#edges.tables());
		const entries: PointDetail['entries'] = [];
		let more = false;
		for (const place of manifest.entries) {
			if (entries.length >= detailEntriesMax) {
				more = true;
				break;
			}
			const cursor = new BlockCursor(await plaintextOf('entries', place.chunk));
			while (cursor.next()) {
				if (entries.length >= detailEntriesMax) {
					more = true;
					break;
				}
				entries.push({ ...labels.of(cursor.key), change: cursor.value === null ? 'deleted' : 'put' });
			}
		}
		return { point, entries, more };
	}

	close(): void {
		this.#edges.store.close();
	}

	async #readOn(): Promise<void> {
		const { endpoint, store, ring } = this.#edges;
		for (;;) {
			const reached = store.reached();
			const records = await endpoint.commits(reached, commitsPerRead, 'manifests');
			const points: Point[] = [];
			let last = reached;
			let exactFrom: number | null = null;
			for (const record of records) {
				const header = decodeHeader(record.header);
				const position = positionOf(header, record.header);
				const manifest = await manifestOf(ring, header.manifest, record.manifest);
				const point = pointOf(header, position.hash, manifest, record.receivedAt);
				if (point) {
					points.push({ ...point, activities: [...this.#carried.splice(0), ...point.activities] });
				} else {
					this.#carried.push(...(manifest.activities ?? []).filter(({ quiet }) => quiet).slice(0, carriedMax - this.#carried.length));
				}
				if ((header.flags & commitFlags.imageComplete) !== 0) {
					exactFrom ??= manifest.image?.exactFrom?.seq ?? null;
				}
				last = header.sequence;
				this.#head = position;
			}
			if (records.length > 0) {
				store.add(last, points, exactFrom);
			}
			// A short listing is not the end: the endpoint may bound it by bytes. PROTOCOL.md section 6.
			if (records.length === 0) {
				this.#head ??= (await endpoint.site()).head;
				return;
			}
		}
	}
}

async function manifestOf(ring: KeyRing, id: ChunkId, sealed: Uint8Array | null): Promise<Manifest> {
	if (sealed === null) {
		throw new HoldfastError('ENDPOINT_BROKEN_ANSWER', 'The endpoint listed a commit without its manifest.');
	}
	return decodeManifest(await open(ring, sealed, { kind: 'manifest', id }));
}
