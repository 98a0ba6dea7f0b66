import type { ChunkId, SiteId } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { sendPieces } from '../http/download.ts';
import { receiveIds } from '../http/ids.ts';
import { pieceBytes, readIdsMax } from '../limits.ts';
import { chunkObjectName } from '../names.ts';
import type { ChunkPlace } from '../ports/catalog.ts';

/**
 * `POST /v1/site/chunks/read`: "binary: n × id (≤ 1,024)" → "binary: sealed chunks one after the other in the order
 * asked; 404 CHUNK_MISSING names the first missing".
 */
export function chunksRead(http: FastifyInstance, { admission, catalog, limits, objects }: EndpointContext): void {
	http.post('/v1/site/chunks/read', async (request, reply) => {
		const { siteId } = request.site;
		const ids = await receiveIds(request, readIdsMax, limits.bodyIdleMsMax);
		const places = await catalog.places(siteId, ids);
		const inOrder = ids.map((id) => places.get(id) ?? missing(id));
		const runs = [...joined(siteId, inOrder)];
		const pieces = async function* (): AsyncGenerator<Uint8Array> {
			for (const { name, offset, length } of runs) {
				/* A single chunk may be large: it goes out in pieces too. */
				for (let at = 0; at < length; at += pieceBytes) {
					const piece = await objects.readRange(name, offset + at, Math.min(pieceBytes, length - at));
					if (piece === null) throw new EndpointError('OBJECT_DAMAGED', { detail: name });
					yield piece;
				}
			}
		};
		return sendPieces(
			reply,
			admission,
			runs.reduce((sum, run) => sum + run.length, 0),
			pieces(),
		);
	});
}

function missing(id: ChunkId): never {
	throw new EndpointError('CHUNK_MISSING', { detail: id, details: { missing: [id] } });
}

interface Run {
	readonly name: string;
	readonly offset: number;
	readonly length: number;
}

/** Chunks that lie one behind the other in one object are read at once: an agent asks for them in that order. */
function* joined(siteId: SiteId, places: readonly ChunkPlace[]): Generator<Run> {
	let run: Run | null = null;
	for (const { object, offset, length } of places) {
		const name = chunkObjectName(siteId, object);
		if (run !== null && run.name === name && run.offset + run.length === offset) {
			run = { name, offset: run.offset, length: run.length + length };
		} else {
			if (run !== null) yield run;
			run = { name, offset, length };
		}
	}
	if (run !== null) yield run;
}
