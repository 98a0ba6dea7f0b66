/** DB_HOST as WordPress and PHP understand it. Pure. */

export interface DbHost {
	host: string;
	port: number | null;
	socket: string | null;
	isIpv6: boolean;
}

/** The same answer as wpdb::parse_db_host(), null where that returns false. */
export function parseDbHost(given: string): DbHost | null {
	let host = given;
	let socket: string | null = null;
	const socketAt = host.indexOf(':/');
	if (socketAt >= 0) {
		socket = host.slice(socketAt + 1);
		host = host.slice(0, socketAt);
	}
	const isIpv6 = host.split(':').length - 1 > 1;
	const pattern = isIpv6 ? /^(?:\[)?(?<host>[0-9a-fA-F:]+)(?:\]:(?<port>\d+))?/ : /^(?<host>[^:/]*)(?::(?<port>\d+))?/;
	const match = pattern.exec(host);
	if (match === null) return null;
	const { host: name, port } = match.groups as { host?: string; port?: string };
	return {
		host: name === undefined || name === '0' ? '' : name, // PHP's empty()
		port: port === undefined || port === '0' ? null : Number(port),
		socket,
		isIpv6,
	};
}

export interface DbAddress {
	socketPath?: string;
	host?: string;
	port?: number;
}

/** Where distributions put the socket that PHP's mysqli.default_socket names. */
const wellKnownSockets = [
	'/run/mysqld/mysqld.sock',
	'/var/run/mysqld/mysqld.sock',
	'/var/lib/mysql/mysql.sock',
	'/tmp/mysql.sock',
	'/run/mysql/mysql.sock',
	'/var/mysql/mysql.sock',
];

/**
 * Addresses to try in order. PHP takes the host `localhost` (or none) as its default socket and never as TCP; with any other host it ignores a socket.
 * @param phpSocket mysqli.default_socket as PHP has it, where it is known. @param override the setting of the admin: tried alone.
 */
export function addressesOf(dbHost: string, known: { phpSocket?: string | null; override?: string | null } = {}): DbAddress[] {
	if (known.override) return [{ socketPath: known.override }];
	const parsed = parseDbHost(dbHost) ?? { host: dbHost, port: null, socket: null, isIpv6: false };
	if (parsed.host !== '' && parsed.host.toLowerCase() !== 'localhost') return [{ host: parsed.host, port: parsed.port ?? 3306 }];
	if (parsed.socket !== null) return [{ socketPath: parsed.socket }];
	const sockets = [known.phpSocket ?? '', ...wellKnownSockets].filter((path) => path !== '');
	return [...new Set(sockets)].map((socketPath) => ({ socketPath }));
}
