import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { pluginDir, repoRoot } from '../paths.ts';
import { bundleCapture } from '../product/bundle.ts';
import { step } from '../terminal.ts';

/** Every workspace that has a `build` script builds itself; then the plugin's own classes are bundled. */
export async function build(): Promise<number> {
	for (const workspace of ['sync-client', 'admin-ui']) {
		const file = join(repoRoot, workspace, 'package.json');
		const { scripts } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { scripts?: Record<string, string> };
		if (scripts?.build === undefined) {
			step(`${workspace} has nothing to build yet`);
			continue;
		}
		// The Node that runs this is the one the build has to use.
		const path = `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`;
		const { exitCode } = await execa('npm', ['run', 'build', '-w', workspace], {
			cwd: repoRoot,
			stdio: 'inherit',
			reject: false,
			// Jest's own options for Node, and its idea of the environment, are not the build's.
			env: { PATH: path, NODE_OPTIONS: '', NODE_ENV: 'production' },
		});
		if (exitCode !== 0) {
			return 1;
		}
	}
	bundleCapture(pluginDir);
	return 0;
}
