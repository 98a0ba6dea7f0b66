import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EndpointError, type EndpointErrorCode } from '../errors.ts';

/* Every refusal leaves here, as JSON with a code: PROTOCOL.md section 10. */

/** What Fastify itself refuses. */
const codeOfFastify: Readonly<Record<string, EndpointErrorCode>> = {
	FST_ERR_CTP_INVALID_MEDIA_TYPE: 'CONTENT_TYPE_WRONG',
	FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_CUT_OFF',
	FST_ERR_CTP_INVALID_JSON_BODY: 'JSON_INVALID',
	FST_ERR_CTP_EMPTY_JSON_BODY: 'JSON_INVALID',
	FST_ERR_CTP_EMPTY_TYPE: 'CONTENT_TYPE_WRONG',
	FST_ERR_VALIDATION: 'REQUEST_INVALID',
	FST_ERR_BAD_URL: 'ROUTE_UNKNOWN',
	FST_ERR_NOT_FOUND: 'ROUTE_UNKNOWN',
	FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_UNKNOWN',
};

/** Of no other error are the details for strangers. */
export function toEndpointError(error: unknown): EndpointError {
	if (error instanceof EndpointError) return error;
	const { code, validation, message } = error as Partial<FastifyError>;
	if (validation !== undefined) return new EndpointError('REQUEST_INVALID', { detail: message ?? '', cause: error });
	/* Somebody else filled the disk between the look at it and the write. */
	if (code === 'ENOSPC' || code === 'EDQUOT' || /database or disk is full/.test(message ?? '')) {
		return new EndpointError('STORAGE_LOW', { cause: error, retryAfterMs: 60_000 });
	}
	const known = code === undefined ? undefined : codeOfFastify[code];
	return known === undefined ? new EndpointError('INTERNAL', { cause: error }) : new EndpointError(known, { cause: error });
}

/** Answers with the error; `request.id` is the reference that is also in the log. */
export async function refuseRequest(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
	const problem = toEndpointError(error);
	const log = {
		code: problem.code,
		reference: request.id,
		err: problem.status >= 500 ? (problem.more.cause ?? problem) : undefined,
	};
	if (problem.code === 'INTERNAL' || problem.code === 'OBJECT_DAMAGED') request.log.error(log, problem.message);
	else request.log.info(log, problem.message);

	const { retryAfterMs } = problem.more;
	if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
	if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
	if (!request.raw.complete) {
		/* The client still sends. What is bounded is read and dropped, so that it sees the answer; else the connection ends. */
		const unbounded: EndpointErrorCode[] = ['BODY_TOO_LARGE', 'LENGTH_REQUIRED', 'REQUEST_TOO_SLOW'];
		if (unbounded.includes(problem.code)) reply.header('connection', 'close');
		else request.raw.resume();
	}
	return reply
		.code(problem.status)
		.type('application/json; charset=utf-8')
		.send(problem.body(String(request.id)));
}

export function addProblems(http: FastifyInstance): void {
	http.setErrorHandler(refuseRequest);
	http.setNotFoundHandler((request, reply) =>
		refuseRequest(
			new EndpointError('ROUTE_UNKNOWN', { detail: `${request.method} ${request.url.slice(0, 200)}` }),
			request,
			reply,
		),
	);
}

/** What is not HTTP at all, or did not come in time, never becomes a request: the answer is written by hand. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, reference: string): void {
	if (error.code === 'ECONNRESET' || !socket.writable) {
		socket.destroy();
		return;
	}
	const tooSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
	const problem = new EndpointError(tooSlow ? 'REQUEST_TOO_SLOW' : 'REQUEST_MALFORMED');
	const body = JSON.stringify(problem.body(reference));
	const head = [
		`HTTP/1.1 ${problem.status} ${tooSlow ? 'Request Timeout' : 'Bad Request'}`,
		'Content-Type: application/json; charset=utf-8',
		`Content-Length: ${Buffer.byteLength(body)}`,
		'Connection: close',
	];
	socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
