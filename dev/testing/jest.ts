import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { devDir, ensureDir, repoRoot } from '../paths.ts';
import { showNode } from './command.ts';
import type { Tally } from './stage.ts';

interface JestResult {
	readonly numPassedTests: number;
	readonly numFailedTests: number;
	readonly numPendingTests: number;
	readonly numTodoTests: number;
	/** Files that did not even load; their tests are in none of the other numbers. */
	readonly numRuntimeErrorTestSuites: number;
	readonly testResults: readonly {
		/** The path of the file. */
		readonly name: string;
		readonly status: string;
		readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
	}[];
}

const nodeOptions = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/** All projects of jest.config.mjs. @param args  more of Jest's own, patterns among them */
export async function jest(args: readonly string[] = []): Promise<Tally> {
	const report = join(ensureDir(join(devDir, 'reports')), 'jest.json');
	rmSync(report, { force: true });
	const ok = await showNode(
		'jest/bin/jest.js',
		['--json', `--outputFile=${report}`, '--passWithNoTests', ...args],
		{
			NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${nodeOptions}`.trim(),
		},
	);
	if (!existsSync(report)) {
		return { passed: 0, failed: 1, skipped: 0 };
	}
	const result = JSON.parse(readFileSync(report, 'utf8')) as JestResult;
	const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
	// A global tear-down that throws, or a worker that died, fails the run without failing a test.
	return {
		passed: result.numPassedTests,
		failed: ok ? failed : Math.max(failed, 1),
		skipped: result.numPendingTests + result.numTodoTests,
		failures: result.testResults.flatMap(failuresOf),
	};
}

function failuresOf({ name, status, assertionResults }: JestResult['testResults'][number]): string[] {
	const file = relative(repoRoot, name);
	const failed = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => `${file}: ${fullName}`);
	return failed.length === 0 && status === 'failed' ? [`${file}: did not run to its end`] : failed;
}
