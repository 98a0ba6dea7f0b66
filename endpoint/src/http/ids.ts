import type { ChunkId } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { EndpointError } from '../errors.ts';
import { bodyLength, receiveBytes } from './receive.ts';

const idBytes = 32;

/** The body as n × id, in the order sent. @throws EndpointError REQUEST_INVALID, BODY_TOO_LARGE and those of receiving */
export async function receiveIds(request: FastifyRequest, idsMax: number, idleMsMax: number): Promise<ChunkId[]> {
	const length = bodyLength(request, idsMax * idBytes);
	if (length % idBytes !== 0)
		throw new EndpointError('REQUEST_INVALID', { detail: `${length} bytes are not whole ids of ${idBytes}` });
	const bytes = await receiveBytes(request, length, idleMsMax);
	return Array.from({ length: length / idBytes }, (_, i) => bytes.toString('hex', i * idBytes, (i + 1) * idBytes) as ChunkId);
}
