import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Files } from '../ports/files.ts';
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
		const hinted = await new Promise<Uint8Array>((resolve) => {
			const watching = files.watch([base], (where) => { void watching.close().then(() => resolve(where)); });
			void files.create(joinPath(base, bytes('a')), [], 0o600);
		});
		expect(Buffer.from(hinted)).toEqual(base);
	});
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
