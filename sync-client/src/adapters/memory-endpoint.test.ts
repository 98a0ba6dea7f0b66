import { describe } from '@jest/globals';
import { endpointContract } from './endpoint.contract.ts';
import { MemoryEndpoint } from './memory-endpoint.ts';

describe('the endpoint in memory keeps the contract', () => {
	endpointContract(async () => {
		const endpoint = new MemoryEndpoint();
		return { endpoint, secret: '00'.repeat(16), paired: () => endpoint };
	});
});
