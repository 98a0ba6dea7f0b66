import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createEndpoint } from '../endpoint.ts';
import { CommandError } from '../commandErrors.ts';
import { defaultLimits } from '../limits.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { DataDirectory, Host } from '../ports/dataDirectory.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { Admission } from '../http/admission.ts';
import { readIn } from '../store/readIn.ts';
import { setMissingReaders } from '../store/reader.ts';
import { version } from '../version.ts';
import { isLoopback, parseListen } from './listen.ts';
import type { Printer } from './print.ts';

export interface ServeOptions {
	readonly data: string;
	readonly listen: string;
	readonly publicUrl?: string;
	readonly tlsCert?: string;
	readonly tlsKey?: string;
	readonly allowPlainHttp?: boolean;
	readonly newMasterKey?: boolean;
	readonly freeBytesMin?: string;
}

/**
 * Runs the endpoint until SIGTERM or SIGINT, then lets requests finish.
 *
 *     lock ─> objects ─> catalog ─> read in what the catalog lacks ─> master key ─> listen ─> … ─> close in reverse
 */
export async function serve(options: ServeOptions, print: Printer, machine: Host): Promise<void> {
	const { host, port } = parseListen(options.listen);
	const tls = await readTls(options);
	if (tls === null && !isLoopback(host) && options.allowPlainHttp !== true)
		throw new CommandError('PLAIN_HTTP_REFUSED', options.listen);
	const freeBytesMin = parseBytes(options.freeBytesMin);
	/* Standard output is for results; the log goes to standard error. */
	const logger = pino({ name: 'holdfast-endpoint' }, pino.destination({ dest: 2, sync: true }));

	const data = await machine.prepareData(options.data);
	const held = data.lock();
	try {
		const objects = await data.openObjects({ clean: true });
		const catalog = await currentCatalog(data, objects);
		const report = await readIn({ objects, catalog });
		for (const damage of report.damaged) logger.error(damage, 'a stored object is damaged; see holdfast-endpoint check');
		/* Where sites were paired under a key that is gone, a new one would hide that their downloads do not work any more. */
		const vault = await data.openVault({ mayMake: report.sites === 0 || options.newMasterKey === true });
		const admission = new Admission(data.space, { ...defaultLimits, freeBytesMin });
		/* A full disk must not keep the endpoint from reading. */
		await setMissingReaders({ objects, catalog, admission }, vault).catch((error: unknown) => logger.warn({ err: error }, 'reading tokens could not be stored'));
		const http = createEndpoint({
			objects,
			catalog,
			vault,
			space: data.space,
			limits: { freeBytesMin },
			identity: { version, machine: await machine.machineIdHash() },
			logger,
			...(tls === null ? {} : { tls }),
		});
		await http.listen({ host, port }).catch((error: unknown) => {
			throw new CommandError('LISTEN_FAILED', error instanceof Error ? error.message : options.listen, error);
		});
		const url = options.publicUrl ?? urlOf(http, host, tls !== null);
		const fingerprint = tls?.fingerprint ?? null;
		await data.writeServerAddress({ url, fingerprint });
		const { sites, commits, packs, damaged } = report;
		print.result(
			{ event: 'listening', url, fingerprint, pid: process.pid, data: data.root, sites, readIn: { commits, packs }, damaged },
			[
				`Holdfast endpoint ${version} at ${url}`,
				`Data: ${data.root} (${sites} ${sites === 1 ? 'site' : 'sites'})`,
				...(damaged.length > 0 ? [`${damaged.length} damaged objects: run holdfast-endpoint check --data ${data.root}`] : []),
				`To connect a site: holdfast-endpoint pair --data ${data.root}`,
			],
		);
		await stopped(http);
		await catalog.close();
		await objects.close();
	} finally {
		held.release();
	}
}

/** The catalog, made anew where it was made by another version. */
async function currentCatalog(data: DataDirectory, objects: ObjectStore): Promise<Catalog> {
	const catalog = data.openCatalog();
	if (catalog !== null) return catalog;
	await data.rebuildCatalog(async (fresh) => {
		await readIn({ objects, catalog: fresh });
	});
	const rebuilt = data.openCatalog();
	if (rebuilt === null) throw new CommandError('CATALOG_UNUSABLE');
	return rebuilt;
}

/** Waits for the signal, then until requests are through or `stopMsMax` is over. */
async function stopped(http: FastifyInstance): Promise<void> {
	await new Promise<void>((resolve) => {
		process.once('SIGTERM', () => resolve());
		process.once('SIGINT', () => resolve());
	});
	const deadline = setTimeout(() => http.server.closeAllConnections(), defaultLimits.stopMsMax);
	await http.close();
	clearTimeout(deadline);
}

function urlOf(http: FastifyInstance, host: string, isTls: boolean): string {
	const { port, family, address } = http.server.address() as AddressInfo;
	const wildcard = address === '0.0.0.0' || address === '::';
	const name = wildcard ? hostname() : host === 'localhost' ? host : family === 'IPv6' ? `[${address}]` : address;
	return `${isTls ? 'https' : 'http'}://${name}:${port}`;
}

async function readTls({ tlsCert, tlsKey }: ServeOptions): Promise<{ cert: string; key: string; fingerprint: string } | null> {
	if (tlsCert === undefined && tlsKey === undefined) return null;
	if (tlsCert === undefined || tlsKey === undefined)
		throw new CommandError('TLS_UNUSABLE', 'Both --tls-cert and --tls-key are needed.');
	try {
		const [cert, key] = await Promise.all([readFile(tlsCert, 'utf8'), readFile(tlsKey, 'utf8')]);
		const certificate = new X509Certificate(cert);
		if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not belong to the certificate');
		return { cert, key, fingerprint: createHash('sha256').update(certificate.raw).digest('hex') };
	} catch (error) {
		throw new CommandError('TLS_UNUSABLE', error instanceof Error ? error.message : '', error);
	}
}

function parseBytes(text: string | undefined): number {
	if (text === undefined) return defaultLimits.freeBytesMin;
	if (!/^\d{1,15}$/.test(text)) throw new CommandError('USAGE', '--free-bytes-min is a number of bytes.');
	return Number(text);
}
