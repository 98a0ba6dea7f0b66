import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders for tests: `make` gives an empty one, `removeAll` removes them at the end. */
export function testFolders(): { make(): Promise<string>; removeAll(): Promise<void> } {
	const made: string[] = [];
	return {
		make: async () => {
			const folder = await mkdtemp(join(tmpdir(), 'holdfast-endpoint-'));
			made.push(folder);
			return folder;
		},
		removeAll: async () => {
			await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
		},
	};
}
