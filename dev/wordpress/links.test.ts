import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyResolved } from './links.ts';

let unpacked: string;
beforeAll(async () => {
	unpacked = await mkdtemp(join(tmpdir(), 'holdfast-links-'));
	for (const folder of ['wp/js', 'lib/cropper']) {
		await mkdir(join(unpacked, folder), { recursive: true });
	}
	await writeFile(join(unpacked, 'lib/cropper/cropper.min.js'), 'crop');
	await symlink('cropper.min.js', join(unpacked, 'lib/cropper/cropper.js'));
});
afterAll(async () => {
	await rm(unpacked, { recursive: true });
});

const copied = async (link: string, goal: string): Promise<string> => {
	await symlink(goal, join(unpacked, 'wp/js', link));
	const into = join(unpacked, `into-${link}`);
	await copyResolved({ from: join(unpacked, 'wp'), unpacked, into }).finally(async () => {
		await rm(join(unpacked, 'wp/js', link));
	});
	return join(into, 'js', link);
};

test.each([
	['an absolute link to another package', '/lib/cropper/cropper.min.js'],
	['a link to a link', '/lib/cropper/cropper.js'],
	['a relative link', '../../lib/cropper/cropper.min.js'],
])('%s becomes the file it leads to', async (_what, goal) => {
	const file = await copied('cropper.js', goal);
	expect((await lstat(file)).isFile()).toBe(true);
	expect(await readFile(file, 'utf8')).toBe('crop');
});

test('a link to a folder becomes the folder', async () => {
	expect(await readFile(join(await copied('crop', '/lib/cropper'), 'cropper.min.js'), 'utf8')).toBe('crop');
});

test('a link that leads nowhere is refused by name', async () => {
	await expect(copied('gone.js', '/lib/gone.js')).rejects.toThrow(/leads nowhere: .*gone\.js/);
});

test('links into a system-wide configuration are left out', async () => {
	await expect(lstat(await copied('htaccess', '/etc/wordpress/htaccess'))).rejects.toThrow('ENOENT');
});
