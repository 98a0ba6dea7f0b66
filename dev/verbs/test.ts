import { stopOnSignal } from '../services/signals.ts';
import { ensurePackages } from '../system/packages.ts';
import { seconds, title } from '../terminal.ts';
import { showNode } from '../testing/command.ts';
import { jest } from '../testing/jest.ts';
import { ensureComposerPackages, phpcs, phpstan, phpunit } from '../testing/php.ts';
import { inWords, oneCheck, sumOf, type Stage, type Tally } from '../testing/stage.ts';
import { startSharedStack } from '../../tests/harness/running-stack.ts';
import { build } from './build.ts';

/** Cheap ones first; every stage runs, whatever the ones before it found. */
const stages: readonly Stage[] = [
	{ name: 'lint', run: async () => oneCheck(await showNode('eslint/bin/eslint.js', ['.', '--max-warnings=0'])) },
	{ name: 'types', run: async () => oneCheck(await showNode('typescript/bin/tsc', ['--noEmit'])) },
	{ name: 'types of the page', run: async () => oneCheck(await showNode('typescript/bin/tsc', ['--noEmit', '-p', 'admin-ui/tsconfig.json'])) },
	{ name: 'build', run: async () => oneCheck((await build()) === 0) },
	{ name: 'php packages', run: async () => oneCheck(await ensureComposerPackages()) },
	{ name: 'php style', run: phpcs },
	{ name: 'php types', run: phpstan },
	{ name: 'php tests', run: phpunit },
	{ name: 'unit', run: async () => await jest(['unit']) },
	{ name: 'page', run: async () => await jest(['admin-ui']) },
	{ name: 'integration', run: async () => await jest(['integration']) },
	{ name: 'chromium', run: async () => await jest(['chromium']) },
];

export async function test(pattern: string | undefined, more: readonly string[]): Promise<number> {
	await ensurePackages('tests');
	const stopStack = await startSharedStack();
	const stopping = stopOnSignal(stopStack);
	try {
		const chosen =
			pattern === undefined
				? stages
				: [
						{
							name: `tests that match “${pattern}”`,
							run: async () => await jest(['unit', 'admin-ui', 'integration', 'chromium'], [pattern, ...more]),
						},
					];
		return await runAll(chosen);
	} finally {
		await stopping.now();
	}
}

async function runAll(chosen: readonly Stage[]): Promise<number> {
	const results: { name: string; tally: Tally; took: string }[] = [];
	for (const { name, run } of chosen) {
		const startedAtMs = Date.now();
		title(`── ${name} ──`);
		const tally = await run().catch((error: unknown) => {
			process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
			return oneCheck(false);
		});
		results.push({ name, tally, took: seconds(startedAtMs) });
	}
	title('Summary');
	for (const { name, tally, took } of results) {
		process.stdout.write(
			`  ${tally.failed > 0 ? 'FAILED' : '    ok'}  ${name.padEnd(16)} ${inWords(tally).padEnd(36)} ${took}\n`,
		);
	}
	const sum = sumOf(results.map(({ tally }) => tally));
	// The last line is read by machines.
	process.stdout.write(`${inWords(sum)}\n`);
	return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
