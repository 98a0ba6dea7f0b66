import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { execa } from 'execa';
import { repoRoot } from '../paths.ts';

const kept = new AsyncLocalStorage<string[]>();

/** Keeps what tools print meanwhile: for work beside other work whose output is on the screen. Shown when it is asked for. */
export async function keepingOutput<T>(run: () => Promise<T>): Promise<{ value: T; show: () => void }> {
	const output: string[] = [];
	const value = await kept.run(output, run);
	return { value, show: () => output.forEach((text) => process.stdout.write(text)) };
}

/** Prints, or keeps what is to be printed. */
export function print(text: string): void {
	const output = kept.getStore();
	if (output === undefined) {
		process.stdout.write(text);
	} else {
		output.push(text);
	}
}

/** Runs a tool with its output shown; true when it was content. Its Node is ours, whatever the machine's is. */
export async function show(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
	const path = `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`;
	const into = kept.getStore() === undefined ? 'inherit' : 'pipe';
	const { exitCode, cause, all } = await execa(program, args, {
		cwd: repoRoot,
		all: true,
		stdio: ['ignore', into, into],
		reject: false,
		env: { PATH: path, ...env },
	});
	if (all !== undefined) {
		print(`${all}\n`);
	}
	if (exitCode === undefined && cause !== undefined) {
		print(`${program} could not be run: ${String(cause)}\n`);
	}
	return exitCode === 0;
}

export async function showNode(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
	return await show(process.execPath, [join(repoRoot, 'node_modules', script), ...args], env);
}
