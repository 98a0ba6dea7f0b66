import { execa } from 'execa';
import { findPhpFpm, findProgram } from './programs.ts';
import { aptInstall } from './apt-install.ts';
import { step } from '../terminal.ts';

/** Which of the machine's packages a purpose needs, found out by looking for the thing itself, not for a package name. */
export type Purpose = 'site' | 'tests' | 'bench';

const phpExtensions: Record<string, string> = {
	mysqli: 'php-mysql',
	curl: 'php-curl',
	gd: 'php-gd',
	zip: 'php-zip',
	mbstring: 'php-mbstring',
	dom: 'php-xml',
	intl: 'php-intl',
};

export async function ensurePackages(purpose: Purpose): Promise<void> {
	const missing = await missingPackages(purpose);
	if (missing.length === 0) {
		return;
	}
	step(`installing from the system's packages: ${missing.join(' ')}`);
	await aptInstall(missing);
}

export async function missingPackages(purpose: Purpose): Promise<string[]> {
	const missing = new Set<string>();
	const need = (packageName: string, ...programs: string[]): void => {
		if (findProgram(...programs) === undefined) {
			missing.add(packageName);
		}
	};
	need('mariadb-server', 'mariadbd');
	need('mariadb-client', 'mariadb-dump');
	need('nginx-light', 'nginx');
	const php = findPhpFpm();
	if (php === undefined) {
		missing.add('php-fpm').add('php-cli');
	}
	const loaded = await loadedExtensions(php);
	for (const [extension, packageName] of Object.entries(phpExtensions)) {
		if (!loaded.has(extension)) {
			missing.add(packageName);
		}
	}
	if (purpose !== 'site') {
		need('chromium', 'chromium', 'chromium-browser', 'google-chrome');
		need('composer', 'composer');
		need('unzip', 'unzip');
		need('faketime', 'faketime');
	}
	if (purpose === 'bench') {
		need('restic', 'restic');
	}
	return [...missing];
}

/** Both SAPIs count: an extension that only the command line has leaves WordPress without a database. */
async function loadedExtensions(php: { fpm: string; cli: string } | undefined): Promise<Set<string>> {
	if (php === undefined) {
		return new Set();
	}
	const lists = await Promise.all(
		[php.cli, php.fpm].map(async (program) => {
			const { stdout } = await execa(program, ['-m'], { reject: false });
			return stdout.toLowerCase().split(/\s+/);
		}),
	);
	const [cli, fpm] = lists as [string[], string[]];
	return new Set(cli.filter((extension) => fpm.includes(extension)));
}
