import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { EndpointContext, Identity } from './context.ts';
import { EndpointError } from './errors.ts';
import { Admission } from './http/admission.ts';
import { authorise, requireWriter } from './http/auth.ts';
import { validatorCompiler } from './http/jsonBody.ts';
import { addProblems, refuseConnection, refuseRequest } from './http/problems.ts';
import { SecretThrottle } from './http/throttle.ts';
import { type Limits, defaultLimits, jsonBytesMax } from './limits.ts';
import type { Catalog } from './ports/catalog.ts';
import type { Clock } from './ports/clock.ts';
import type { ObjectStore } from './ports/objects.ts';
import { type FreeSpace, boundlessSpace } from './ports/space.ts';
import type { KeyVault } from './ports/vault.ts';
import { chunksMissing } from './routes/chunksMissing.ts';
import { chunksRead } from './routes/chunksRead.ts';
import { commitsAppend } from './routes/commitsAppend.ts';
import { commitsGet } from './routes/commitsGet.ts';
import { commitsList } from './routes/commitsList.ts';
import { health } from './routes/health.ts';
import { packsPut } from './routes/packsPut.ts';
import { pair } from './routes/pair.ts';
import { reader } from './routes/reader.ts';
import { site } from './routes/site.ts';
import { takeover } from './routes/takeover.ts';
import { Lanes } from './store/lanes.ts';

export interface EndpointOptions {
	readonly objects: ObjectStore;
	/** Brought up to the objects by `readIn` before. */
	readonly catalog: Catalog;
	readonly vault: KeyVault;
	readonly space?: FreeSpace;
	readonly now?: Clock;
	readonly limits?: Partial<Limits>;
	readonly identity?: Partial<Identity>;
	/** PEM. Without it the endpoint speaks plain HTTP. */
	readonly tls?: { readonly cert: string; readonly key: string };
	readonly logger?: FastifyBaseLogger;
}

/**
 * The endpoint of PROTOCOL.md section 6 on the given ports, not yet listening. `close()` finishes what is under way;
 * objects and catalog stay open, they belong to the caller.
 */
export function createEndpoint(options: EndpointOptions): FastifyInstance {
	const endpoint = contextOf(options);
	const http = server(options, endpoint.limits);
	let stopping = false;
	http.addHook('preClose', async () => {
		stopping = true;
	});
	/* Connections that are kept alive may still bring requests while others finish, and must not outlive them. */
	http.addHook('onRequest', async () => {
		if (stopping) throw new EndpointError('STOPPING', { retryAfterMs: endpoint.limits.busyRetryMs });
	});
	http.addHook('onSend', async (_request, reply) => {
		if (stopping) reply.header('connection', 'close');
	});
	addProblems(http);
	http.setValidatorCompiler(validatorCompiler);
	http.removeContentTypeParser('text/plain');

	health(http, endpoint);
	pair(http, endpoint);
	takeover(http, endpoint);
	http.register(async (ofSite) => {
		/* Before the body is looked at: a stranger cannot make the endpoint receive anything. */
		ofSite.addHook('onRequest', (request) => authorise(request, endpoint.catalog));
		site(ofSite, endpoint);
		reader(ofSite, endpoint);
		commitsList(ofSite, endpoint);
		commitsGet(ofSite, endpoint);
		ofSite.register(async (binary) => {
			binary.removeAllContentTypeParsers();
			binary.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
			chunksRead(binary, endpoint);
			binary.register(async (writing) => {
				writing.addHook('onRequest', requireWriter);
				chunksMissing(writing, endpoint);
				packsPut(writing, endpoint);
				commitsAppend(writing, endpoint);
			});
		});
	});
	return http;
}

function contextOf(options: EndpointOptions): EndpointContext {
	const { objects, catalog, vault, now = Date.now, space = boundlessSpace } = options;
	const limits: Limits = { ...defaultLimits, ...options.limits };
	const admission = new Admission(space, limits);
	return {
		objects,
		catalog,
		vault,
		now,
		limits,
		identity: { name: 'Holdfast endpoint', version: '0', machine: null, ...options.identity },
		admission,
		throttle: new SecretThrottle(now, limits),
		appends: new Lanes(limits.appendsWaitingMax, () => admission.busy('appends of this site')),
		pairings: new Lanes(limits.appendsWaitingMax, () => admission.busy('pairings')),
	};
}

function server({ logger, tls }: EndpointOptions, limits: Limits): FastifyInstance {
	const common = {
		...(logger === undefined ? { logger: false } : { loggerInstance: logger, disableRequestLogging: true }),
		bodyLimit: jsonBytesMax,
		exposeHeadRoutes: false,
		requestTimeout: limits.requestMsMax,
		/* The socket's, in both directions: also for a client that asks and then takes nothing. */
		connectionTimeout: limits.bodyIdleMsMax * 2,
		keepAliveTimeout: limits.keepAliveMsMax,
		return503OnClosing: false,
		genReqId: (_request: IncomingMessage) => randomBytes(4).toString('hex'),
		requestIdHeader: false as const,
		frameworkErrors: refuseRequest,
		clientErrorHandler: (error: NodeJS.ErrnoException, socket: Parameters<typeof refuseConnection>[1]) =>
			refuseConnection(error, socket, randomBytes(4).toString('hex')),
	};
	const http = (tls === undefined ? fastify(common) : fastify({ ...common, https: tls })) as unknown as FastifyInstance;
	http.server.headersTimeout = limits.headersMsMax;
	http.server.maxConnections = limits.connectionsMax;
	return http;
}
