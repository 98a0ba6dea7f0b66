import { randomBytes } from 'node:crypto';
import { type SiteId, encodePairingCode } from '@holdfast/protocol';
import { CommandError } from '../commandErrors.ts';
import type { Host, ServerAddress } from '../ports/dataDirectory.ts';
import { makeSecret } from '../store/makeSecret.ts';
import type { Printer } from './print.ts';

export interface PairOptions {
	readonly data: string;
	readonly site?: string;
	readonly url?: string;
	readonly fingerprint?: string;
}

/**
 * Makes a pairing code. Works while the server runs and while it does not: the secret goes as an object into the
 * store and as a row into the catalog, which SQLite lets two processes write in turn.
 */
export async function pair(options: PairOptions, print: Printer, machine: Host): Promise<void> {
	const data = await machine.requireData(options.data);
	const address = addressOf(options, await data.readServerAddress());
	const objects = await data.openObjects({ clean: false });
	const catalog = await data.openCatalogIfThere();
	if (catalog === null)
		throw new CommandError('CATALOG_UNUSABLE', 'Start the server once, so that it makes a catalog of this version.');
	try {
		const siteId = options.site === undefined ? null : (options.site as SiteId);
		const site = siteId === null ? null : await catalog.site(siteId);
		if (siteId !== null && site === null) throw new CommandError('SITE_UNKNOWN', options.site);
		const secret = randomBytes(16);
		const { expiresAt } = await makeSecret({ objects, catalog, now: Date.now }, secret, siteId);
		const fingerprint = address.fingerprint === null ? {} : { fingerprint: Buffer.from(address.fingerprint, 'hex') };
		const code = encodePairingCode({ url: address.url, ...fingerprint, secret });
		print.result({ code, url: address.url, fingerprint: address.fingerprint, site: siteId, expiresAt }, [
			code,
			'',
			site === null
				? `Paste it on the Holdfast page of the site, within 24 hours. The site must reach ${address.url}`
				: `With it another writer takes over the backup of ${site.home}; the one before can then neither write nor read.`,
		]);
	} finally {
		await catalog.close();
		await objects.close();
	}
}

function addressOf({ url, fingerprint }: PairOptions, recorded: ServerAddress | null): ServerAddress {
	if (fingerprint !== undefined && !/^[0-9a-f]{64}$/.test(fingerprint))
		throw new CommandError('USAGE', '--fingerprint is the SHA-256 of the certificate, 64 hex digits.');
	if (url === undefined) {
		if (recorded === null) throw new CommandError('ADDRESS_UNKNOWN');
		return { ...recorded, fingerprint: fingerprint ?? recorded.fingerprint };
	}
	if (!/^https?:\/\/\S+$/.test(url) || !URL.canParse(url)) throw new CommandError('USAGE', '--url is an http or https address.');
	/* Another address may be a proxy with a certificate of its own. */
	return { url, fingerprint: fingerprint ?? (recorded?.url === url ? recorded.fingerprint : null) };
}
