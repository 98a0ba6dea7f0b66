import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeRecoveryKey, parseRootKey, parseSiteId, type ErrorView } from '@holdfast/protocol';
import { execa } from 'execa';
import { holdfast, untilAgentAnswers } from '../../dev/product/agent.ts';
import { activatePlugin, installPlugin } from '../../dev/product/plugin.ts';
import { addSite, removeSite } from '../../dev/services/nginx.ts';
import { freeSitePort } from '../../dev/services/ports.ts';
import { phpCode } from '../../dev/site/php.ts';
import { ensureOwnDir } from '../../dev/system/dev-user.ts';
import { coreFilesOf } from '../../sync-client/src/empty-server/core-release.ts';
import type { KeyCheck } from '../../sync-client/src/empty-server/key-check.ts';
import type { OntoResult } from '../../sync-client/src/empty-server/restore-onto.ts';
import { compareSnapshots, emptyServer, isBackedUp, makeProtectedSite, snapshotSite, type EmptyServer, type ProtectedSite, type Snapshot } from '../harness/index.ts';
import { sharedStack } from '../harness/running-stack.ts';

/** `links( $url )`: what stands in the option; the same code says what it should be under another address. */
const linksFunction = `function links( $url ) {
	$object = new stdClass();
	$object->link = $url . '/object';
	return array(
		'plain' => $url, 'path' => $url . '/über/?a=1', 'object' => $object, 'nested' => serialize( array( 'deep' => serialize( array( $url . '/deep' ) ) ) ),
		'json' => wp_json_encode( array( 'u' => $url . '/json', 'n' => 5 ) ), 'encoded' => 'x?to=' . rawurlencode( $url . '/e' ), 'relative' => preg_replace( '/^http:/', '', $url ) . '/r',
		'decoys' => array( 'http://127.0.0.1.example/', 'http://my127.0.0.1:1/', 'http://127.0.0.1:180801/', 'http://127.0.0.1/' ),
	);
}`;
const linksCode = `${linksFunction}
update_option( 'hf_links', links( $args[0] ) );
$GLOBALS['wpdb']->query( "ALTER TABLE {$GLOBALS['wpdb']->posts} AUTO_INCREMENT = 9000" );
wp_schedule_single_event( time() - 60, 'hf_due' );
wp_insert_post( array( 'post_title' => 'Linked', 'post_status' => 'publish', 'post_content' => '<a href="' . $args[0] . '/x">here</a>' ) );`;

let site: ProtectedSite;
let then: Snapshot;
let recoveryKey: string;
const servers: EmptyServer[] = [];
beforeAll(async () => {
	site = await makeProtectedSite();
	await site.sql(`
		CREATE TABLE wp_keyless (a int, b text); INSERT INTO wp_keyless VALUES (1, 'x'), (1, 'x'), (2, NULL);
		CREATE TRIGGER wp_shout BEFORE INSERT ON wp_keyless FOR EACH ROW SET NEW.b = CONCAT('inserted ', NEW.b);
		CREATE VIEW wp_titles AS SELECT ID, post_title FROM wp_posts;
	`);
	// Values in which the site's address stands in every form, and beside others that only look like it.
	await site.php(linksCode, [site.url]);
	await site.holdfast('sweep');
	await site.untilDurable();
	({ recoveryKey } = await keyOf(site));
	then = await snapshotSite(site, { files: isBackedUp });
}, 240_000);
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.forget()));
});
afterAll(async () => {
	await then?.forget();
	await site?.destroy();
});

/** The key as it was shown when the site was connected. */
async function keyOf({ state }: ProtectedSite): Promise<{ recoveryKey: string }> {
	const pairing = JSON.parse((await readFile(join(state, 'pairing.php'), 'utf8')).split('\n')[1]!) as { rootKey: string; siteId: string };
	return { recoveryKey: encodeRecoveryKey(parseRootKey(Buffer.from(pairing.rootKey, 'hex')), parseSiteId(pairing.siteId)) };
}

async function server(): Promise<EmptyServer> {
	const made = await emptyServer();
	servers.push(made);
	return made;
}

const keyFile = (on: EmptyServer, key = recoveryKey): Promise<string> => on.secretFile('key', `${key}\n`);
const core = (): string[] => ['--core', sharedStack().tree.root];

async function ask<Reply>(on: EmptyServer, args: readonly string[], env: Record<string, string> = {}): Promise<{ exitCode: number; reply: Reply; error: ErrorView }> {
	const { exitCode, stdout, stderr } = await on.holdfast([...args, '--json'], { env });
	if (stdout === '') { throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}`); }
	const reply = JSON.parse(stdout) as Reply & { error: ErrorView };
	return { exitCode, reply, error: reply.error };
}

/** wp-config.php has other values on purpose; core is looked at by itself. */
async function expectEqual(on: EmptyServer): Promise<void> {
	const now = await snapshotSite(on, { files: isBackedUp });
	try {
		const wanted = { differences: [], equal: true };
		// Of the views' and triggers' definers the name of the database's user is another.
		const comparison = await compareSnapshots(then, now, { autoIncrement: 'equal', ignoreFiles: (path) => path === 'wp-config.php' });
		const differences = comparison.differences.filter((one) => !/^(view|trigger) /.test(one));
		expect({ differences, equal: differences.length === 0 }).toEqual(wanted);
		expect([...now.schema.keys()].sort()).toEqual([...then.schema.keys()].sort());
	} finally {
		await now.forget();
	}
}

const isUntouched = async (on: EmptyServer): Promise<boolean> => !existsSync(on.root) && (await on.sql('SHOW TABLES')).length === 0;

describe('holdfast key check', () => {
	const siteId = (): string => readdirSync(join(site.endpoint.data, 'objects/sites'))[0]!;

	test('says beforehand which site a key opens, and up to when', async () => {
		const on = await server();
		const { exitCode, reply } = await ask<KeyCheck>(on, ['key', 'check', '--endpoint', site.endpoint.url, '--recovery-key-file', await keyFile(on)]);
		expect(exitCode).toBe(0);
		expect(reply).toMatchObject({ home: site.url, sealed: false, newest: { status: 'complete' } });
		expect(reply.points).toBe((await site.points()).length);
		expect(reply.newest!.seq).toBe((await site.points())[0]!.seq);
	});

	test.each([
		['a cut-off key', (key: string) => key.slice(0, 50), 'RECOVERY_KEY_INVALID', /cut off/],
		['a mistyped key', (key: string) => key.replace(/.$/, (last) => (last === '7' ? '8' : '7')), 'RECOVERY_KEY_INVALID', /mistyped/],
		['a pairing code', () => 'holdfast1_abcdef', 'RECOVERY_KEY_INVALID', /not the kind of code/],
		['a key of another site', () => encodeRecoveryKey(parseRootKey(Buffer.alloc(32, 7)), parseSiteId('ab'.repeat(16))), 'RECOVERY_KEY_UNKNOWN', /belongs to site abab.*no backup that it opens/],
		['a wrong key of this site', () => encodeRecoveryKey(parseRootKey(Buffer.alloc(32, 7)), parseSiteId(siteId())), 'RECOVERY_KEY_UNKNOWN', /no backup that it opens/],
	])('%s is refused, and said why', async (_, made, code, why) => {
		const on = await server();
		const { exitCode, error } = await ask(on, ['key', 'check', '--endpoint', site.endpoint.url, '--recovery-key-file', await keyFile(on, made(recoveryKey))]);
		expect({ exitCode, code: error.code }).toEqual({ exitCode: 9, code });
		expect(error.message).toMatch(why);
		expect(error.hint).not.toBe('');
	});

	test('an endpoint that is away is named', async () => {
		const on = await server();
		const { exitCode, error } = await ask(on, ['key', 'check', '--endpoint', 'http://127.0.0.1:9', '--recovery-key-file', await keyFile(on)]);
		expect({ exitCode, code: error.code }).toEqual({ exitCode: 1, code: 'ENDPOINT_UNREACHABLE' });
	});
});

describe('holdfast restore --to', () => {
	test('brings the site up from the endpoint and the key alone: every row, counter and file; nothing is appended, no trace stays', async () => {
		const on = await server();
		const head = (await site.status()).head;
		const { exitCode, reply } = await ask<OntoResult>(on, on.restoreArgs(site, await keyFile(on), ...core()));
		expect({ exitCode, differing: reply.differing }).toEqual({ exitCode: 0, differing: [] });
		expect(reply).toMatchObject({ equal: true, wentOn: false, held: null, rewritten: null, home: site.url, config: { how: 'edited' }, core: { from: 'folder' } });
		expect(reply.config.changed.sort()).toEqual(['DB_NAME', 'DB_PASSWORD', 'DB_USER']);
		await expectEqual(on);
		expect(readdirSync(on.root).filter((name) => name.startsWith('.holdfast'))).toEqual([]);
		const config = await readFile(join(on.root, 'wp-config.php'), 'utf8');
		const before = await readFile(join(site.root, 'wp-config.php'), 'utf8');
		expect(config).toBe(before.replaceAll(site.db.name, on.db.name).replace(`'${site.db.password}'`, `'${on.db.password}'`));
		expect(existsSync(join(on.root, 'wp-content/plugins/holdfast'))).toBe(false);
		for await (const path of coreFilesOf(sharedStack().tree.root)) { expect(existsSync(join(on.root, path))).toBe(true); }
		expect((await site.status()).head).toEqual(head);
		// Triggers work as they did, though their definer is the user of here.
		await on.sql("INSERT INTO wp_keyless VALUES (5, 'y')");
		expect(await on.sql('SELECT b FROM wp_keyless WHERE a = 5')).toEqual([['inserted y']]);
	});

	test('--dry-run looks and changes nothing; an older point is that point', async () => {
		const on = await server();
		const points = await site.points();
		const oldest = points.at(-1)!;
		const args = on.restoreArgs(site, await keyFile(on), ...core(), '--point', String(oldest.seq));
		expect(await ask(on, [...args, '--dry-run'])).toMatchObject({ exitCode: 0, reply: { point: { seq: oldest.seq }, prefix: 'wp_', goesOn: false } });
		expect(await isUntouched(on)).toBe(true);
		expect(await ask(on, args)).toMatchObject({ exitCode: 0, reply: { equal: true, point: { seq: oldest.seq } } });
		expect(await on.sql("SHOW TABLES LIKE 'wp_keyless'")).toEqual([]);
	});

	test('into a folder or a database that is not empty is refused, names what is there, and changes nothing', async () => {
		const on = await server();
		const key = await keyFile(on);
		await mkdir(ensureOwnDir(on.root), { recursive: true });
		await writeFile(join(on.root, 'index.html'), 'mine');
		expect(await ask(on, on.restoreArgs(site, key))).toMatchObject({ exitCode: 8, error: { code: 'RESTORE_TARGET_NOT_EMPTY', message: expect.stringContaining('index.html') as unknown, changed: 'Nothing on the site was changed.' } });
		expect([readdirSync(on.root), await on.sql('SHOW TABLES')]).toEqual([['index.html'], []]);

		const other = await server();
		await other.sql('CREATE TABLE mine (a int)');
		expect(await ask(other, other.restoreArgs(site, key))).toMatchObject({ exitCode: 8, error: { code: 'RESTORE_TARGET_NOT_EMPTY', message: expect.stringContaining('mine') as unknown } });
		expect([existsSync(other.root), await other.sql('SHOW TABLES')]).toEqual([false, [['mine']]]);
	});

	test.each([
		['a wrong password', ['--core', '/nowhere'], { HOLDFAST_DB_PASSWORD: 'wrong' }, 'DB_LOGIN_REFUSED', 1],
		['a point that is not there', ['--point', '99999'], {}, 'POINT_UNKNOWN', 1],
		['a folder that is no WordPress', ['--core', '/tmp'], {}, 'CORE_FOLDER_OTHER', 1],
	])('%s is refused before anything is done', async (_, more, env, code, exit) => {
		const on = await server();
		expect(await ask(on, on.restoreArgs(site, await keyFile(on), ...more), env as Record<string, string>)).toMatchObject({ exitCode: exit, error: { code, changed: 'Nothing on the site was changed.' } });
		expect([existsSync(on.root) ? readdirSync(on.root) : [], await on.sql('SHOW TABLES')]).toEqual([[], []]);
	});

	test('killed at any moment, the same command goes on and ends exact; another one is refused meanwhile', async () => {
		const on = await server();
		const args = on.restoreArgs(site, await keyFile(on), ...core());
		let wentOn = 0;
		let refused = false;
		for (let afterMs = 900; ; afterMs *= 1.3) {
			const abort = new AbortController();
			const ended = on.holdfast([...args, '--json'], { signal: abort.signal });
			const isThrough = await Promise.race([ended.then(() => true), sleep(afterMs).then(() => false)]);
			if (isThrough) {
				const end = await ended;
				expect(end.exitCode).toBe(0);
				expect(JSON.parse(end.stdout)).toMatchObject({ equal: true, wentOn: wentOn > 0 });
				break;
			}
			abort.abort();
			await ended;
			if (!existsSync(join(on.root, '.holdfast-restore.php'))) { continue; }
			wentOn++;
			if (!refused) {
				refused = true;
				expect(await ask(on, [...args, '--url', 'https://other.example'])).toMatchObject({ exitCode: 8, error: { code: 'RESTORE_TARGET_OTHER' } });
			}
		}
		expect(wentOn).toBeGreaterThan(1);
		await expectEqual(on);
		expect(readdirSync(on.root).filter((name) => name.startsWith('.holdfast'))).toEqual([]);
	}, 240_000);
});

describe('WordPress itself', () => {
	let web: Server;
	let damage: (path: string, content: Buffer) => Buffer = (_path, content) => content;
	const asked: string[] = [];
	beforeAll(async () => {
		const { root, version } = sharedStack().tree;
		const paths: string[] = [];
		for await (const path of coreFilesOf(root)) { paths.push(path); }
		const md5 = async (path: string): Promise<string> => createHash('md5').update(await readFile(join(root, path))).digest('hex');
		const checksums = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await md5(path)])));
		// As the release's archive is made: by tar, with a folder `wordpress` around it.
		const { stdout } = await execa('tar', ['-C', root, '--transform', 's,^,wordpress/,', '-cf', '-', ...paths], { encoding: 'buffer', maxBuffer: 1 << 28 });
		web = createServer((request, response) => {
			asked.push(request.url!);
			if (request.url!.startsWith('/core/checksums/1.0/')) { response.end(JSON.stringify({ checksums })); return; }
			if (request.url === `/release/wordpress-${version}.tar.gz`) { response.end(damage(request.url, gzipSync(Buffer.from(stdout), { level: 1 }))); return; }
			response.writeHead(404).end();
		}).listen(0, '127.0.0.1');
		await new Promise((resolve) => web.once('listening', resolve));
	});
	afterAll(() => { web?.close(); });
	const source = (): Record<string, string> => ({ HOLDFAST_CORE_SOURCE: `http://127.0.0.1:${(web.address() as AddressInfo).port}` });

	test('is fetched from its release, every file checked', async () => {
		const on = await server();
		const { exitCode, reply } = await ask<OntoResult>(on, on.restoreArgs(site, await keyFile(on)), source());
		expect({ exitCode, core: reply.core }).toMatchObject({ exitCode: 0, core: { from: 'release', why: null } });
		for await (const path of coreFilesOf(sharedStack().tree.root)) {
			expect({ path, same: (await readFile(join(on.root, path))).equals(await readFile(join(sharedStack().tree.root, path))) }).toEqual({ path, same: true });
		}
		expect(asked.some((url) => url.includes('locale='))).toBe(true);
		await expectEqual(on);
	}, 240_000);

	test.each([
		['damaged on the way', (content: Buffer) => Buffer.concat([content.subarray(0, 5_000), Buffer.alloc(200, 65), content.subarray(5_200)]), /damaged|checksum/],
		['cut off', (content: Buffer) => content.subarray(0, content.length - 50_000), /damaged|missing/],
	])('%s is not placed; everything else is, and the result says what to do', async (_, cut, why) => {
		damage = (_path, content) => cut(content);
		const on = await server();
		const { exitCode, reply } = await ask<OntoResult>(on, on.restoreArgs(site, await keyFile(on)), source());
		damage = (_path, content) => content;
		expect({ exitCode, core: reply.core.from, equal: reply.equal }).toEqual({ exitCode: 0, core: 'missing', equal: true });
		expect(reply.core.why).toMatch(why);
		expect(reply.notes.join('\n')).toMatch(/WordPress itself is missing.*copy its wp-admin, wp-includes/);
		expect(existsSync(join(on.root, 'wp-load.php'))).toBe(false);
		await expectEqual(on);
	}, 240_000);

	test('that cannot be reached is missing, and said', async () => {
		const on = await server();
		const { exitCode, reply } = await ask<OntoResult>(on, on.restoreArgs(site, await keyFile(on)), { HOLDFAST_CORE_SOURCE: 'http://127.0.0.1:9' });
		expect({ exitCode, core: reply.core.from }).toEqual({ exitCode: 0, core: 'missing' });
	});
});


describe('under another address and prefix', () => {
	test('the copy answers there, keeps every kind of data valid, holds jobs and mail until it is released, and is not the writer', async () => {
		const on = await emptyServer('copy_');
		servers.push(on);
		const { nginx, phpSocket, iniFile, tree } = sharedStack();
		const port = await freeSitePort();
		const url = `http://localhost:${port}`;
		const { exitCode, reply } = await ask<OntoResult>(on, on.restoreArgs(site, await keyFile(on), '--core', tree.root, '--url', url, '--prefix', 'copy_'));
		expect({ exitCode, notes: reply.rewritten?.notes }).toEqual({ exitCode: 0, notes: [] });
		expect(reply).toMatchObject({ equal: true, rewritten: { from: site.url, to: url, prefix: { from: 'wp_', to: 'copy_' } } });
		const counts = new Map(reply.rewritten!.tables.map(({ table, replaced }) => [table, replaced]));
		expect(counts.get('wp_options')).toBeGreaterThanOrEqual(9);
		expect(counts.get('wp_posts')).toBeGreaterThan(10);
		expect(await on.sql("SHOW TABLES LIKE 'wp\\_%'")).toEqual([]);
		for (const [table, column] of [['options', 'option_value'], ['posts', 'post_content'], ['posts', 'guid'], ['postmeta', 'meta_value']]) {
			const found = await on.sql(`SELECT ${column} FROM copy_${table} WHERE ${column} REGEXP '127[.]0[.]0[.]1:${site.port}([^0-9]|$)'`);
			expect(found).toEqual([]);
		}

		const place = { root: on.root, url, iniFile };
		const php = async (code: string, args: string[] = []): Promise<string> => await phpCode(place, code, args);
		expect(await php(`${linksFunction} echo serialize( get_option( 'hf_links' ) ) === serialize( links( $args[0] ) ) ? 'same' : serialize( get_option( 'hf_links' ) );`, [url])).toBe('same');
		expect(await php(`echo implode( ',', wp_list_pluck( get_users( array( 'role' => 'administrator' ) ), 'user_login' ) ), ' ', home_url();`)).toBe(`admin ${url}`);
		const held = `echo count( wp_get_ready_cron_jobs() ), ' ', var_export( apply_filters( 'pre_wp_mail', null, array() ), true ), ' ', apply_filters( 'action_scheduler_queue_runner_concurrent_batches', 5 ), ' ', var_export( apply_filters( 'woocommerce_webhook_should_deliver', true ), true );`;
		expect(await php(held)).toBe('0 false 0 false');

		await addSite(nginx, { port, root: on.root, phpSocket });
		try {
			const front = await fetch(`${url}/`);
			const text = await front.text();
			expect(front.status).toBe(200);
			expect(text).toContain(url);
			expect(text).not.toContain(site.url);
			expect((await fetch(`${url}/?p=${await php(`echo get_posts( array( 'title' => 'Linked' ) )[0]->ID;`)}`)).status).toBe(200);
		} finally {
			removeSite(nginx, port);
		}

		expect(await ask(on, ['release', '--to', on.root])).toMatchObject({ exitCode: 0, reply: { released: true } });
		expect(await php(held)).toMatch(/^[1-9]\d* NULL 5 true$/);
		expect(await ask(on, ['release', '--to', on.root])).toMatchObject({ exitCode: 1, error: { code: 'NOT_HELD' } });

		await installPlugin(place);
		const state = await activatePlugin(place);
		try {
			expect(await untilAgentAnswers(state)).toMatchObject({ state: 'notConnected' });
		} finally {
			await holdfast(state, ['stop']);
		}
		expect((await site.status()).state).toBe('protected');
	}, 240_000);
});
