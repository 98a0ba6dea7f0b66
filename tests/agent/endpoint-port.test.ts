import { afterEach, describe, expect, test } from '@jest/globals';
import { origin } from '@holdfast/protocol';
import { startEndpoint, type StartedEndpoint } from '@holdfast/endpoint/testing';
import { contractCommit, contractPairing, endpointContract } from '../../sync-client/src/adapters/endpoint.contract.ts';
import { HttpEndpoint } from '../../sync-client/src/adapters/http-endpoint.ts';

const started: StartedEndpoint[] = [];
afterEach(async () => { await Promise.all(started.splice(0).map((one) => one.close())); });

const open = async () => {
	const server = await startEndpoint();
	started.push(server);
	const as = (token: string | null): HttpEndpoint => new HttpEndpoint({ url: server.url, fingerprint: null, token });
	return { endpoint: as(null), secret: await server.secret(), paired: () => as(contractPairing.token), as };
};

describe('the endpoint over HTTP keeps the contract of the port', () => endpointContract(open));

test('a token of another site, or none, is refused', async () => {
	const { endpoint, secret, as } = await open();
	await endpoint.pair({ ...contractPairing, secret });
	for (const token of ['cd'.repeat(32), null]) {
		await expect(as(token).site()).rejects.toMatchObject({ name: 'HoldfastError', retry: 'never' });
		await expect(as(token).append(contractCommit(origin).bytes)).rejects.toMatchObject({ name: 'HoldfastError' });
	}
});

test('a pairing code that was never made', async () => {
	const { endpoint } = await open();
	await expect(endpoint.pair({ ...contractPairing, secret: '99'.repeat(16) })).rejects.toMatchObject({ code: 'PAIRING_UNKNOWN', retry: 'never' });
});
