import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { devDir, ensureDir, repoRoot } from '../paths.ts';
import { requireProgram, requirePhpFpm } from '../system/programs.ts';
import { show } from './command.ts';
import { oneCheck, type Tally } from './stage.ts';

const tool = (name: string): string => join(repoRoot, 'vendor', 'bin', name);

/** composer.json names exact versions; what is installed is compared with it, so that an update is noticed. */
export async function ensureComposerPackages(): Promise<boolean> {
	const wanted = (JSON.parse(readFileSync(join(repoRoot, 'composer.json'), 'utf8')) as { 'require-dev': Record<string, string> })[
		'require-dev'
	];
	const record = join(repoRoot, 'vendor', 'composer', 'installed.json');
	const installed = existsSync(record)
		? (JSON.parse(readFileSync(record, 'utf8')) as { packages: { name: string; version: string }[] }).packages
		: [];
	const has = (name: string, version: string): boolean =>
		installed.some((one) => one.name === name && one.version.replace(/^v/, '') === version);
	if (Object.entries(wanted).every(([name, version]) => has(name, version))) {
		return true;
	}
	// Versions are fixed in composer.json, so an older lock file has nothing to say.
	rmSync(join(repoRoot, 'composer.lock'), { force: true });
	return await show(requireProgram('composer'), ['install', '--no-interaction', '--no-progress', '--no-ansi'], {
		COMPOSER_ALLOW_SUPERUSER: '1',
		COMPOSER_NO_AUDIT: '1',
	});
}

export async function phpcs(): Promise<Tally> {
	return oneCheck(await show(requirePhpFpm().cli, [tool('phpcs'), '--no-colors', '--report-width=140']));
}

export async function phpstan(): Promise<Tally> {
	ensureDir(devDir);
	return oneCheck(
		await show(requirePhpFpm().cli, [tool('phpstan'), 'analyse', '--no-progress', '--no-ansi', '--memory-limit=1G']),
	);
}

export async function phpunit(): Promise<Tally> {
	const folder = join(repoRoot, 'tests', 'php');
	if (!existsSync(folder) || !readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('Test.php'))) {
		process.stdout.write('There is no tests/php/**/*Test.php yet.\n');
		return { passed: 0, failed: 0, skipped: 1 };
	}
	const report = join(ensureDir(join(devDir, 'reports')), 'phpunit.xml');
	rmSync(report, { force: true });
	const ok = await show(requirePhpFpm().cli, [tool('phpunit'), '--log-junit', report]);
	const told = existsSync(report) ? readFileSync(report, 'utf8') : '';
	const suite = /<testsuite [^>]*>/.exec(told)?.[0];
	const number = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite ?? '')?.[1] ?? 0);
	const failed = number('errors') + number('failures');
	const skipped = number('skipped');
	const failures = [...told.matchAll(/<testcase name="([^"]*)" class="([^"]*)"[^>]*>\s*<(?:failure|error)\b/g)].map(
		([, test = '', ofClass = '']) => `${ofClass}::${test.replaceAll('&quot;', '"').replaceAll('&amp;', '&')}`,
	);
	return { passed: number('tests') - failed - skipped, failed: ok ? failed : Math.max(failed, 1), skipped, failures };
}
