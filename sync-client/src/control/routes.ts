import { ConnectRequestSchema, PlanRequestSchema, type Actor, type ConnectRequest, type PlanRequest } from '@holdfast/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AgentApi } from './api.ts';

const Id = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,64}$' }) });
const Seq = Type.Object({ seq: Type.Integer({ minimum: 1 }) });
const TimelineQuery = Type.Object({
	before: Type.Optional(Type.Integer({ minimum: 1 })),
	limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
const BackupBody = Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })), pinned: Type.Optional(Type.Boolean()) });
const CopiedBody = Type.Object({ answer: Type.Union([Type.Literal('moved'), Type.Literal('copy')]) });
const RestoreBody = Type.Object({ plan: Type.String({ pattern: '^[0-9a-f]{1,64}$' }) });
const UndoBody = Type.Object({ restore: Type.Optional(Type.String({ pattern: '^[0-9a-f]{1,64}$' })) });
const VerifyBody = Type.Object({ point: Type.Optional(Type.Integer({ minimum: 1 })) });

/** The routes of PROTOCOL.md section 8, each one call of AgentApi. Jobs answer 202. */
export function registerRoutes(server: FastifyInstance, api: AgentApi): void {
	server.get('/v1/status', () => api.status());

	server.post('/v1/connect/test', { schema: { body: ConnectRequestSchema } }, (request) =>
		api.connectTest((request.body as ConnectRequest).code));
	server.post('/v1/connect', { schema: { body: ConnectRequestSchema } }, (request) => {
		const body = request.body as ConnectRequest;
		return api.connect(body.code, { sealed: body.sealed ?? false, by: actorOf(request) });
	});
	server.get('/v1/recovery-key', () => api.recoveryKey());
	server.post('/v1/copied', { schema: { body: CopiedBody } }, (request) =>
		api.answerCopied((request.body as { answer: 'moved' | 'copy' }).answer));

	server.get('/v1/timeline', { schema: { querystring: TimelineQuery } }, (request) => {
		const query = request.query as { before?: number; limit: number };
		return api.timeline(query.before ?? null, query.limit);
	});
	server.get('/v1/points/:seq', { schema: { params: Seq } }, (request) => api.point((request.params as { seq: number }).seq));

	server.post('/v1/backup', { schema: { body: BackupBody } }, (request, reply) => {
		const body = request.body as { name?: string; pinned?: boolean };
		return reply.code(202).send(api.backup({ name: body.name ?? null, pinned: body.pinned ?? false, by: actorOf(request) }));
	});
	server.post('/v1/plan', { schema: { body: PlanRequestSchema } }, (request, reply) =>
		reply.code(202).send(api.plan(request.body as PlanRequest, actorOf(request))));
	server.get('/v1/plans/:id', { schema: { params: Id } }, (request) => api.planById((request.params as { id: string }).id));
	server.post('/v1/restore', { schema: { body: RestoreBody } }, async (request, reply) =>
		reply.code(202).send(await api.restore((request.body as { plan: string }).plan, actorOf(request))));
	server.post('/v1/undo', { schema: { body: UndoBody } }, async (request, reply) =>
		reply.code(202).send(await api.undo((request.body as { restore?: string }).restore ?? null, actorOf(request))));
	server.post('/v1/sweep', (_request, reply) => reply.code(202).send(api.sweep()));
	server.post('/v1/verify', { schema: { body: VerifyBody } }, (request, reply) =>
		reply.code(202).send(api.verify((request.body as { point?: number }).point ?? null)));

	server.get('/v1/jobs', () => ({ jobs: api.jobs() }));
	server.get('/v1/jobs/:id', { schema: { params: Id } }, (request) => api.job((request.params as { id: string }).id));
	server.post('/v1/jobs/:id/cancel', { schema: { params: Id } }, (request) => api.cancel((request.params as { id: string }).id));
	server.post('/v1/stop', (_request, reply) => {
		// The answer goes out before the listener closes.
		reply.raw.on('finish', () => api.stop());
		return reply.code(202).send({ stopping: true });
	});
}

/** The acting person that the plugin passes on; without the header it is the machine's own command line. */
function actorOf(request: FastifyRequest): Actor {
	const header = request.headers['holdfast-actor'];
	if (typeof header !== 'string') {
		return { type: 'cli' };
	}
	try {
		const told = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { id?: unknown; login?: unknown; name?: unknown };
		return {
			type: 'user',
			id: Number.isSafeInteger(told.id) ? (told.id as number) : null,
			login: typeof told.login === 'string' ? told.login.slice(0, 200) : null,
			name: typeof told.name === 'string' ? told.name.slice(0, 200) : null,
		};
	} catch {
		return { type: 'user', id: null, login: null, name: null };
	}
}
