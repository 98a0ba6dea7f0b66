import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeRecoveryKey, encodePairingCode, type Health, type PairRequest } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import { StateFolder } from '../state-folder/state-folder.ts';
import { bindingOf, changedParts, type BoundTo } from './binding.ts';
import { connect, type ConnectEdges } from './connect.ts';
import { testConnection } from './connection-test.ts';
import { machineHashOf, machineId } from './machine.ts';

const bound: BoundTo = {
	home: 'https://shop.example', databaseUid: 'uid', databaseName: 'wp', prefix: 'wp_', machineId: 'a'.repeat(32), userId: 33, abspath: '/srv/www',
};
const code = encodePairingCode({ url: 'http://127.0.0.1:4711', secret: Buffer.alloc(16, 7) });

let folder: string;
let state: StateFolder;
let health: Health;
let asked: PairRequest[];
let lost: number;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
	state = await StateFolder.open(join(folder, 'state'));
	health = { ok: true, name: 'vault', version: '0.1.0', protocol: 1, now: 1_000_000, freeBytes: 1, acceptsWrites: true, machine: machineHashOf('b'.repeat(32)) };
	asked = [];
	lost = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

let drawn = 0;
const edges = (): ConnectEdges => ({
	open: () => ({
		health: async () => health,
		pair: async (request: PairRequest) => {
			asked.push(request);
			if (lost-- > 0) {
				throw new HoldfastError('ENDPOINT_SLOW', 'The answer was lost.');
			}
			return { siteId: request.siteId, endpoint: { name: 'vault', version: '0.1.0' }, head: null };
		},
	}) as Partial<Endpoint> as Endpoint,
	state,
	clock: { wallMs: () => 1_000_000, monotonicUs: () => 0, sleep: async () => {} },
	random: { bytes: (n) => Buffer.alloc(n, ++drawn) },
	binding: bindingOf(bound),
	machineHash: machineHashOf(bound.machineId),
	label: 'Shop',
});

describe('the test of a connection', () => {
	test('says each check in words and pairs nothing', async () => {
		const { checks, reached } = await testConnection(code, edges());
		expect(checks.map((check) => [check.id, check.ok])).toEqual([['code', true], ['reach', true], ['transport', true], ['version', true], ['space', true], ['clock', true], ['machine', true]]);
		expect(reached?.sameMachine).toBe(false);
		expect(asked).toEqual([]);
	});

	test.each([
		['cut off', code.slice(0, -5), 'PAIRING_CODE_INVALID'],
		['mistyped', `${code.slice(0, -3)}${code.at(-3) === 'A' ? 'B' : 'A'}${code.slice(-2)}`, 'PAIRING_CODE_INVALID'],
		['something else', 'hello', 'PAIRING_CODE_INVALID'],
		['empty', '', 'PAIRING_CODE_INVALID'],
	])('a code that is %s is told before anything is asked', async (_how, text, expected) => {
		const { checks, failure } = await testConnection(text, edges());
		expect(failure?.code).toBe(expected);
		expect(failure?.message).not.toContain('FORMAT_');
		expect(checks).toEqual([expect.objectContaining({ id: 'failure', ok: false })]);
	});

	test('names an endpoint on the same machine, a clock that is off, a full disk, another version', async () => {
		health = { ...health, machine: machineHashOf(bound.machineId), now: 1_000_000 + 3_600_000, acceptsWrites: false };
		const { checks, reached } = await testConnection(code, edges());
		expect(reached?.sameMachine).toBe(true);
		expect(checks.filter((check) => !check.ok).map((check) => check.id)).toEqual(['space', 'clock']);
		expect(checks.find((check) => check.id === 'machine')?.message).toContain('not from losing this server');
		health = { ...health, protocol: 2 };
		expect((await testConnection(code, edges())).failure?.code).toBe('ENDPOINT_PROTOCOL');
	});
});

describe('connecting', () => {
	test('keeps what was drawn, mode 0600, and the recovery key opens the same root key', async () => {
		const { pairing, reply } = await connect(code, false, edges());
		expect(await state.pairing.read()).toEqual(pairing);
		expect(Buffer.from(decodeRecoveryKey(reply.recoveryKey).rootKey).toString('hex')).toBe(pairing.rootKey);
		expect(asked[0]).toMatchObject({ secret: '07'.repeat(16), rootKey: pairing.rootKey, writer: pairing.writer, token: pairing.token });
	});

	test('a sealed site does not give its key away', async () => {
		await connect(code, true, edges());
		expect(asked[0]).not.toHaveProperty('rootKey');
	});

	test('a lost answer is made good by the same writer, site and token', async () => {
		lost = 1;
		await expect(connect(code, false, edges())).rejects.toMatchObject({ code: 'ENDPOINT_SLOW' });
		await connect(code, false, edges());
		expect(asked[1]).toEqual(asked[0]);
	});

	test('a connected site refuses a second endpoint', async () => {
		await state.markPaired();
		await expect(connect(code, false, edges())).rejects.toMatchObject({ code: 'ALREADY_CONNECTED' });
		expect(asked).toEqual([]);
	});
});

describe('what a pairing is bound to', () => {
	test.each<[string, Partial<BoundTo>, RegExp]>([
		['another address', { home: 'https://staging.example' }, /address/],
		['another database', { databaseName: 'wp_copy' }, /database/],
		['another prefix', { prefix: 'wp2_' }, /database/],
		['another server', { machineId: 'c'.repeat(32) }, /server/],
		['another folder', { abspath: '/srv/staging' }, /server or folder/],
	])('%s is told', (_what, change, words) => {
		expect(changedParts(bindingOf(bound), bindingOf({ ...bound, ...change })).join()).toMatch(words);
	});

	test('the same site is the same', () => {
		expect(changedParts(bindingOf(bound), bindingOf({ ...bound }))).toEqual([]);
	});

	test('a machine without an id gets one that is kept', async () => {
		const random = { bytes: (n: number) => Buffer.alloc(n, 5) };
		const made = await machineId(state.path, random, []);
		expect(await machineId(state.path, { bytes: () => Buffer.alloc(16, 6) }, [])).toBe(made);
	});
});
