import { join } from 'node:path';
import { execa } from 'execa';
import { DevError } from '../errors.ts';
import { phpDir } from '../paths.ts';
import { devUser } from '../system/dev-user.ts';
import { requirePhpFpm } from '../system/programs.ts';

export interface PhpPlace {
	readonly root: string;
	readonly url: string;
	readonly iniFile: string;
}

const phpMsMax = 300_000;

/** Runs a file of PHP, as the web server's user, with WordPress loaded; resolves with what it prints. */
export async function phpFile(place: PhpPlace, file: string, args: readonly string[] = []): Promise<string> {
	return await run(place, [join(phpDir, 'run.php'), file, ...args]);
}

/** The same for a piece of code without an opening tag. */
export async function phpCode(place: PhpPlace, code: string, args: readonly string[] = []): Promise<string> {
	return await run(place, [join(phpDir, 'run.php'), '-', ...args], code);
}

/** The install script loads WordPress in another mode, so it stands alone. */
export async function phpScript(place: PhpPlace, script: string, args: readonly string[] = []): Promise<string> {
	return await run(place, [join(phpDir, script), ...args]);
}

async function run(place: PhpPlace, args: readonly string[], input?: string): Promise<string> {
	const { as } = devUser();
	const result = await execa(requirePhpFpm().cli, ['-c', place.iniFile, '-d', 'display_errors=stderr', ...args], {
		cwd: place.root,
		...as,
		env: { ...as.env, HOLDFAST_SITE_ROOT: place.root, HOLDFAST_SITE_URL: place.url },
		timeout: phpMsMax,
		reject: false,
		...(input === undefined ? { stdin: 'ignore' as const } : { input }),
	});
	if (result.exitCode !== 0) {
		throw new DevError(
			`PHP ended with ${result.exitCode ?? result.signal ?? 'no exit code'}:\n${result.stderr}\n${result.stdout}`.trimEnd(),
			`the site is ${place.root}.`,
		);
	}
	return result.stdout;
}
