import { expect, test } from '@jest/globals';
import { wpConfig } from './wp-config.ts';

const db = { host: '127.0.0.1', port: 3306, socket: '/run/db.sock', user: 'u', password: `it's a \\`, name: 'n', prefix: 'wp_' };

test('values are quoted for PHP', () => {
	expect(wpConfig(db, { blockExternal: true, cron: true })).toContain(`define( 'DB_PASSWORD', 'it\\'s a \\\\' );`);
});

test('cron and outside calls are switched off only when asked', () => {
	const open = wpConfig(db, { blockExternal: false, cron: true });
	expect(open).not.toMatch(/DISABLE_WP_CRON|WP_HTTP_BLOCK_EXTERNAL/);
	expect(wpConfig(db, { blockExternal: true, cron: false })).toMatch(/DISABLE_WP_CRON[^]*WP_HTTP_BLOCK_EXTERNAL/);
});
