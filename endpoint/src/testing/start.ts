import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { SiteId } from '@holdfast/protocol';
import { masterKeyVault } from '../adapters/masterKey.ts';
import { memoryCatalog } from '../adapters/memoryCatalog.ts';
import { memoryObjects } from '../adapters/memoryObjects.ts';
import { type EndpointOptions, createEndpoint } from '../endpoint.ts';
import { makeSecret } from '../store/makeSecret.ts';
import { TestAgent } from './agent.ts';

export interface StartedEndpoint {
	readonly url: string;
	readonly http: FastifyInstance;
	/** What the endpoint runs on, as given or as made. */
	readonly ports: Required<Pick<EndpointOptions, 'objects' | 'catalog' | 'vault'>>;
	/** A pairing secret, hex, as `holdfast-endpoint pair` makes one. */
	secret(siteId?: SiteId): Promise<string>;
	/** An agent that is paired. */
	paired(): Promise<TestAgent>;
	close(): Promise<void>;
}

/** An endpoint on a free port of loopback, in memory unless ports are given. For tests, also of other packages. */
export async function startEndpoint(options: Partial<EndpointOptions> = {}): Promise<StartedEndpoint> {
	const ports = {
		objects: options.objects ?? memoryObjects(),
		catalog: options.catalog ?? memoryCatalog(),
		vault: options.vault ?? masterKeyVault(randomBytes(32)),
	};
	const now = options.now ?? Date.now;
	const http = createEndpoint({ ...options, ...ports });
	await http.listen({ host: '127.0.0.1', port: 0 });
	const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
	const secret = async (siteId: SiteId | null = null): Promise<string> => {
		const bytes = randomBytes(16);
		await makeSecret({ ...ports, now }, bytes, siteId);
		return bytes.toString('hex');
	};
	return {
		url,
		http,
		ports,
		secret,
		paired: async () => {
			const agent = new TestAgent(url);
			const reply = await agent.pair(await secret());
			if (reply.status !== 200) throw new Error(`Pairing failed: ${reply.bytes.toString()}`);
			return agent;
		},
		close: () => http.close(),
	};
}
