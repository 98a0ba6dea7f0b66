import type { MariaDbAddress } from '../services/mariadb.ts';
import type { SiteDatabase } from './site.ts';

export interface DatabaseNames {
	readonly name: string;
	readonly password: string;
	readonly prefix: string;
}

/** The statements that make an empty database and a user who may do everything in it and nothing elsewhere. */
export function createDatabase({ name, password }: DatabaseNames): string {
	return [
		`DROP DATABASE IF EXISTS \`${name}\`;`,
		`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
		`CREATE OR REPLACE USER '${name}'@'localhost' IDENTIFIED BY '${password}';`,
		`CREATE OR REPLACE USER '${name}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
		// The name may hold an underscore, which is a wildcard in GRANT.
		`GRANT ALL ON \`${name.replaceAll('_', '\\_')}\`.* TO '${name}'@'localhost';`,
		`GRANT ALL ON \`${name.replaceAll('_', '\\_')}\`.* TO '${name}'@'127.0.0.1';`,
		'',
	].join('\n');
}

export function dropDatabase(name: string): string {
	return `DROP DATABASE IF EXISTS \`${name}\`; DROP USER IF EXISTS '${name}'@'localhost'; DROP USER IF EXISTS '${name}'@'127.0.0.1';`;
}

export function siteDatabase({ host, port, socket }: MariaDbAddress, { name, password, prefix }: DatabaseNames): SiteDatabase {
	return { host, port, socket, user: name, password, name, prefix };
}
