import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Admission } from './admission.ts';

/**
 * Sends pieces as they are read, at the speed at which the client takes them. The first piece is read before the
 * answer begins, so that what is missing is refused cleanly; a later failure breaks the connection, which the client
 * sees by the length.
 */
export async function sendPieces(
	reply: FastifyReply,
	admission: Admission,
	length: number,
	pieces: AsyncIterator<Uint8Array>,
): Promise<FastifyReply> {
	const release = admission.download();
	let first: IteratorResult<Uint8Array>;
	try {
		first = await pieces.next();
	} catch (error) {
		release();
		throw error;
	}
	const all = async function* (): AsyncGenerator<Uint8Array> {
		for (let piece = first; piece.done !== true; piece = await pieces.next()) yield piece.value;
	};
	const body = Readable.from(all(), { objectMode: false, highWaterMark: 64 * 1024 });
	body.once('close', release);
	return reply.type('application/octet-stream').header('content-length', length).send(body);
}
