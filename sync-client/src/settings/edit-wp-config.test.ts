import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { configWithDefinitionsFirst, editWpConfig, newWpConfig, type WantedConfig } from './edit-wp-config.ts';

const constants = { DB_NAME: 'new', DB_USER: 'me', DB_PASSWORD: `it's a \\ "€"`, DB_HOST: '[::1]:3307' };
const wanted: WantedConfig = { constants, tablePrefix: null, ifThere: {} };
const edit = (source: string, more: Partial<WantedConfig> = {}, readFile: (path: string) => string | null = () => null) =>
	editWpConfig(source, { ...wanted, ...more }, { path: '/site/wp-config.php', env: {}, readFile });
const plain = `<?php
/* Grüße: DB_NAME */ define( 'DB_NAME', 'old' ); define("DB_USER", "old" );
define('DB_PASSWORD','old\\'s' ); // define( 'DB_HOST', 'not this' );
const DB_HOST = 'localhost';
define( 'WP_HOME', 'https://old.example' );
$table_prefix = 'wp_';
define( 'AUTH_KEY', "quo'te" );
require_once ABSPATH . 'wp-settings.php';
`;

/** What PHP itself makes of it. */
function byPhp(text: string): Record<string, string> {
	const code = text.replace(/require_once.*\n/, '') + `\necho json_encode( array( DB_NAME, DB_USER, DB_PASSWORD, DB_HOST, $table_prefix ) );`;
	const [DB_NAME, DB_USER, DB_PASSWORD, DB_HOST, prefix] = JSON.parse(execFileSync('php', ['-d', 'error_reporting=0', '-r', code.replace(/^<\?php/, '')], { encoding: 'utf8' })) as string[];
	return { DB_NAME: DB_NAME!, DB_USER: DB_USER!, DB_PASSWORD: DB_PASSWORD!, DB_HOST: DB_HOST!, prefix: prefix! };
}

describe('editing wp-config.php', () => {
	test('replaces the four values and nothing else, byte by byte; PHP reads them', () => {
		const source = Buffer.from(plain).toString('latin1');
		const { text, changed, why } = edit(source);
		expect(why).toEqual([]);
		expect(changed.sort()).toEqual(['DB_HOST', 'DB_NAME', 'DB_PASSWORD', 'DB_USER']);
		const bytes = Buffer.from(text!, 'latin1').toString('utf8');
		expect(byPhp(bytes)).toEqual({ ...constants, prefix: 'wp_' });
		const back = bytes.replace("'new'", "'old'").replace("'me'", '"old"').replace(`'it\\'s a \\\\ "€"'`, `'old\\'s'`).replace("'[::1]:3307'", "'localhost'");
		expect(back).toBe(plain);
	});

	test('gives $table_prefix and the addresses other values where they are literals', () => {
		const { text, changed, notLiteral } = edit(`${plain.slice(0, -1)}\ndefine( 'WP_SITEURL', WP_HOME . '/wp' );`, {
			tablePrefix: 'new_', ifThere: { WP_HOME: (value) => value.replace('old', 'new'), WP_SITEURL: () => 'x' },
		});
		expect(text).toContain("$table_prefix = 'new_';");
		expect(text).toContain("define( 'WP_HOME', 'https://new.example' );");
		expect(changed).toContain('WP_HOME');
		expect(notLiteral).toEqual(['WP_SITEURL']);
	});

	test.each([
		['computed', plain.replace("'old' )", "getenv( 'NAME' ) )"), 'DB_NAME', /computed \(line 2\)/],
		['not in this file', plain.replace(/const DB_HOST.*\n/, ''), 'DB_HOST', /not set/],
		['set elsewhere first', plain.replace('<?php', "<?php\nrequire __DIR__ . '/local.php';"), 'DB_NAME', /set elsewhere/],
	])('leaves a file alone whose value is %s, and says why; with the definitions first it is right', (_, source, name, why) => {
		const edited = edit(source, {}, (path) => (path === '/site/local.php' ? "<?php define( 'DB_NAME', 'local' );" : null));
		expect(edited.text).toBeNull();
		expect(edited.why).toContainEqual({ name, why: expect.stringMatching(why) as unknown as string });
		const beside = Buffer.from(configWithDefinitionsFirst(source, constants), 'latin1').toString('utf8').replace(/const DB_HOST.*\n|require __DIR__.*\n/g, '');
		expect(byPhp(beside)).toMatchObject(constants);
	});

	test('what is no PHP is refused', () => {
		expect(() => edit('<?php define( ')).toThrow(expect.objectContaining({ code: 'SETTINGS_UNREADABLE' }));
	});

	test('a new one is read by PHP', () => {
		const text = Buffer.from(newWpConfig(constants, 'x_', { AUTH_KEY: 'salt' }), 'latin1').toString('utf8');
		expect(byPhp(text)).toEqual({ ...constants, prefix: 'x_' });
	});
});
