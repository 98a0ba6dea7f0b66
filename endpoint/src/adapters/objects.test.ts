import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openDirectoryObjects } from './directoryObjects.ts';
import { memoryObjects } from './memoryObjects.ts';
import { objectStoreContract } from './objects.contract.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'holdfast-objects-'));
	folders.push(folder);
	return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

objectStoreContract('memory', async () => memoryObjects());
objectStoreContract('directory', async () => openDirectoryObjects(join(await newFolder(), 'objects'), { clean: true }));

describe('directory object store', () => {
	test('leaves no temporary file behind, whatever the outcome', async () => {
		const root = await newFolder();
		const store = await openDirectoryObjects(root, { clean: true });
		await store.create('a/b', new Uint8Array(10));
		await store.create('a/b', new Uint8Array(10));
		await (await store.stage()).discard();
		await expect(store.create('../b', new Uint8Array(10))).rejects.toThrow();
		expect(await readdir(join(root, '.tmp'))).toEqual([]);
	});

	test('removes the temporary files of a dead process, only when asked to', async () => {
		const root = await newFolder();
		await (await openDirectoryObjects(root, { clean: true })).create('a/b', new Uint8Array(1));
		await writeFile(join(root, '.tmp', 'left-over'), 'half');
		expect((await openDirectoryObjects(root, { clean: false })).staleRemoved).toBe(0);
		expect(await readdir(join(root, '.tmp'))).toEqual(['left-over']);
		const store = await openDirectoryObjects(root, { clean: true });
		expect(store.staleRemoved).toBe(1);
		expect((await store.list('', '', 10)).map(({ name }) => name)).toEqual(['a/b']);
	});

	test('follows no link and lists nothing that is not an object', async () => {
		const root = await newFolder();
		const store = await openDirectoryObjects(root, { clean: true });
		await writeFile(join(root, '..', `${root.split('/').at(-1)}secret`), 'x');
		await symlink('/etc/hostname', join(root, 'linked'));
		await symlink('/etc', join(root, 'folder'));
		await mkdir(join(root, 'lost+found'));
		await writeFile(join(root, 'README.txt'), 'x');
		await writeFile(join(root, 'lost+found', 'x1'), 'x');
		expect(await store.list('', '', 10)).toEqual([]);
		await expect(store.read('linked', 100)).rejects.toThrow();
		await rm(join(root, '..', `${root.split('/').at(-1)}secret`));
	});
});
