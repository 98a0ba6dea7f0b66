import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { decodePairingCode } from '@holdfast/protocol';
import { TestAgent } from './testing/agent.ts';
import { type Ran, type Served, run, serve } from './testing/child.ts';
import { testFolders } from './testing/folder.ts';

jest.setTimeout(60_000);
const folders = testFolders();
const running: Served[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.stop('SIGKILL'))));
afterAll(() => folders.removeAll());

async function started(data: string, ...args: string[]): Promise<Served> {
	const one = await serve(data, ...args);
	running.push(one);
	return one;
}

async function paired(data: string): Promise<TestAgent> {
	const { json } = await run('pair', '--data', data, '--json');
	const { url, secret } = decodePairingCode(json.code as string);
	const agent = new TestAgent(url);
	expect((await agent.pair(Buffer.from(secret).toString('hex'))).status).toBe(200);
	return agent;
}

describe('holdfast-endpoint', () => {
	test('serve, pair, append, stop, serve again, check', async () => {
		const data = join(await folders.make(), 'data');
		const first = await started(data);
		expect(first.listening).toMatchObject({ event: 'listening', fingerprint: null, sites: 0, damaged: [] });
		const agent = await paired(data);
		const { commit } = await agent.add(['one']);
		expect(await first.stop()).toBe(0);

		const second = await started(data);
		expect(second.listening).toMatchObject({ sites: 1, readIn: { commits: 0, packs: 0 } });
		agent.url = second.url;
		expect((await agent.ask('GET', '/v1/site')).json.head).toEqual(commit.position);
		expect(await agent.ask('GET', '/v1/health')).toMatchObject({
			json: { ok: true, protocol: 1, version: '0.1.0', acceptsWrites: true },
		});

		const checked = await run('check', '--data', data, '--json');
		expect(checked).toMatchObject({ code: 0, json: { ok: true, sites: [{ siteId: agent.siteId, commits: 1 }] } });
		expect((await run('check', '--data', data)).stdout).toMatch(/all whole\.\n$/);
	});

	test('what it keeps is for its user only', async () => {
		const data = join(await folders.make(), 'data');
		await started(data);
		const key = await stat(join(data, 'keys', 'master.key'));
		expect([key.mode & 0o777, key.size]).toEqual([0o600, 32]);
		for (const folder of ['', 'objects', 'keys']) expect((await stat(join(data, folder))).mode & 0o077).toBe(0);
	});

	test('one server per data directory; a killed one leaves no lock', async () => {
		const data = await folders.make();
		const first = await started(data);
		expect(await run('serve', '--data', data, '--listen', '127.0.0.1:0', '--json')).toMatchObject({
			code: 5,
			json: { error: { code: 'DATA_LOCKED' } },
		});
		expect(await run('reindex', '--data', data, '--json')).toMatchObject({ code: 5 });
		await first.stop('SIGKILL');
		await started(data);
	});

	test('reindex: the catalog deleted, the answers are the same', async () => {
		const data = await folders.make();
		const first = await started(data);
		const agent = await paired(data);
		const chunks = ['a', 'b'].map((text) => agent.seal(text));
		await agent.putPack(agent.pack(...chunks));
		await agent.add(['one'], [chunks[0]!.id]);
		await agent.add(['two', 'a'], [chunks[1]!.id]);
		const answers = async (): Promise<string[]> => {
			const asked = [
				agent.ask('GET', '/v1/site'),
				agent.ask('GET', '/v1/site/commits?sections=manifests'),
				agent.ask('GET', '/v1/site/commits/2'),
				agent.ask('POST', '/v1/site/chunks/read', agent.ids(chunks[0]!.id, chunks[1]!.id, agent.seal('two').id)),
			];
			return (await Promise.all(asked)).map(({ status, bytes }) => `${status} ${bytes.toString('hex')}`);
		};
		const before = await answers();
		await first.stop();
		for (const name of await readdir(data)) if (name.startsWith('catalog')) await rm(join(data, name));
		expect(await run('reindex', '--data', data, '--json')).toMatchObject({
			code: 0,
			json: { ok: true, sites: 1, commits: 2, packs: 1, damaged: [] },
		});
		const second = await started(data);
		expect(second.listening.readIn).toEqual({ commits: 0, packs: 0 });
		agent.url = second.url;
		expect(await answers()).toEqual(before);

		/* And without reindex: start-up reads all in. */
		await second.stop();
		for (const name of await readdir(data)) if (name.startsWith('catalog')) await rm(join(data, name));
		const third = await started(data);
		expect(third.listening.readIn).toEqual({ commits: 2, packs: 1 });
		agent.url = third.url;
		expect(await answers()).toEqual(before);
	});

	test('check names the object with one flipped byte, and exits 3', async () => {
		const data = await folders.make();
		const first = await started(data);
		const agent = await paired(data);
		await agent.putPack(agent.pack(agent.seal('a')));
		await agent.add(['one']);
		await first.stop();
		for (const name of await objectsIn(join(data, 'objects'))) {
			const path = join(data, 'objects', name);
			const bytes = await readFile(path);
			const at = Math.floor(Math.random() * bytes.length);
			const damaged = Buffer.from(bytes);
			damaged[at]! ^= 1 << (at % 8);
			await writeFile(path, damaged);
			const { code, json } = await run('check', '--data', data, '--json');
			expect({ name, at, code, ok: json.ok }).toEqual({ name, at, code: 3, ok: false });
			expect(json.damaged.map(({ object }: { object: string }) => object)).toContain(name);
			await writeFile(path, bytes);
		}
		expect((await run('check', '--data', data)).code).toBe(0);
		await rm(join(data, 'objects', 'sites', agent.siteId, 'commits'), { recursive: true });
		const human = await run('check', '--data', data);
		expect(human.stdout).toContain('damaged: ');
		expect(human.stderr).toContain('Put back the named objects');
	});

	test('refuses with a code, a sentence and what to try', async () => {
		const site = await folders.make();
		await writeFile(join(site, 'wp-load.php'), '');
		const empty = await folders.make();
		const cases: [string[], number, string][] = [
			[['serve', '--data', join(site, 'wp-content', 'backup')], 4, 'DATA_IN_WORDPRESS'],
			[['serve', '--data', empty, '--listen', '0.0.0.0:0'], 4, 'PLAIN_HTTP_REFUSED'],
			[['serve', '--data', empty, '--listen', 'nonsense'], 2, 'USAGE'],
			[['serve', '--data', empty, '--tls-cert', '/nowhere', '--tls-key', '/nowhere'], 4, 'TLS_UNUSABLE'],
			[['serve', '--data', join(site, 'wp-load.php', 'x')], 4, 'DATA_UNUSABLE'],
			[['pair', '--data', empty], 4, 'DATA_MISSING'],
			[['check', '--data', join(empty, 'nothing')], 4, 'DATA_MISSING'],
			[['reindex', '--data', empty], 4, 'DATA_MISSING'],
		];
		for (const [args, code, name] of cases) {
			const asJson = await run(...args, '--json');
			expect([args, asJson.code, asJson.json.error?.code]).toEqual([args, code, name]);
			const plain: Ran = await run(...args);
			expect(plain.stderr.trim().split('\n').length).toBeGreaterThan(1);
			expect(plain.stderr).toContain(asJson.json.error.hint);
		}
		expect((await run('serve')).code).toBe(2);
		expect((await run('nothing')).code).toBe(2);
		for (const verb of ['serve', 'pair', 'reindex', 'check']) {
			const help = await run(verb, '--help');
			expect(help.code).toBe(0);
			expect(help.stdout).toContain('Exit codes');
		}
	}, 240_000); // Twenty processes, one after the other.

	test('a lost master key is not replaced silently', async () => {
		const data = await folders.make();
		const first = await started(data);
		await paired(data);
		await first.stop();
		await rm(join(data, 'keys', 'master.key'));
		expect(await run('serve', '--data', data, '--listen', '127.0.0.1:0', '--json')).toMatchObject({
			code: 4,
			json: { error: { code: 'MASTER_KEY_MISSING' } },
		});
		await started(data, '--new-master-key');
		expect((await run('check', '--data', data, '--json')).json.damaged[0]!.code).toBe('KEY_DOES_NOT_OPEN');
	});

	test('pair: takeover of a site, another address, a site that is not there', async () => {
		const data = await folders.make();
		const server = await started(data);
		const agent = await paired(data);
		const takeover = await run('pair', '--data', data, '--site', agent.siteId, '--json');
		expect(takeover).toMatchObject({ code: 0, json: { site: agent.siteId, url: server.url } });
		expect(
			decodePairingCode((await run('pair', '--data', data, '--url', 'https://backup.example/hf', '--json')).json.code),
		).toMatchObject({ url: 'https://backup.example/hf' });
		expect(await run('pair', '--data', data, '--site', 'ab'.repeat(16), '--json')).toMatchObject({
			code: 4,
			json: { error: { code: 'SITE_UNKNOWN' } },
		});
	});

	test('TLS: the code carries the fingerprint of the certificate', async () => {
		const folder = await folders.make();
		const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
		execFileSync(
			'openssl',
			[
				'req',
				'-x509',
				'-newkey',
				'ec',
				'-pkeyopt',
				'ec_paramgen_curve:P-256',
				'-nodes',
				'-keyout',
				key,
				'-out',
				cert,
				'-days',
				'2',
				'-subj',
				'/CN=localhost',
			],
			{ stdio: 'ignore' },
		);
		const server = await started(join(folder, 'data'), '--tls-cert', cert, '--tls-key', key);
		expect(server.url).toMatch(/^https:/);
		const { fingerprint } = decodePairingCode((await run('pair', '--data', join(folder, 'data'), '--json')).json.code);
		const seen = await new Promise<string>((resolve, reject) => {
			const asked = httpsRequest(`${server.url}/v1/health`, { rejectUnauthorized: false }, (reply) => {
				const { fingerprint256 } = (reply.socket as TLSSocket).getPeerCertificate();
				reply.resume();
				resolve(fingerprint256.replaceAll(':', '').toLowerCase());
			});
			asked.on('error', reject).end();
		});
		expect(Buffer.from(fingerprint!).toString('hex')).toBe(seen);
	});

	test('a disk that is really small: refused before it is full, and reads go on', async () => {
		const disk = await folders.make();
		try {
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
		} catch {
			/* Only root can mount; `refusals.test.ts` shows the same on a port. */
			return;
		}
		try {
			await mkdir(join(disk, 'data'));
			const server = await started(join(disk, 'data'), '--free-bytes-min', String(8 * 1024 * 1024));
			const agent = await paired(join(disk, 'data'));
			const statuses: number[] = [];
			for (let i = 0; i < 12; i++) {
				const pack = agent.pack(agent.seal(randomBytes(2 * 1024 * 1024)));
				statuses.push((await agent.putPack(pack)).status);
			}
			expect(statuses[0]).toBe(201);
			expect(statuses.at(-1)).toBe(507);
			expect((await agent.add(['small'])).reply.status).toBe(201);
			expect((await agent.ask('GET', '/v1/site/commits/1')).status).toBe(200);
			expect(await readdir(join(disk, 'data', 'objects', '.tmp'))).toEqual([]);
			expect(await run('check', '--data', join(disk, 'data'), '--json')).toMatchObject({ code: 0 });
			await server.stop();
		} finally {
			await Promise.all(running.splice(0).map((one) => one.stop('SIGKILL')));
			execFileSync('umount', [disk]);
		}
	});
});

async function objectsIn(root: string): Promise<string[]> {
	const entries = await readdir(root, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
