import { mkdtemp, mkdir, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectInfos } from './connect-options.ts';
import { addressesOf, parseDbHost } from './db-host.ts';
import { findWpConfig } from './find-wp-config.ts';
import { resolveSettings, settingsFromFile } from './resolve-settings.ts';
import { checkSiteFile, settingsFromWordPress, type SiteFile } from './site-file.ts';
import { divideTables } from './table-scope.ts';
import { parseWpConfig } from './wp-config.ts';

const parse = (body: string, env: Record<string, string> = {}, files: Record<string, string> = {}) =>
	parseWpConfig(`<?php\n${body}`, { path: '/srv/www/site/wp-config.php', env, readFile: (path) => files[path] ?? null });
const value = (expression: string, env: Record<string, string> = {}) =>
	parse(`define('X', ${expression});`, env).constants.get('X');

test.each([
	['localhost', ['localhost', null, null, false]],
	['127.0.0.1:3307', ['127.0.0.1', 3307, null, false]],
	['localhost:/run/mysqld/mysqld.sock', ['localhost', null, '/run/mysqld/mysqld.sock', false]],
	['db:3306:/tmp/x.sock', ['db', 3306, '/tmp/x.sock', false]],
	['[::1]:3308', ['::1', 3308, null, true]],
	['::1', ['::1', null, null, true]],
	['[fe80::1]', ['fe80::1', null, null, true]],
	['::1:/tmp/s.sock', ['::1', null, '/tmp/s.sock', true]],
	[':/tmp/s.sock', ['', null, '/tmp/s.sock', false]],
	['', ['', null, null, false]],
	['db.example:', ['db.example', null, null, false]],
])('DB_HOST %s', (given, expected) => {
	const parsed = parseDbHost(given)!;
	expect([parsed.host, parsed.port, parsed.socket, parsed.isIpv6]).toEqual(expected);
});

test('localhost is a socket, never TCP; another host is TCP even beside a socket', () => {
	expect(addressesOf('localhost:/a/b.sock')).toEqual([{ socketPath: '/a/b.sock' }]);
	expect(addressesOf('localhost:3307', { phpSocket: '/php.sock' })[0]).toEqual({ socketPath: '/php.sock' });
	expect(addressesOf('').map((address) => address.socketPath)).toContain('/run/mysqld/mysqld.sock');
	expect(addressesOf('10.0.0.1:/a.sock')).toEqual([{ host: '10.0.0.1', port: 3306 }]);
	expect(addressesOf('localhost', { override: '/mine.sock' })).toEqual([{ socketPath: '/mine.sock' }]);
});

test.each([
	[`'a' . "b" . 1`, 'ab1'],
	[`__DIR__ . '/x'`, '/srv/www/site/x'],
	[`dirname(__FILE__)`, '/srv/www/site'],
	[`dirname(__DIR__, 2) . '/c'`, '/srv/c'],
	[`getenv('NOPE') ?: 'default'`, 'default'],
	[`$_ENV['DB'] ?? 'd'`, 'from env'],
	[`getenv('DB')`, 'from env'],
	[`isset($_SERVER['DB']) ? $_SERVER['DB'] : 'no'`, 'from env'],
	[`true ? 'y' : 'n'`, 'y'],
	[`!empty(getenv('NOPE')) ? 1 : 2`, 2],
	[`defined('ABSPATH') ? 1 : 0`, 0],
	[`"in {$nothing}"`, undefined],
	[`strtoupper('a')`, undefined],
	[`$_SERVER['HTTP_HOST'] ?? 'cli'`, undefined],
	[`0644`, 420],
	[`MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_COMPRESS`, 2080],
	[`'it\\'s \\\\ $x'`, "it's \\ $x"],
	[`<<<'E'\nraw $x\nE`, 'raw $x'],
])('define %s', (expression, expected) => expect(value(expression, { DB: 'from env' })).toBe(expected));

test('a usual wp-config.php', () => {
	const config = parse(`
    define( 'DB_NAME', 'wp' ); define("DB_USER", "u"); define('DB_PASSWORD', 'p\\'w$1'); define('DB_HOST', 'localhost');
    if ( ! defined( 'DB_CHARSET' ) ) { define( 'DB_CHARSET', 'utf8mb4' ); } else { define('NEVER', 1); }
    defined('DB_COLLATE') || define('DB_COLLATE', '');
    const WP_CACHE = true;
    $base = '/srv/data'; $base .= '/wp'; define('WP_CONTENT_DIR', "$base/content"); define('UPLOADS', 'files');
    $table_prefix = 'wp_';
    if ( ! defined( 'ABSPATH' ) ) { define( 'ABSPATH', __DIR__ . '/' ); }
    require_once ABSPATH . 'wp-settings.php';
    define('DB_NAME_AFTER', 'never');`);
	expect(config.notUnderstood).toEqual([]);
	expect(config.constants.has('NEVER')).toBe(false);
	expect(config.constants.has('DB_NAME_AFTER')).toBe(false);
	const settings = settingsFromFile(config, '/srv/www/site/');
	expect(settings).toMatchObject({
		prefix: 'wp_',
		db: { name: 'wp', user: 'u', password: "p'w$1", host: 'localhost', charset: 'utf8mb4' },
		dirs: {
			abspath: '/srv/www/site',
			content: '/srv/data/wp/content',
			plugins: '/srv/data/wp/content/plugins',
			uploads: '/srv/www/site/files',
		},
	});
});

test("the official Docker image's file, with a secret from a file", () => {
	const config = parse(
		`
    if (!function_exists('getenv_docker')) {
      function getenv_docker($env, $default) { if ($fileEnv = getenv($env . '_FILE')) { return rtrim(file_get_contents($fileEnv), "\\r\\n"); } else if (($val = getenv($env)) !== false) { return $val; } else { return $default; } }
    }
    define( 'DB_NAME', getenv_docker('WORDPRESS_DB_NAME', 'wordpress') );
    define( 'DB_PASSWORD', getenv_docker('WORDPRESS_DB_PASSWORD', 'example') );
    $table_prefix = getenv_docker('WORDPRESS_TABLE_PREFIX', 'wp_');
    if (isset($_SERVER['HTTP_X_FORWARDED_PROTO']) && strpos($_SERVER['HTTP_X_FORWARDED_PROTO'], 'https') !== false) { $_SERVER['HTTPS'] = 'on'; }
    if ($configExtra = getenv_docker('WORDPRESS_CONFIG_EXTRA', '')) { eval($configExtra); }`,
		{ WORDPRESS_DB_PASSWORD_FILE: '/run/secrets/db' },
		{ '/run/secrets/db': 'secret\n' },
	);
	expect(config.constants.get('DB_NAME')).toBe('wordpress');
	expect(config.constants.get('DB_PASSWORD')).toBe('secret');
	expect(config.tablePrefix).toBe('wp_');
	expect(config.notUnderstood).toEqual([]);
	expect(config.missingEnv).toContain('WORDPRESS_DB_NAME');
});

test('what is not understood is named, not guessed', () => {
	const config = parse(`
    if ($_SERVER['HTTP_HOST'] === 'a.example') { define('DB_NAME', 'a'); $table_prefix = 'a_'; } else { define('DB_NAME', 'b'); }
    define('DB_USER', secret_manager('user')); include '/etc/wp/local.php'; define('DB_HOST', 'h'); define('DB_PASSWORD', '');`);
	expect(config.notUnderstood.map((one) => one.name)).toEqual(['DB_NAME', '$table_prefix', 'DB_USER', 'include']);
	expect(config.notUnderstood[2]).toMatchObject({ why: 'secret_manager()', line: 4 });
	expect(() => settingsFromFile(config, '/srv')).toThrow(/DB_NAME, DB_USER, \$table_prefix/);
});

test('an included file counts, with its own __DIR__', () => {
	const config = parse(
		`if (file_exists(__DIR__ . '/local.php')) { require __DIR__ . '/local.php'; } define('DB_NAME', 'late');`,
		{},
		{ '/srv/www/site/local.php': `<?php define('DB_NAME', 'early'); define('WHERE', __FILE__);` },
	);
	expect(config.constants.get('DB_NAME')).toBe('early');
	expect(config.constants.get('WHERE')).toBe('/srv/www/site/local.php');
});

test('broken PHP is an error with a name', () =>
	expect(() => parse('define(')).toThrow(expect.objectContaining({ code: 'SETTINGS_UNREADABLE' })));

test('wp-config.php in ABSPATH, above it, or above it in another WordPress', async () => {
	const root = await mkdtemp(join(tmpdir(), 'holdfast-'));
	const site = join(root, 'site');
	await mkdir(site);
	expect(await findWpConfig(site)).toBeNull();
	await writeFile(join(root, 'wp-config.php'), '');
	expect(await findWpConfig(`${site}/`)).toBe(join(root, 'wp-config.php'));
	await writeFile(join(root, 'wp-settings.php'), '');
	expect(await findWpConfig(site)).toBeNull();
	await writeFile(join(site, 'wp-config.php'), '');
	expect(await findWpConfig(site)).toBe(join(site, 'wp-config.php'));
	await rm(root, { recursive: true });
});

test('handed-over settings win; a refused login takes the file; differences are listed without passwords', () => {
	const file = settingsFromFile(
		parse(
			`define('DB_NAME','f'); define('DB_USER','u'); define('DB_PASSWORD','new'); define('DB_HOST','h'); $table_prefix='wp_';`,
		),
		'/srv',
	);
	const told: SiteFile = {
		v: 1, plugin: '0.1.0', abspath: `${file.dirs.abspath}/`, home: 'http://h', siteurl: 'http://h', prefix: file.prefix,
		db: { host: file.db.host, name: file.db.name, user: file.db.user, password: 'old', charset: file.db.charset, collate: file.db.collate, flags: 2048 },
		roots: {
			root: file.dirs.abspath, content: file.dirs.content, plugins: file.dirs.plugins, 'mu-plugins': file.dirs.muPlugins,
			themes: file.dirs.themes, uploads: file.dirs.uploads, languages: file.dirs.languages,
		},
		wordpress: { version: '7.1', locale: 'en_US' }, php: { version: '8.2', sapi: 'fpm-fcgi' },
		customTables: { users: file.customUserTable, usermeta: file.customUserMetaTable }, multisite: false, timezone: 'UTC',
	};
	const handed = settingsFromWordPress(checkSiteFile(told));
	expect(resolveSettings(handed, file)).toMatchObject({
		source: 'wordpress',
		differences: [{ name: 'DB_PASSWORD', fromWordPress: '(set)' }, { name: 'MYSQL_CLIENT_FLAGS' }],
	});
	expect(resolveSettings(handed, file, true).settings.db.password).toBe('new');
	expect(connectInfos(handed)[0]).toMatchObject({ host: 'h', port: 3306, tls: true, compress: false });
	expect(() => checkSiteFile({ v: 1 })).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
	expect(() => checkSiteFile({ ...told, db: { ...told.db, password: 7 } })).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
});

test('a longer prefix with its own options and users is another site', () => {
	const names = [
		'wp_options',
		'wp_users',
		'wp_posts',
		'wp_2_options',
		'wp_2_posts',
		'wp_shop_options',
		'wp_shop_users',
		'wp_shop_x',
		'wp_shopping',
		'wpXposts',
		'other',
		'WP_big',
		'wp_shop_b_options',
		'wp_shop_b_users',
		'members',
	];
	const divided = divideTables({ prefix: 'wp_', shared: ['members'] }, names, false);
	expect(divided.own).toEqual(['wp_options', 'wp_users', 'wp_posts', 'wp_2_options', 'wp_2_posts', 'wp_shopping']);
	expect(divided.shared).toEqual(['members']);
	expect(divided.neighbours).toEqual([
		{ prefix: 'wp_shop_', tables: ['wp_shop_options', 'wp_shop_users', 'wp_shop_x'] },
		{ prefix: 'wp_shop_b_', tables: ['wp_shop_b_options', 'wp_shop_b_users'] },
	]);
	expect(divideTables({ prefix: 'wp_' }, names, true).own).toContain('WP_big');
	expect(divideTables({ prefix: 'wp_shop_' }, names, false).own).toEqual(['wp_shop_options', 'wp_shop_users', 'wp_shop_x']);
});

test('a prefix that is another site’s and a letter: what can be read both ways stays with whom WordPress or a twin says', () => {
	const ours = ['wp_options', 'wp_users', 'wp_posts', 'wp_comments', 'wp_commentmeta', 'wp_cart'];
	const theirs = ['wp_coptions', 'wp_cusers', 'wp_cposts', 'wp_ccomments', 'wp_ccommentmeta', 'wp_ccart', 'wp_customs'];
	const divided = divideTables({ prefix: 'wp_' }, [...theirs, ...ours], false);
	expect(divided.own).toEqual(ours);
	expect(divided.neighbours).toEqual([{ prefix: 'wp_c', tables: theirs }]);
	expect(divideTables({ prefix: 'wp_c' }, [...theirs, ...ours], false).own).toEqual(expect.arrayContaining(theirs));
});
