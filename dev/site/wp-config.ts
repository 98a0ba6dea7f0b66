import { createHash } from 'node:crypto';
import type { SiteDatabase } from './site.ts';

const salts = [
	'AUTH_KEY',
	'SECURE_AUTH_KEY',
	'LOGGED_IN_KEY',
	'NONCE_KEY',
	'AUTH_SALT',
	'SECURE_AUTH_SALT',
	'LOGGED_IN_SALT',
	'NONCE_SALT',
];

export interface ConfigOptions {
	/** Without this, WordPress asks wordpress.org for updates, which takes many seconds where that cannot be reached. */
	readonly blockExternal: boolean;
	/** Tests decide themselves when cron runs. */
	readonly cron: boolean;
}

/** wp-config.php as hosts write it: plain constants. */
export function wpConfig(db: SiteDatabase, { blockExternal, cron }: ConfigOptions): string {
	const constants: Record<string, string | boolean> = {
		DB_NAME: db.name,
		DB_USER: db.user,
		DB_PASSWORD: db.password,
		DB_HOST: `localhost:${db.socket}`,
		DB_CHARSET: 'utf8mb4',
		DB_COLLATE: '',
		...Object.fromEntries(
			salts.map((name) => [name, createHash('sha256').update(`${name} ${db.name} ${db.password}`).digest('hex')]),
		),
		WP_DEBUG: false,
		// The Node that the project brings; a host has its own in one of the usual places.
		HOLDFAST_NODE: process.execPath,
		...(cron ? {} : { DISABLE_WP_CRON: true }),
		...(blockExternal
			? { WP_HTTP_BLOCK_EXTERNAL: true, WP_ACCESSIBLE_HOSTS: '127.0.0.1,localhost', AUTOMATIC_UPDATER_DISABLED: true }
			: {}),
	};
	const defines = Object.entries(constants).map(
		([name, value]) => `define( '${name}', ${typeof value === 'string' ? phpString(value) : String(value)} );`,
	);
	return `<?php
// Written by Holdfast's development site.

${defines.join('\n')}

$table_prefix = ${phpString(db.prefix)};

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
`;
}

const phpString = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
