import { join } from 'node:path';
import { execa } from 'execa';
import { repoRoot } from '../paths.ts';

/** Runs a tool with its output shown; true when it was content. Its Node is ours, whatever the machine's is. */
export async function show(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
	const path = `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`;
	const { exitCode, cause } = await execa(program, args, {
		cwd: repoRoot,
		stdio: ['ignore', 'inherit', 'inherit'],
		reject: false,
		env: { PATH: path, ...env },
	});
	if (exitCode === undefined && cause !== undefined) {
		process.stdout.write(`${program} could not be run: ${String(cause)}\n`);
	}
	return exitCode === 0;
}

export async function showNode(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
	return await show(process.execPath, [join(repoRoot, 'node_modules', script), ...args], env);
}
