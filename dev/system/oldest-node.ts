import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDir, ensureDir } from '../paths.ts';

/** The oldest Node.js that the agent's bundle runs on; the plugin asks for it in `Agent/Node.php`. */
export const oldestNode = '22.15.0';

/**
 * The program of that version, from npm, kept in the cache. `undefined` where npm has none for this machine's processor:
 * the package that the project's own Node comes from is not published for every one.
 */
export async function oldestNodeProgram(): Promise<string | undefined> {
	const name = `node-${process.platform}-${process.arch}`;
	const folder = join(ensureDir(cacheDir), `node-${oldestNode}`);
	const program = join(folder, 'node_modules', name, 'bin', 'node');
	if (!existsSync(program)) {
		const published = await execa('npm', ['view', `${name}@${oldestNode}`, 'version'], { reject: false });
		if (published.exitCode !== 0) {
			if (published.stderr.includes('E404')) {
				return undefined;
			}
			throw new Error(`npm was asked for Node.js ${oldestNode} and failed:\n${published.stderr}`);
		}
		const work = `${folder}.new`;
		await rm(work, { recursive: true, force: true });
		await execa('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', ensureDir(work), `${name}@${oldestNode}`]);
		await rm(folder, { recursive: true, force: true });
		await rename(work, folder);
	}
	return program;
}
