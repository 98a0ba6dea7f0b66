import { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { DevError } from '../errors.ts';
import { ensureDir } from '../paths.ts';
import { findProgram } from '../system/programs.ts';

/** One address that the machine's apt is set up with for its own release, and how it is trusted. */
export interface Mirror {
	readonly address: string;
	readonly signedBy: string;
}

export interface SuiteApt {
	readonly suite: string;
	versionOf(packageName: string): Promise<string | undefined>;
	dependsOf(packageName: string): Promise<string[]>;
	search(pattern: string): Promise<string[]>;
	unpack(packages: readonly string[]): Promise<string>;
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** apt itself reads both kinds of source files; `indextargets` prints what it made of them. */
export async function machineMirrors(): Promise<Mirror[]> {
	if (findProgram('apt-get') === undefined) {
		throw new DevError('There is no apt-get here.', 'set HOLDFAST_WORDPRESS to a WordPress folder.');
	}
	const { stdout } = await execa('apt-get', [
		'indextargets',
		'--format',
		'$(SITE)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)',
		'Identifier: Packages',
	]);
	const main = stdout
		.split('\n')
		.map((line) => line.split('|') as [string, string, string, string])
		// Updates and security live under suites of their own; only the release itself has all later ones beside it.
		.filter(([site, release, component]) => site !== '' && component === 'main' && !release.includes('-'));
	const bySite = new Map(
		main.map(([site, , , signedBy]) => [site, signedBy.startsWith('$(') || signedBy === '' ? keyring : signedBy]),
	);
	return [...bySite].map(([address, signedBy]) => ({ address, signedBy }));
}

/** An apt with lists and cache of its own; proxy and every other setting are the machine's. Nothing it does installs. */
export async function aptOfSuite(mirror: Mirror, suite: string, folder: string): Promise<SuiteApt | undefined> {
	const sources = join(folder, 'suite.sources');
	writeFileSync(
		sources,
		['Types: deb', `URIs: ${mirror.address}`, `Suites: ${suite}`, 'Components: main', `Signed-By: ${mirror.signedBy}`, ''].join(
			'\n',
		),
	);
	ensureDir(join(folder, 'lists', 'partial'));
	ensureDir(join(folder, 'cache', 'archives', 'partial'));
	const options = Object.entries({
		'Dir::Etc::sourcelist': sources,
		'Dir::Etc::sourceparts': '/dev/null',
		'Dir::Etc::preferences': '/dev/null',
		'Dir::Etc::preferencesparts': '/dev/null',
		'Dir::State::lists': join(folder, 'lists'),
		'Dir::Cache': join(folder, 'cache'),
		'Dir::Cache::archives': join(folder, 'cache', 'archives'),
		'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
		'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
		'Acquire::Languages': 'none',
		'Acquire::Retries': '2',
		// The download user of apt may not enter our folder.
		...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
	}).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
	const query = async (...args: string[]): Promise<string[]> =>
		(await execa('apt-cache', [...options, ...args], { reject: false })).stdout.split('\n');

	if ((await execa('apt-get', [...options, 'update'], { reject: false, timeout: 120_000 })).exitCode !== 0) {
		return undefined;
	}
	return {
		suite,
		versionOf: async (name) =>
			(await query('show', '--no-all-versions', name)).find((line) => line.startsWith('Version: '))?.slice(9),
		dependsOf: async (name) =>
			(await query('depends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances', name))
				.map((line) => /^\s*\|?(?:Depends|Recommends): ([a-z0-9][a-z0-9+.-]+)$/.exec(line)?.[1])
				.filter((one) => one !== undefined),
		search: async (pattern) =>
			(await query('search', '--names-only', pattern)).map((line) => line.split(' ')[0] as string).filter((name) => name !== ''),
		unpack: async (packages) => {
			const debs = ensureDir(join(folder, 'debs'));
			await execa('apt-get', [...options, 'download', ...packages], { cwd: debs });
			const unpacked = ensureDir(join(folder, 'unpacked'));
			for (const deb of await readdir(debs)) {
				await execa('dpkg-deb', ['-x', join(debs, deb), unpacked]);
			}
			return unpacked;
		},
	};
}
