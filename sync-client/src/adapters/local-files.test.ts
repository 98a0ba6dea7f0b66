import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Files, WatchedFolder } from '../ports/files.ts';
import { joinPath, shownPath } from '../files/paths.ts';
import { settableMtime } from '../files/mtime.ts';
import { LocalFiles } from './local-files.ts';
import { MemoryFiles } from './memory-files.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hf-files-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

const adapters: [string, () => Promise<{ files: Files; base: Buffer }>][] = [
	['local', async () => ({ files: new LocalFiles(), base: bytes(await mkdtemp(join(folder, 'a-'))) })],
	['memory', async () => {
		const files = new MemoryFiles();
		await files.makeFolder(bytes('/base'), 0o755);
		return { files, base: bytes('/base') };
	}],
];

async function content(files: Files, path: Uint8Array): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	for await (const piece of files.read(path)) { pieces.push(piece); }
	return Buffer.concat(pieces);
}

describe.each(adapters)('files port: %s', (_name, open) => {
	test('what is created is there, whole, with its mode', async () => {
		const { files, base } = await open();
		const path = joinPath(base, bytes('a'));
		const big = Buffer.alloc(2_500_000, 7);
		await files.create(path, [big.subarray(0, 100), big.subarray(100)], 0o640);
		expect(Buffer.compare(await content(files, path), big)).toBe(0);
		const [stat] = await files.stat([path]);
		expect(stat).toMatchObject({ type: 'file', mode: 0o640, size: 2_500_000, links: 1 });
		await files.sync(base);
	});

	test('create never writes over what is there', async () => {
		const { files, base } = await open();
		const path = joinPath(base, bytes('a'));
		await files.create(path, [bytes('first')], 0o644);
		await expect(files.create(path, [bytes('second')], 0o644)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
		expect((await content(files, path)).toString()).toBe('first');
	});

	test('names come in byte order, with newline, invalid UTF-8 and 255 bytes', async () => {
		const { files, base } = await open();
		const names = ['z', 'a\nb', '\xff\xfe', 'a', 'a-', 'x'.repeat(255), 'a b'].map(bytes);
		for (const name of names) { await files.create(joinPath(base, name), [name], 0o600); }
		const listed = (await files.list(base))!.map((entry) => Buffer.from(entry.name));
		expect(listed).toEqual([...names].sort(Buffer.compare));
		for (const name of names) { expect(await content(files, joinPath(base, name))).toEqual(name); }
	});

	test('what is not there: null for stat and list, FILE_GONE for read, nothing for remove', async () => {
		const { files, base } = await open();
		const path = joinPath(base, bytes('none'));
		expect(await files.stat([path])).toEqual([null]);
		expect(await files.list(path)).toBeNull();
		expect(await files.realPath(path)).toBeNull();
		await expect(content(files, path)).rejects.toMatchObject({ code: 'FILE_GONE' });
		await files.remove(path);
	});

	test('links are kept as they are and not read through', async () => {
		const { files, base } = await open();
		await files.create(joinPath(base, bytes('real')), [bytes('x')], 0o600);
		const link = joinPath(base, bytes('link'));
		await files.makeLink(link, bytes('real'));
		expect(Buffer.from(await files.readLink(link)).toString()).toBe('real');
		expect((await files.stat([link]))[0]).toMatchObject({ type: 'link' });
		await expect(content(files, link)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
	});

	test('replace renames over, hard links share, folders are removed when empty', async () => {
		const { files, base } = await open();
		const [a, b, c] = ['a', 'b', 'c'].map((name) => joinPath(base, bytes(name)));
		await files.create(a!, [bytes('new')], 0o600);
		await files.create(b!, [bytes('old')], 0o600);
		await files.linkHard(a!, c!);
		expect((await files.stat([a!]))[0]!.links).toBe(2);
		await files.replace(a!, b!);
		expect((await content(files, b!)).toString()).toBe('new');
		expect(await files.stat([a!])).toEqual([null]);
		const inner = joinPath(base, bytes('folder'));
		await files.makeFolder(inner, 0o750);
		await files.create(joinPath(inner, bytes('x')), [], 0o600);
		await expect(files.remove(inner)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
		await files.remove(joinPath(inner, bytes('x')));
		await files.remove(inner);
		expect(await files.stat([inner])).toEqual([null]);
	});

	test('attributes: mode and modification time to the microsecond', async () => {
		const { files, base } = await open();
		const path = joinPath(base, bytes('a'));
		await files.create(path, [], 0o600);
		for (const mtimeNs of [0n, 1_700_000_000_123_457_000n, 1_799_999_999_999_999_000n, 999_000n, -1_000_000n, -86_400_001_000_000n]) {
			await files.setAttributes(path, { mode: 0o755, mtimeNs });
			const stat = (await files.stat([path]))[0]!;
			expect({ mode: stat.mode, mtime: settableMtime(stat.mtimeNs) }).toEqual({ mode: 0o755, mtime: mtimeNs });
		}
	});

	test('a watched folder hints', async () => {
		const { files, base } = await open();
		const { inode, device } = (await files.stat([base]))[0]!;
		let hint = (): void => {};
		const watching = files.watch(() => hint());
		const hinted = (act: () => Promise<void>): Promise<void> => new Promise((resolve, reject) => {
			hint = resolve;
			act().catch(reject);
		});
		expect(await watching.set([{ path: base, inode, device }])).toEqual({ begun: 1, refused: 0 });
		await hinted(() => files.create(joinPath(base, bytes('a')), [], 0o600));
		expect(await watching.set([{ path: base, inode, device }])).toEqual({ begun: 0, refused: 0 });
		await hinted(() => files.create(joinPath(base, bytes('b')), [], 0o600));
		await watching.close();
	});
});

test('a folder that takes the place of a watched one is watched anew, even with the same inode', async () => {
	const files = new LocalFiles();
	const inner = bytes(await mkdtemp(join(folder, 'watched-')));
	const identity = async (): Promise<WatchedFolder> => ({ path: inner, ...(await files.stat([inner]))[0]! });
	let hints = 0;
	const watching = files.watch(() => { hints++; });
	const old = await identity();
	expect(await watching.set([old])).toEqual({ begun: 1, refused: 0 });
	await files.remove(inner);
	await files.makeFolder(inner, 0o700);
	await until(() => hints > 0);
	expect(await watching.set([old])).toEqual({ begun: 1, refused: 0 });
	await until(() => hints > 0);
	hints = 0;
	await files.create(joinPath(inner, bytes('c')), [], 0o600);
	await until(() => hints > 0);
	expect(await watching.set([{ path: joinPath(inner, bytes('none')), inode: 1n, device: 1n }])).toEqual({ begun: 1, refused: 0 });
	await watching.close();
});

async function until(what: () => boolean): Promise<void> {
	while (!what()) { await new Promise((resolve) => setTimeout(resolve, 5)); }
}

/** Whether this machine lets us have a user namespace with limits of its own: its own limit stays as it is. */
const ownLimits = spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 30 > /proc/sys/user/max_inotify_watches']).status === 0;
if (!ownLimits) { process.stdout.write('  The limit of watches is not reached: unshare is not allowed here.\n'); }

(ownLimits ? test : test.skip)('where the system gives no more watches it is said how many folders are not watched', () => {
	const many = join(folder, 'many');
	execFileSync('sh', ['-c', 'mkdir "$1" && cd "$1" && seq 100 | xargs mkdir', 'sh', many]);
	const script = `
		import { statSync } from 'node:fs';
		import { LocalWatching } from '${join(import.meta.dirname, 'local-watch.ts')}';
		const watching = new LocalWatching(() => {});
		const folders = Array.from({ length: 100 }, (_, i) => Buffer.from('${many}/' + (i + 1))).map((path) => { const { ino, dev } = statSync(path, { bigint: true }); return { path, inode: ino, device: dev }; });
		const first = await watching.set(folders);
		const fewer = await watching.set(folders.slice(0, 20));
		const again = await watching.set(folders.slice(0, 40));
		await watching.close();
		console.log(JSON.stringify([first, fewer, again]));`;
	const limited = ['-Ur', 'sh', '-c', 'echo 30 > /proc/sys/user/max_inotify_watches && exec "$@"', 'sh', process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
	expect(JSON.parse(execFileSync('unshare', limited, { encoding: 'utf8', env: { PATH: process.env.PATH } }))).toEqual([{ begun: 30, refused: 70 }, { begun: 0, refused: 0 }, { begun: 10, refused: 10 }]);
});

test('a fifo in place of a file is refused and does not hold the agent', async () => {
	const path = join(folder, 'fifo');
	execFileSync('mkfifo', [path]);
	await expect(content(new LocalFiles(), bytes(path))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test('realPath resolves links and says null for a loop of none', async () => {
	await writeFile(join(folder, 'r'), '');
	await symlink('r', join(folder, 'to-r'));
	const found = await new LocalFiles().realPath(bytes(join(folder, 'to-r')));
	expect(Buffer.from(found!).toString()).toBe(join(folder, 'r'));
});

test('paths are shown readably', () => {
	expect([bytes('a\nb'), Buffer.from('ü'), bytes('a\xff')].map(shownPath)).toEqual(['a\\x0ab', 'ü', 'a\\xff']);
});
