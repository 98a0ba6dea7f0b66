import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareBytes, decodeFile, decodeKey, type FileRoot } from '@holdfast/protocol';
import { LocalFiles } from '../adapters/local-files.ts';
import { testKeys, TestWriter } from '../state/testing/memory-endpoint.ts';
import { readCoreRelease } from './core-files.ts';
import { shownPath } from './paths.ts';
import { SiteRoots, type ConfiguredRoots } from './roots.ts';
import { Scope } from './scope.ts';
import { SiteTree } from './site-tree.ts';

let home = '';
beforeAll(() => { home = mkdtempSync(join(tmpdir(), 'hf-scan-')); });
afterAll(() => { rmSync(home, { recursive: true, force: true }); });

function put(path: string, content: string | Buffer = path): void {
	const at = Buffer.isBuffer(path) ? path : join(site, path);
	mkdirSync(dirname(at), { recursive: true });
	writeFileSync(at, content);
}
let site = '';

async function open(more: Partial<ConfiguredRoots> = {}, excluded: string[] = [], own: string[] = []): Promise<SiteTree> {
	const files = new LocalFiles();
	const content = join(site, 'wp-content');
	const roots = await SiteRoots.resolve(files, {
		root: site, content, plugins: join(content, 'plugins'), 'mu-plugins': join(content, 'mu-plugins'), themes: join(content, 'themes'),
		uploads: join(content, 'uploads'), languages: join(content, 'languages'), ...more,
	});
	const release = await readCoreRelease(files, roots.place('root')!.real, { version: '?', locale: 'en_US' });
	return new SiteTree(files, new Scope({ roots, release, own, excluded }), testKeys());
}

async function names(files: SiteTree): Promise<{ kept: string[]; left: Record<string, string>; keys: Buffer[] }> {
	const scan = files.scan();
	const keys: Buffer[] = [];
	const kept: string[] = [];
	for await (const batch of scan.run()) {
		for (const seen of batch) { keys.push(seen.key); kept.push(`${seen.root}:${shownPath(seen.path)}${seen.inCore ? ' (core)' : ''}`); }
	}
	const left = Object.fromEntries(scan.leftOut().map((one) => [`${one.root}:${shownPath(one.path)}`, one.reason.code]));
	return { kept, left, keys };
}

describe('scan', () => {
	beforeAll(() => {
		site = join(home, 'site');
		put('wp-includes/version.php', `<?php\n$wp_version = '7.1.4';\n$wp_local_package = 'de_DE';\n`);
		for (const path of ['wp-includes/load.php', 'wp-admin/index.php', 'index.php', 'wp-load.php', 'wp-config.php', '.htaccess', 'favicon.ico']) { put(path); }
		put('wp-includes/added-later.php');
		utimesSync(join(site, 'wp-includes/added-later.php'), Date.now() / 1000 + 9000, Date.now() / 1000 + 9000);
		for (const path of ['plugins/akismet/a.php', 'themes/t/style.css', 'uploads/2026/a.jpg', 'uploads/2026-b.jpg', 'uploads/2026.txt', 'languages/de.mo', 'cache/x', 'upgrade/y', 'updraft/z', 'other/file', 'debug.log']) { put(`wp-content/${path}`); }
		put('wp-content/big/error_log', Buffer.alloc(4 * 1024 * 1024 + 1));
		put('wp-content/marked/.donotbackup');
		put('wp-content/marked/file');
		put('wp-content/a/donotbackup/file');
		put('blog/wp-load.php');
		put('blog/wp-includes/version.php');
		put('blog/wp-content/uploads/other.jpg');
		put('.maintenance');
		put(`wp-content/uploads/.holdfast-${'a'.repeat(16)}-1.tmp`);
		put('private/policy.txt');
		symlinkSync('2026', join(site, 'wp-content/uploads/link-inside'));
		symlinkSync('/etc/hostname', join(site, 'wp-content/uploads/link-outside'));
		symlinkSync('loop', join(site, 'wp-content/uploads/loop'));
		symlinkSync('nowhere', join(site, 'wp-content/uploads/dangling'));
		put('wp-content/other/line\nbreak');
		put(`wp-content/other/${'n'.repeat(255)}`);
		writeFileSync(Buffer.concat([Buffer.from(`${join(site, 'wp-content/other')}/`), Buffer.of(0xff, 0xfe)]), 'bytes');
		execFileSync('mkfifo', [join(site, 'wp-content/other/fifo')]);
		linkSync(join(site, 'wp-content/uploads/2026.txt'), join(site, 'wp-content/uploads/twin.txt'));
	});

	test('keeps what is the site\'s, in key order; leaves out by rule, each named with its reason', async () => {
		const { kept, left, keys } = await names(await open({}, ['private'], [join(site, 'wp-content/own')]));
		expect(keys).toEqual([...keys].sort(compareBytes));
		expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(keys.length);
		expect(kept).toEqual(expect.arrayContaining([
			'root:', 'root:wp-config.php', 'root:.htaccess', 'root:favicon.ico', 'root:wp-includes/added-later.php (core)', 'plugins:akismet/a.php', 'themes:t/style.css', 'languages:de.mo',
			'uploads:2026', 'uploads:2026-b.jpg', 'uploads:2026.txt', 'uploads:2026/a.jpg', 'uploads:link-inside', 'uploads:link-outside', 'uploads:loop', 'uploads:dangling', 'uploads:twin.txt',
			'content:other/line\\x0abreak', `content:other/${'n'.repeat(255)}`, 'content:other/\\xff\\xfe', 'content:debug.log', 'content:a', 'content:big',
		]));
		expect(kept.filter((name) => /blog|marked|donotbackup|cache|updraft|holdfast|maintenance|private|load\.php|wp-admin|index\.php|content:plugins|root:wp-content/.test(name))).toEqual([]);
		expect(left).toEqual({
			'root:wp-admin': 'coreFile', 'root:wp-includes': 'coreFile', 'root:index.php': 'coreFile', 'root:wp-load.php': 'coreFile', 'root:blog': 'anotherSite', 'root:private': 'excludedByAdmin',
			'content:cache': 'excludedByRule', 'content:upgrade': 'excludedByRule', 'content:updraft': 'excludedByRule', 'content:marked': 'excludedByRule', 'content:a/donotbackup': 'excludedByRule',
			'content:big/error_log': 'overSizeLimit', 'content:other/fifo': 'notRegular', 'uploads:link-outside': 'linkLeavesSite',
		});
	});

	test('one look judges as the scan does', async () => {
		const files = await open({}, ['private']);
		const scan = files.scan();
		const kept = new Set<string>();
		for await (const batch of scan.run()) { for (const seen of batch) { kept.add(seen.key.toString('hex')); expect(await files.look(seen.root, seen.path)).toMatchObject({ is: 'kept', seen: { key: seen.key, inCore: seen.inCore } }); } }
		for (const one of scan.leftOut()) {
			const looked = await files.look(one.root, one.path);
			if (one.reason.code === 'coreFile') { expect(looked.is).toBe('core'); }
			else if (one.reason.code !== 'linkLeavesSite') { expect(looked).toMatchObject({ is: 'leftOut', entry: { key: one.key, reason: one.reason } }); }
		}
		const at = (root: FileRoot, path: string) => files.look(root, Buffer.from(path));
		expect(await at('content', 'marked/file')).toMatchObject({ is: 'leftOut', entry: { path: Buffer.from('marked') } });
		expect(await at('uploads', 'link-inside/a.jpg')).toEqual({ is: 'gone' });
		expect(await at('uploads', 'none')).toEqual({ is: 'gone' });
		expect(await at('root', '.maintenance')).toEqual({ is: 'unseen' });
	});

	test('roots that are moved or linked are followed; their keys stay', async () => {
		const elsewhere = join(home, 'elsewhere');
		mkdirSync(join(elsewhere, 'plugins/p'), { recursive: true });
		writeFileSync(join(elsewhere, 'plugins/p/p.php'), 'p');
		mkdirSync(join(elsewhere, 'store'), { recursive: true });
		writeFileSync(join(elsewhere, 'store/a.jpg'), 'a');
		symlinkSync(join(elsewhere, 'store'), join(site, 'wp-content/moved-uploads'));
		const files = await open({ plugins: join(elsewhere, 'plugins'), uploads: join(site, 'wp-content/moved-uploads') });
		const { kept } = await names(files);
		expect(kept).toEqual(expect.arrayContaining(['plugins:p/p.php', 'uploads:a.jpg', 'content:plugins/akismet/a.php', 'content:uploads/2026/a.jpg']));
		expect(kept).not.toContain('content:moved-uploads');
		const uploads = (path: string) => files.locate(Buffer.from(join(path)));
		expect([uploads(join(elsewhere, 'store/a.jpg')), uploads(join(site, 'wp-content/moved-uploads/x/y'))]).toEqual([{ root: 'uploads', path: Buffer.from('a.jpg') }, { root: 'uploads', path: Buffer.from('x/y') }]);
		expect(files.locate(Buffer.from('/etc/passwd'))).toBeNull();
	});

	test('Holdfast\'s own are left out, through a link too', async () => {
		put('wp-content/plugins/holdfast/holdfast.php');
		const { left } = await names(await open({}, [], [join(site, 'wp-content/plugins/holdfast')]));
		expect(left['plugins:holdfast']).toBe('holdfast');
	});

	test('a file becomes its value and is cut into chunks; twins share a group', async () => {
		const files = await open();
		const writer = new TestWriter();
		const big = Buffer.alloc(3 * 1024 * 1024);
		for (let i = 0; i < big.length; i += 4) { big.writeUInt32LE((i * 2654435761) >>> 0, i); }
		put('wp-content/uploads/big.bin', big);
		chmodSync(join(site, 'wp-content/uploads/big.bin'), 0o640);
		const scan = files.scan();
		const values = new Map<string, ReturnType<typeof decodeFile>>();
		for await (const batch of scan.run(new Set<FileRoot>(['uploads']))) {
			for (const seen of batch) {
				const read = await files.read(seen, writer, scan.hardLinks);
				if (read.is === 'value') { values.set(shownPath(seen.path), decodeFile(read.value)); }
			}
		}
		const read = values.get('big.bin')!;
		if (read.type !== 'file') { throw new Error('type'); }
		expect(read).toMatchObject({ size: big.length, mode: 0o640, unstable: false });
		expect(read.pieces.length).toBeGreaterThan(1);
		expect(values.get('twin.txt')!.hardLink).toEqual(Buffer.from('2026.txt'));
		expect(values.get('2026.txt')!.hardLink).toEqual(Buffer.from('2026.txt'));
		expect(values.get('dangling')).toMatchObject({ type: 'link', target: Buffer.from('nowhere') });
		expect(decodeKey(Buffer.from('3005', 'hex'))).toMatchObject({ root: 'uploads' });
	});

	test('a file that changes under the reader is unstable; one that vanishes is gone; one that may not be read says so', async () => {
		const real = new LocalFiles();
		put('wp-content/uploads/busy.txt', 'start');
		const files = await open();
		const looked = await files.look('uploads', Buffer.from('busy.txt'));
		if (looked.is !== 'kept') { throw new Error('kept'); }
		let reads = 0;
		const busy = Object.assign(Object.create(real) as LocalFiles, {
			async *read(path: Uint8Array) { yield* real.read(path); put('wp-content/uploads/busy.txt', 'x'.repeat(++reads)); },
		});
		const moving = new SiteTree(busy, files.scope, testKeys());
		expect(await moving.valueNow(looked.seen)).toMatchObject({ is: 'value', unstable: true, stat: null });
		expect(reads).toBe(3);
		rmSync(join(site, 'wp-content/uploads/busy.txt'));
		expect(await files.valueNow(looked.seen)).toEqual({ is: 'gone' });
		const socket = createServer();
		await new Promise<void>((resolve) => socket.listen(join(site, 'wp-content/uploads/busy.txt'), resolve));
		expect(await files.valueNow(looked.seen)).toMatchObject({ is: 'unreadable', reason: { code: 'notRegular' } });
		await new Promise((resolve) => socket.close(resolve));
	});
});
