import { stopOnSignal } from '../services/signals.ts';
import { ensurePackages } from '../system/packages.ts';
import { seconds, title } from '../terminal.ts';
import { keepingOutput, print, showNode } from '../testing/command.ts';
import { jest } from '../testing/jest.ts';
import { ensureComposerPackages, phpcs, phpstan, phpunit } from '../testing/php.ts';
import { inWords, oneCheck, sumOf, type Stage, type Tally } from '../testing/stage.ts';
import { startSharedStack } from '../../tests/harness/running-stack.ts';
import { build } from './build.ts';

/** What needs one processor only, side by side with its like: lanes. Each lane runs its stages one after the other. */
type Step = readonly (readonly Stage[])[];

/** Cheap ones first; every stage runs, whatever the ones before it found. */
const steps: readonly Step[] = [
	[[{ name: 'php packages', run: async () => oneCheck(await ensureComposerPackages()) }]],
	[
		[
			{ name: 'build', run: async () => oneCheck((await build()) === 0) },
			{ name: 'php tests', run: phpunit },
			{ name: 'php style', run: phpcs },
		],
		[
			{ name: 'lint', run: async () => oneCheck(await showNode('eslint/bin/eslint.js', ['.', '--max-warnings=0'])) },
			{ name: 'types', run: async () => oneCheck(await showNode('typescript/bin/tsc', ['--noEmit'])) },
			{ name: 'types of the page', run: async () => oneCheck(await showNode('typescript/bin/tsc', ['--noEmit', '-p', 'admin-ui/tsconfig.json'])) },
			{ name: 'php types', run: phpstan },
		],
	],
	// In one run: no processor waits for the longest file of one of them.
	[[{ name: 'unit, page, integration, chromium', run: async () => await jest() }]],
];

export async function test(pattern: string | undefined, more: readonly string[]): Promise<number> {
	await ensurePackages('tests');
	const stopStack = await startSharedStack();
	const stopping = stopOnSignal(stopStack);
	try {
		const matching: Stage = {
			name: `tests that match “${pattern}”`,
			run: async () => await jest([pattern ?? '', ...more]),
		};
		return await runAll(pattern === undefined ? steps : [[[matching]]]);
	} finally {
		await stopping.now();
	}
}

async function runAll(chosen: readonly Step[]): Promise<number> {
	const results: Result[] = [];
	for (const [first, ...beside] of chosen) {
		const others = beside.map(async (lane) => await keepingOutput(async () => await runLane(lane)));
		results.push(...(await runLane(first ?? [])));
		for (const other of others) {
			const { value, show } = await other;
			show();
			results.push(...value);
		}
	}
	title('Summary');
	for (const { name, tally, took } of results) {
		process.stdout.write(
			`  ${tally.failed > 0 ? 'FAILED' : '    ok'}  ${name.padEnd(34)} ${inWords(tally).padEnd(36)} ${took}\n`,
		);
		tally.failures?.forEach((test) => process.stdout.write(`          ${test}\n`));
	}
	const sum = sumOf(results.map(({ tally }) => tally));
	// The last line is read by machines.
	process.stdout.write(`${inWords(sum)}\n`);
	return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

interface Result {
	readonly name: string;
	readonly tally: Tally;
	readonly took: string;
}

async function runLane(lane: readonly Stage[]): Promise<Result[]> {
	const results: Result[] = [];
	for (const { name, run } of lane) {
		const startedAtMs = Date.now();
		print(`\n── ${name} ──\n`);
		const tally = await run().catch((error: unknown) => {
			print(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
			return oneCheck(false);
		});
		results.push({ name, tally, took: seconds(startedAtMs) });
	}
	return results;
}
