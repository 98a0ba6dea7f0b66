import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that the development site and the tests write lies under this one git-ignored folder. */
export const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
export const devDir = resolve(process.env.HOLDFAST_DEV_DIR ?? join(repoRoot, '.dev'));

/** Unpacked WordPress, templates, downloads: made once, safe to delete. */
export const cacheDir = join(devDir, 'cache');
/** The site of `npm start`. */
export const siteDir = join(devDir, 'site');
/** One folder per run of tests or benches. */
export const runsDir = join(devDir, 'runs');

export const phpDir = join(repoRoot, 'dev', 'php');
export const fixturesDir = join(repoRoot, 'dev', 'fixtures');
export const pluginDir = join(repoRoot, 'plugin');

export function ensureDir(path: string): string {
	mkdirSync(path, { recursive: true });
	return path;
}
