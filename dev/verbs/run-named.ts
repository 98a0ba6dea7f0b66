import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DevError } from '../errors.ts';
import { repoRoot } from '../paths.ts';
import { ensurePackages } from '../system/packages.ts';

/** What a file of tests/bench or tests/soak exports as `run`; a bench returns its figures, the unit in each name. */
export type NamedRun = (args: readonly string[]) => Promise<Record<string, number> | undefined>;

export async function runNamed(
	kind: 'bench' | 'soak',
	name: string | undefined,
	{ json, args }: { json: boolean; args: readonly string[] },
): Promise<number> {
	const folder = join(repoRoot, 'tests', kind);
	const names = existsSync(folder)
		? readdirSync(folder)
				.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
				.map((file) => file.slice(0, -3))
		: [];
	const known = names.length === 0 ? `there is none in tests/${kind}/ yet` : `choose one of ${names.join(', ')}`;
	if (name === undefined || !names.includes(name)) {
		throw new DevError(
			name === undefined ? `Which ${kind}?` : `There is no ${kind} “${name}”.`,
			`${known}; then \`npm run ${kind} -- NAME\`.`,
		);
	}
	await ensurePackages('tests');
	const { run } = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { run: NamedRun };
	const figures = (await run(args)) ?? {};
	for (const [figure, value] of Object.entries(figures)) {
		process.stdout.write(`  ${figure.padEnd(32)} ${value}\n`);
	}
	if (json) {
		process.stdout.write(`${JSON.stringify({ [kind]: name, figures })}\n`);
	}
	return 0;
}
