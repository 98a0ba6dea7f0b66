import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { DevError } from '../errors.ts';
import { findProgram } from './programs.ts';

const policyFile = '/usr/sbin/policy-rc.d';
/** Debian starts services while it installs them; exit code 101 of this file is its documented way to say "not now". */
const policyScript = '#!/bin/sh\nexit 101\n';

export async function aptInstall(packages: readonly string[]): Promise<void> {
	if (findProgram('apt-get') === undefined) {
		throw new DevError(
			`These are missing: ${packages.join(', ')}; and there is no apt-get to install them with.`,
			'install them with your system’s own package tool, or use Debian 12 or newer.',
		);
	}
	const root = await rootCommand(packages);
	const withoutServices = await keepServicesStopped(root);
	try {
		const install = (): Promise<number | undefined> =>
			run(root, [
				'env',
				'DEBIAN_FRONTEND=noninteractive',
				'apt-get',
				'-o',
				'DPkg::Lock::Timeout=300',
				'install',
				'--yes',
				'--no-install-recommends',
				...packages,
			]);
		// The package lists may be absent (fresh container) or old; one refresh before the first try is cheap.
		await run(root, ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'update']);
		if ((await install()) !== 0) {
			throw new DevError(
				`apt-get could not install ${packages.join(', ')}.`,
				'read its lines above, fix what they name, and run the command again.',
			);
		}
	} finally {
		await withoutServices();
	}
}

/** The words to put before a command so that it runs as root. */
async function rootCommand(packages: readonly string[]): Promise<string[]> {
	if (process.getuid?.() === 0) {
		return [];
	}
	const byHand = `sudo apt-get install ${packages.join(' ')}`;
	const sudo = findProgram('sudo');
	if (sudo === undefined) {
		throw new DevError(
			`Packages are missing and this is neither root nor is there sudo: ${packages.join(', ')}.`,
			`have an administrator run: ${byHand}`,
		);
	}
	const interactive = process.stdin.isTTY;
	if (!interactive && (await execa(sudo, ['--non-interactive', 'true'], { reject: false })).exitCode !== 0) {
		throw new DevError(
			'Packages are missing, and sudo wants a password but there is no terminal to ask on.',
			`run this first: ${byHand}`,
		);
	}
	return [sudo];
}

async function keepServicesStopped(root: readonly string[]): Promise<() => Promise<void>> {
	if (existsSync(policyFile)) {
		return async () => {};
	}
	await run(root, ['sh', '-c', `printf '${policyScript.replaceAll('\n', '\\n')}' > ${policyFile} && chmod 755 ${policyFile}`]);
	return async () => {
		await run(root, ['rm', '-f', policyFile]);
	};
}

async function run(root: readonly string[], command: readonly string[]): Promise<number | undefined> {
	const [program, ...args] = [...root, ...command];
	// Ctrl-C reaches apt through the terminal's group; it is left to finish what it must.
	const { exitCode } = await execa(program as string, args, { stdio: ['inherit', 'inherit', 'inherit'], reject: false });
	return exitCode;
}
