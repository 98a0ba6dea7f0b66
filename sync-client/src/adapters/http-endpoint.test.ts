import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { ChunkId } from '@holdfast/protocol';
import { HttpEndpoint } from './http-endpoint.ts';

const servers: Server[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	}));
});

async function listening(server: Server): Promise<number> {
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

async function endpointAnswering(listener: RequestListener): Promise<HttpEndpoint> {
	return new HttpEndpoint({ url: `http://127.0.0.1:${await listening(createServer(listener))}`, fingerprint: null, token: 't', answerMsMax: 300 });
}

const health = { ok: true, name: 'e', version: '1', protocol: 1, now: 1, freeBytes: 1, acceptsWrites: true };
const error = { error: { code: 'STORAGE_LOW', message: 'Full.', changed: 'Nothing.', hint: 'Make room.', retry: 'later', retryAfterMs: 700, reference: '00000000' } };

test('a good answer', async () => {
	const endpoint = await endpointAnswering((_request, response) => response.end(JSON.stringify(health)));
	expect(await endpoint.health()).toEqual(health);
});

test.each<[string, RequestListener, string, string]>([
	['down', (request) => request.socket.destroy(), 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['slow', () => {}, 'ENDPOINT_SLOW', 'later'],
	['500 without words', (_request, response) => { response.statusCode = 500; response.end('oops'); }, 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['502 with a page', (_request, response) => { response.statusCode = 502; response.end('<html>Bad gateway</html>'); }, 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['another site', (_request, response) => { response.statusCode = 404; response.end('<html>Not found</html>'); }, 'ENDPOINT_NOT_HOLDFAST', 'later'],
	['HTML with 200', (_request, response) => response.end('<html>Hello</html>'), 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['JSON of something else', (_request, response) => response.end('{"hello":1}'), 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['half a body', (_request, response) => { response.writeHead(200, { 'content-length': 500 }); response.write('{"ok":'); setTimeout(() => response.destroy(), 20); }, 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['endless', (_request, response) => { response.write('x'.repeat(2_000_000)); }, 'ENDPOINT_BROKEN_ANSWER', 'later'],
	['a redirect', (_request, response) => { response.writeHead(302, { location: 'http://127.0.0.1:1/' }); response.end(); }, 'ENDPOINT_NOT_HOLDFAST', 'later'],
	['its own refusal', (_request, response) => { response.statusCode = 507; response.end(JSON.stringify(error)); }, 'STORAGE_LOW', 'later'],
])('%s', async (_what, listener, code, retry) => {
	await expect((await endpointAnswering(listener)).health()).rejects.toMatchObject({ name: 'HoldfastError', code, retry });
});

test('a refusal says how long to wait', async () => {
	const endpoint = await endpointAnswering((_request, response) => { response.statusCode = 507; response.end(JSON.stringify(error)); });
	await expect(endpoint.health()).rejects.toMatchObject({ retryAfterMs: 700, hint: 'Make room.' });
});

test('nobody there', async () => {
	const port = await listening(createServer());
	await new Promise((resolve) => servers.pop()!.close(resolve));
	await expect(new HttpEndpoint({ url: `http://127.0.0.1:${port}`, fingerprint: null, token: null }).health()).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
});

test.each([
	['not chunks', Buffer.from('hello')], ['nothing', Buffer.alloc(0)], ['a chunk cut off', Buffer.concat([Buffer.from('HFCK\x01\x00\x02\x00', 'latin1'), Buffer.alloc(20)])],
])('chunks that are %s are refused', async (_what, body) => {
	const endpoint = await endpointAnswering((_request, response) => { response.setHeader('content-type', 'application/octet-stream'); response.end(body); });
	await expect(endpoint.readChunks(['00'.repeat(32) as ChunkId])).rejects.toMatchObject({ code: 'ENDPOINT_BROKEN_ANSWER' });
});

test('plain HTTP to another machine is refused before anything is sent', () => {
	expect(() => new HttpEndpoint({ url: 'http://backup.example:4711', fingerprint: null, token: null })).toThrow(expect.objectContaining({ code: 'PLAIN_HTTP_REFUSED' }));
});

test('a self-made certificate is known by its fingerprint; another one gets nothing, not even the token', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'hf-tls-'));
	try {
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=x', '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], { stdio: 'ignore' });
		const cert = readFileSync(join(folder, 'cert'));
		const requests: string[] = [];
		const port = await listening(createTlsServer({ key: readFileSync(join(folder, 'key')), cert }, (request, response) => { requests.push(String(request.headers.authorization)); response.end(JSON.stringify(health)); }));
		const fingerprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
		const open = (pinned: string | null): HttpEndpoint => new HttpEndpoint({ url: `https://127.0.0.1:${port}`, fingerprint: pinned, token: 'secret' });
		expect(await open(fingerprint).health()).toEqual(health);
		await expect(open('00'.repeat(32)).health()).rejects.toMatchObject({ code: 'ENDPOINT_CERTIFICATE' });
		await expect(open(null).health()).rejects.toMatchObject({ code: 'ENDPOINT_CERTIFICATE' });
		expect(requests).toEqual(['Bearer secret']);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
