import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectInfos } from '../../settings/connect-options.ts';
import { settingsFromFile } from '../../settings/resolve-settings.ts';
import { parseWpConfig } from '../../settings/wp-config.ts';
import { MysqlDatabase } from './database.ts';
import { TestServer } from './testing/server.ts';

/* DB_HOST with IPv6, and a server that wants TLS, as wp-config.php says them. */

const hasIpv6 = existsSync('/proc/net/if_inet6') && readFileSync('/proc/net/if_inet6', 'utf8').includes('00000000000000000000000000000001');
const host = hasIpv6 ? '::1' : '127.0.0.1';
const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
let server: TestServer;
let port: number;
let name: string;
beforeAll(async () => {
	port = await new Promise<number>((resolve) => {
		const probe = createServer().listen(0, host, () => {
			const { port: free } = probe.address() as AddressInfo;
			probe.close(() => resolve(free));
		});
	});
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=db', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
	execFileSync('chmod', ['-R', 'a+rX', folder]);
	server = await TestServer.start([`--bind-address=${host}`, `--port=${port}`, `--ssl-cert=${join(folder, 'cert.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`, '--skip-name-resolve']);
	name = await server.database();
	await server.client(`CREATE USER 'tls'@'%' IDENTIFIED BY 'secret' REQUIRE SSL; GRANT ALL ON ${name}.* TO 'tls'@'%';`);
}, 120_000);
afterAll(async () => {
	await server?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const settings = (flags: string) => {
	const dbHost = hasIpv6 ? `[::1]:${port}` : `127.0.0.1:${port}`;
	const source = `<?php define( 'DB_HOST', '${dbHost}' ); define( 'DB_NAME', '${name}' ); define( 'DB_USER', 'tls' ); define( 'DB_PASSWORD', 'secret' ); ${flags} $table_prefix = 'wp_';`;
	return settingsFromFile(parseWpConfig(source, { path: '/site/wp-config.php', env: {} }), '/site');
};

test('an address of IPv6 and TLS by MYSQL_CLIENT_FLAGS are followed', async () => {
	const ways = connectInfos(settings("define( 'MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL );"));
	expect(ways).toMatchObject([{ host, port, tls: true }]);
	const database = await MysqlDatabase.connect(ways);
	try {
		expect(await database.identity()).toMatchObject({ database: name });
		expect(await server.client("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'tls'")).toMatch(/^[1-9]/);
	} finally {
		await database.close();
	}
}, 60_000);

test('without it such a user is refused, and said so', async () => {
	await expect(MysqlDatabase.connect(connectInfos(settings('')))).rejects.toMatchObject({ code: 'DB_LOGIN_REFUSED' });
}, 60_000);
