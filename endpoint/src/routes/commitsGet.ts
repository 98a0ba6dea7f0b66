import { type Sequence, parseSequence } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';
import { EndpointError } from '../errors.ts';
import { sendPieces } from '../http/download.ts';
import { parseRange } from '../http/range.ts';
import { pieceBytes } from '../limits.ts';
import { commitName } from '../names.ts';

/** `GET /v1/site/commits/<seq>`: "binary: the envelope; `Range` is honoured". */
export function commitsGet(http: FastifyInstance, { admission, catalog, objects }: EndpointContext): void {
	http.get<{ Params: { seq: string } }>('/v1/site/commits/:seq', async (request, reply) => {
		const { siteId } = request.site;
		const seq = requireSequence(request.params.seq);
		const commit = await catalog.commit(siteId, seq);
		if (commit === null) throw new EndpointError('COMMIT_UNKNOWN', { detail: `commit ${seq}` });

		reply.header('accept-ranges', 'bytes');
		const range = parseRange(request.headers.range, commit.size);
		if (range === 'outside') {
			reply.header('content-range', `bytes */${commit.size}`);
			throw new EndpointError('RANGE_INVALID', { detail: `the object has ${commit.size} bytes` });
		}
		const { start, end } = range ?? { start: 0, end: commit.size };
		if (range !== null) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${commit.size}`);
		const name = commitName(siteId, seq);
		const pieces = async function* (): AsyncGenerator<Uint8Array> {
			for (let offset = start; offset < end; offset += pieceBytes) {
				const piece = await objects.readRange(name, offset, Math.min(pieceBytes, end - offset));
				if (piece === null) throw new EndpointError('OBJECT_DAMAGED', { detail: name });
				yield piece;
			}
		};
		return sendPieces(reply, admission, end - start, pieces());
	});
}

function requireSequence(text: string): Sequence {
	if (!/^[0-9]{1,15}$/.test(text)) throw new EndpointError('REQUEST_INVALID', { detail: 'the number of a commit is decimal' });
	return parseSequence(Number(text));
}
