import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { errorView, HoldfastError } from '../errors.ts';
import type { AgentApi } from './api.ts';
import { registerRoutes } from './routes.ts';

/** Longest path that fits a Unix socket's address on every system we run on, in bytes. */
const socketPathBytesMax = 100;
const bodyBytesMax = 1024 * 1024;

/** How the control API is reached: what `control.php` in the state folder holds. PROTOCOL.md section 1. */
export type ControlAddress = { socket: string | null; port: number | null; secret: string };

export type ControlServer = { address: ControlAddress; close(): Promise<void> };

/**
 * Starts the agent's only listener: a Unix socket in the state folder, or 127.0.0.1 where the path is too long.
 * Every call must carry the secret; nothing here leaves the machine.
 */
export async function startControlServer(api: AgentApi, socketPath: string): Promise<ControlServer> {
	const secret = randomBytes(32).toString('hex');
	const server = buildControlServer(api, secret);
	if (Buffer.byteLength(socketPath) <= socketPathBytesMax) {
		rmSync(socketPath, { force: true });
		await server.listen({ path: socketPath });
		return { address: { socket: socketPath, port: null, secret }, close: () => server.close() };
	}
	await server.listen({ host: '127.0.0.1', port: 0 });
	const { port } = server.server.address() as AddressInfo;
	return { address: { socket: null, port, secret }, close: () => server.close() };
}

/** The server without its listener. */
export function buildControlServer(api: AgentApi, secret: string): FastifyInstance {
	const server = fastify({ bodyLimit: bodyBytesMax, requestTimeout: 30_000, forceCloseConnections: true, logger: false });
	const expected = Buffer.from(`Bearer ${secret}`);

	server.addHook('onRequest', async (request) => {
		const given = Buffer.from(request.headers.authorization ?? '');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
			throw new HoldfastError('CONTROL_SECRET_WRONG', 'The caller did not know the secret of this agent.');
		}
	});
	server.setErrorHandler(async (error, _request, reply) => {
		const invalid = (error as { validation?: unknown }).validation !== undefined || (error as { statusCode?: number }).statusCode === 400;
		const view = errorView(invalid ? new HoldfastError('REQUEST_INVALID', (error as Error).message, { cause: error }) : error);
		await reply.code(statusOf(view.code)).send({ error: view });
	});
	server.setNotFoundHandler(async (request) => {
		throw new HoldfastError('ROUTE_UNKNOWN', `This agent has no route ${request.method} ${request.url}.`);
	});
	registerRoutes(server, api);
	return server;
}

/** HTTP status for a code: the body says the rest. */
function statusOf(code: string): number {
	switch (code) {
		case 'CONTROL_SECRET_WRONG': return 401;
		case 'REQUEST_INVALID': return 400;
		case 'ROUTE_UNKNOWN': case 'JOB_UNKNOWN': case 'PLAN_UNKNOWN': case 'POINT_UNKNOWN': return 404;
		case 'INTERNAL': return 500;
		default: return 409;
	}
}
