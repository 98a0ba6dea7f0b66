import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { AgentApi } from './api.ts';
import { ControlClient } from './client.ts';
import { startControlServer, type ControlServer } from './server.ts';

let folder: string;
let server: ControlServer;
let asked: unknown[];

const actor: Actor = { type: 'user', id: 7, login: 'anna', name: 'Anna Ö' };

/** Only what the tests call; any other call fails the test by name. */
function api(): AgentApi {
	const some: Partial<AgentApi> = {
		timeline: async (before, limit) => {
			asked.push({ before, limit });
			return { points: [], more: false, head: null, firstRestorable: null };
		},
		undo: async (restore, by) => {
			asked.push({ restore, by });
			throw new HoldfastError('POINT_UNKNOWN', 'There is nothing to undo.', { changed: 'Nothing was changed.' });
		},
		stop: () => asked.push('stop'),
	};
	return new Proxy(some as AgentApi, {
		get: (target, name) => target[name as keyof AgentApi] ?? (() => { throw new TypeError(`unexpected ${String(name)}`); }),
	});
}

beforeEach(async () => {
	asked = [];
	folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
	server = await startControlServer(api(), join(folder, 'control.sock'));
});
afterEach(async () => {
	await server.close();
	rmSync(folder, { recursive: true });
});

describe('the control API', () => {
	test('listens on a socket in the state folder and passes arguments through', async () => {
		expect(server.address.socket).toBe(join(folder, 'control.sock'));
		await new ControlClient(server.address).timeline(12, 3);
		expect(asked).toEqual([{ before: 12, limit: 3 }]);
	});

	test('falls back to loopback where the path is too long for a socket', async () => {
		const other = await startControlServer(api(), join(folder, 'x'.repeat(120)));
		expect(other.address).toMatchObject({ socket: null, port: expect.any(Number) });
		await new ControlClient(other.address).timeline(null, 1);
		await other.close();
	});

	test('refuses a caller without the secret, before anything else', async () => {
		const wrong = new ControlClient({ ...server.address, secret: '0'.repeat(64) });
		await expect(wrong.timeline(null, 1)).rejects.toMatchObject({ code: 'CONTROL_SECRET_WRONG' });
		expect(asked).toEqual([]);
	});

	test('passes the acting person on, and errors come back whole', async () => {
		await expect(new ControlClient(server.address, actor).undo('ab')).rejects.toMatchObject({
			code: 'POINT_UNKNOWN', message: 'There is nothing to undo.', changed: 'Nothing was changed.',
		});
		expect(asked).toEqual([{ restore: 'ab', by: actor }]);
	});

	test('refuses what the schema does not allow', async () => {
		const client = new ControlClient(server.address);
		await expect(client.timeline(null, 1000)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
		await expect(client.plan({ point: 1, parts: ['half' as 'root'] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
		await expect(client.job('XYZ')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
		expect(asked).toEqual([]);
	});

	test('stop answers before the agent ends', async () => {
		await expect(new ControlClient(server.address).stop()).resolves.toEqual({ stopping: true });
		expect(asked).toEqual(['stop']);
	});

	test('an agent that is not there is told by name', async () => {
		const away = new ControlClient({ socket: join(folder, 'nobody.sock'), port: null, secret: 'x' });
		await expect(away.status()).rejects.toMatchObject({ code: 'AGENT_NOT_RUNNING' });
	});
});
