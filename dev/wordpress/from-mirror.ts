import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { DevError } from '../errors.ts';
import { cacheDir, ensureDir } from '../paths.ts';
import { step } from '../terminal.ts';
import { aptOfSuite, machineMirrors, type SuiteApt } from './apt-suite.ts';
import { copyResolved } from './links.ts';
import { oldestWordPress } from './version.ts';

/**
 * Debian's own suite has a WordPress of its age, but the mirror that apt is set up with has the later suites too.
 * From the newest suite that it offers, WordPress and the packages it links into are unpacked, not installed.
 */
const suitesNewestFirst = ['unstable', 'testing', 'stable'];
/** Programs and servers that the package depends on are the machine's; only what it points into is taken along. */
const pointedInto = /^(libjs-|libphp-|php-getid3$|wordpress-)/;
const themesMax = 2;

export async function fromMirror(into: string): Promise<void> {
	const work = ensureDir(join(cacheDir, 'mirror'));
	try {
		const apt = await firstOffering(work);
		const packages = [
			'wordpress',
			...(await apt.dependsOf('wordpress')).filter((name) => pointedInto.test(name)),
			...(await newestThemes(apt)),
		];
		step(`downloading from suite ${apt.suite}: ${[...new Set(packages)].join(' ')}`);
		const unpacked = await apt.unpack([...new Set(packages)]);
		await copyResolved({ from: join(unpacked, 'usr/share/wordpress'), unpacked, into });
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

async function firstOffering(work: string): Promise<SuiteApt> {
	const mirrors = await machineMirrors();
	const found: string[] = [];
	for (const suite of suitesNewestFirst) {
		for (const mirror of mirrors) {
			const apt = await aptOfSuite(mirror, suite, ensureDir(join(work, suite)));
			const version = await apt?.versionOf('wordpress');
			found.push(`${suite}: ${version ?? 'none'}`);
			if (apt !== undefined && version !== undefined && version.localeCompare(oldestWordPress, 'en', { numeric: true }) >= 0) {
				return apt;
			}
		}
	}
	throw new DevError(
		`The mirror of this machine’s apt offers no WordPress ${oldestWordPress} or newer (${found.join(', ')}).`,
		'check /etc/apt/sources.list and `apt-get update`.',
	);
}

async function newestThemes(apt: SuiteApt): Promise<string[]> {
	return (await apt.search('^wordpress-theme-')).slice(0, themesMax);
}
