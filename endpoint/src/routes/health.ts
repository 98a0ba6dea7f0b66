import { type Health, protocolVersion } from '@holdfast/protocol';
import type { FastifyInstance } from 'fastify';
import type { EndpointContext } from '../context.ts';

/** `GET /v1/health`: "no secret needed". For the test of the connection, and for whoever watches the endpoint. */
export function health(http: FastifyInstance, { admission, identity, now }: EndpointContext): void {
	http.get('/v1/health', async (): Promise<Health> => {
		const { name, version, machine } = identity;
		return {
			ok: true,
			name,
			version,
			protocol: protocolVersion,
			now: now(),
			freeBytes: await admission.freeBytes(),
			acceptsWrites: await admission.acceptsWrites(),
			...(machine === null ? {} : { machine }),
		};
	});
}
