import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { EndpointError } from '../errors.ts';
import type { StagedObject } from '../ports/objects.ts';

/* Binary bodies: their length is known and bounded before the first byte is read, and they never wait for ever. */

/** The body's length. @throws EndpointError LENGTH_REQUIRED, BODY_TOO_LARGE */
export function bodyLength(request: FastifyRequest, bytesMax: number): number {
	const header = request.headers['content-length'];
	/* With Transfer-Encoding the length would be known only when the disk is full. */
	if (header === undefined || !/^\d{1,15}$/.test(header)) throw new EndpointError('LENGTH_REQUIRED');
	const length = Number(header);
	if (length > bytesMax) throw new EndpointError('BODY_TOO_LARGE', { detail: `${length} bytes, at most ${bytesMax}` });
	return length;
}

/** A body of `length` bytes into memory; for small ones. */
export async function receiveBytes(request: FastifyRequest, length: number, idleMsMax: number): Promise<Buffer> {
	const bytes = Buffer.alloc(length);
	let at = 0;
	for await (const piece of pieces(request.raw, length, idleMsMax)) {
		bytes.set(piece, at);
		at += piece.length;
	}
	return bytes;
}

/** A body of `length` bytes into a stage from `offset` on. Gives its SHA-256 as hex. */
export async function receiveStaged(
	request: FastifyRequest,
	length: number,
	idleMsMax: number,
	staged: StagedObject,
	offset: number,
): Promise<string> {
	const hash = createHash('sha256');
	let at = offset;
	for await (const piece of pieces(request.raw, length, idleMsMax)) {
		hash.update(piece);
		await staged.write(at, piece);
		at += piece.length;
	}
	return hash.digest('hex');
}

/** Reads a body that is not needed, so that the client is not cut off while it sends. */
export async function drain(request: FastifyRequest, length: number, idleMsMax: number): Promise<void> {
	for await (const _ of pieces(request.raw, length, idleMsMax)) {
		/* not kept */
	}
}

/**
 * The pieces of a body, exactly `length` bytes in all. The stream is never destroyed here, whatever happens: that would
 * take the connection with it, and with the connection the answer.
 * @throws EndpointError REQUEST_TOO_SLOW where nothing came for `idleMsMax`, REQUEST_CUT_OFF where the client went away
 */
async function* pieces(body: IncomingMessage, length: number, idleMsMax: number): AsyncGenerator<Buffer> {
	const iterator: AsyncIterator<Buffer> = body.iterator({ destroyOnReturn: false });
	let received = 0;
	for (;;) {
		const next = await nextPiece(iterator, idleMsMax);
		if (next.done === true) break;
		received += next.value.length;
		yield next.value;
	}
	if (received !== length) throw new EndpointError('REQUEST_CUT_OFF', { detail: `${received} of ${length} bytes` });
}

async function nextPiece(iterator: AsyncIterator<Buffer>, idleMsMax: number): Promise<IteratorResult<Buffer>> {
	let timer: NodeJS.Timeout | undefined;
	const tooSlow = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new EndpointError('REQUEST_TOO_SLOW', { detail: `no byte for ${idleMsMax} ms` }));
		}, idleMsMax);
	});
	try {
		return await Promise.race([iterator.next(), tooSlow]);
	} catch (cause) {
		throw cause instanceof EndpointError ? cause : new EndpointError('REQUEST_CUT_OFF', { cause });
	} finally {
		clearTimeout(timer);
	}
}
