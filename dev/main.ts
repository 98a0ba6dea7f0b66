import { Command } from 'commander';
import { DevError } from './errors.ts';
import { isSeedSize, seedSizes } from './site/seed-size.ts';

/** The table of contents of the dev commands; `npm start|test|bench|soak|build` come here through bootstrap.mjs. */
const program = new Command('npm run').description('Holdfast’s development commands');

program
	.command('start')
	.description('bring up WordPress, MariaDB, the endpoint and the agent')
	.option('--site-only', 'only WordPress on MariaDB, php-fpm and nginx')
	.option('--fresh', 'delete the site and its backup first')
	.option('--check', 'back up, damage, restore, compare; then exit with 0 or 1')
	.option('--size <size>', `how much is seeded: ${Object.keys(seedSizes).join(', ')}`, 'normal')
	.action(async (options: { siteOnly?: true; fresh?: true; check?: true; size: string }) => {
		if (!isSeedSize(options.size)) {
			throw new DevError(`There is no seed size “${options.size}”.`, `choose one of ${Object.keys(seedSizes).join(', ')}.`);
		}
		const { start } = await import('./verbs/start.ts');
		process.exitCode = await start({
			siteOnly: options.siteOnly ?? false,
			fresh: options.fresh ?? false,
			check: options.check ?? false,
			size: options.size,
		});
	});

program
	.command('test')
	.description('run everything, or only the Jest tests whose path matches')
	.argument('[pattern]', 'part of a test file’s path')
	.allowUnknownOption()
	.allowExcessArguments()
	.action(async (pattern: string | undefined, _options: unknown, command: Command) => {
		const { test } = await import('./verbs/test.ts');
		process.exitCode = await test(pattern, command.args.slice(1));
	});

for (const kind of ['bench', 'soak'] as const) {
	program
		.command(kind)
		.description(kind === 'bench' ? 'measure; --json prints the figures as the last line' : 'the long form of a test')
		.argument('[name]', `a file of tests/${kind}/`)
		.option('--json', 'print {"bench": name, "figures": {…}} as the last line')
		.allowUnknownOption()
		.allowExcessArguments()
		.action(async (name: string | undefined, options: { json?: true }, command: Command) => {
			const { runNamed } = await import('./verbs/run-named.ts');
			process.exitCode = await runNamed(kind, name, { json: options.json ?? false, args: command.args.slice(1) });
		});
}

program
	.command('build')
	.description('build the admin page and the agent, and bundle the plugin’s PHP')
	.action(async () => {
		const { build } = await import('./verbs/build.ts');
		process.exitCode = await build();
	});

try {
	await program.parseAsync();
} catch (error) {
	if (!(error instanceof DevError)) {
		throw error;
	}
	process.stderr.write(`\nHoldfast: ${error.message}\n  What to do: ${error.hint}\n`);
	process.exitCode = 1;
}
