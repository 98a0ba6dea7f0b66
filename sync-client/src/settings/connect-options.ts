/** From a site's settings to ways to reach its database. Pure. */
import { addressesOf } from './db-host.ts';
import type { SiteSettings } from './site-settings.ts';

const clientCompress = 32;
const clientTls = 2048;

/** One way to reach the database and log in. */
export interface ConnectInfo {
	socketPath?: string;
	host?: string;
	port?: number;
	user: string;
	password: string;
	database: string;
	tls: boolean;
	compress: boolean;
}

/** @param socketOverride HOLDFAST_DB_SOCKET, where the admin set it. */
export function connectInfos(settings: SiteSettings, socketOverride?: string | null): ConnectInfo[] {
	const { db } = settings;
	return addressesOf(db.host, { phpSocket: db.socket, override: socketOverride ?? null }).map((address) => ({
		...address,
		user: db.user,
		password: db.password,
		database: db.name,
		tls: (db.clientFlags & clientTls) !== 0,
		compress: (db.clientFlags & clientCompress) !== 0,
	}));
}
