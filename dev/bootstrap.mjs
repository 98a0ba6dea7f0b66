// The only plain JavaScript of the project: it runs on whatever Node (20 or newer) the machine has, installs the npm
// packages when they are missing or older than the lock file, and hands over to the Node 24 that the package `node` brings.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
const nodeModules = join(repoRoot, 'node_modules');
const node24 = join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const stampFile = join(nodeModules, '.holdfast-lock-hash');

function fail(sentence, hint) {
	process.stderr.write(`\nHoldfast: ${sentence}\n  What to do: ${hint}\n`);
	process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
	fail(
		`this needs Node 20 or newer; here is ${process.version}.`,
		'install a newer Node, for example from nodejs.org, and try again.',
	);
}

function npm(...args) {
	const done = spawnSync('npm', args, { cwd: repoRoot, stdio: 'inherit' });
	if (done.error) {
		fail(`npm could not be started (${done.error.message}).`, 'install npm next to Node and try again.');
	}
	return done.status === 0;
}

const lockHash = createHash('sha256')
	.update(readFileSync(join(repoRoot, 'package-lock.json')))
	.digest('hex');

function installed() {
	if (!existsSync(node24) || !existsSync(join(nodeModules, '.package-lock.json'))) {
		return false;
	}
	return (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash) || sameAsLock();
}

// `npm install` by hand leaves no stamp of ours, but npm's own record of what it installed.
function sameAsLock() {
	const versions = (file) =>
		Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
			.filter(
				([path, entry]) =>
					path !== '' && !entry.optional && !entry.devOptional && !entry.link && path.startsWith('node_modules/'),
			)
			.map(([path, entry]) => `${path}@${entry.version}`)
			.sort();
	const have = new Set(versions(join(nodeModules, '.package-lock.json')));
	return versions(join(repoRoot, 'package-lock.json')).every((one) => have.has(one));
}

if (!installed()) {
	process.stdout.write('Holdfast: installing npm packages (once, a minute or two) …\n');
	// Not `npm ci`: it refuses a lock file without the optional binaries of other systems, which a registry mirror may not
	// carry. Versions come from the lock file all the same, and --no-save leaves that file as it is.
	if (!npm('install', '--no-save', '--no-audit', '--no-fund')) {
		fail('npm could not install the packages.', 'read the lines above; most often the package registry could not be reached.');
	}
	// Install scripts may be switched off on this machine; the package `node` fetches its binary in one.
	if (!existsSync(node24) && !npm('rebuild', 'node')) {
		fail('the npm package `node` did not bring its binary.', 'run `npm rebuild node` and read what it says.');
	}
}
if (!existsSync(node24)) {
	fail(`${node24} is missing.`, 'run `npm rebuild node` and read what it says.');
}
writeFileSync(stampFile, lockHash);

const child = spawn(
	node24,
	['--disable-warning=ExperimentalWarning', join(repoRoot, 'dev', 'main.ts'), ...process.argv.slice(2)],
	{
		stdio: 'inherit',
		// Hundreds of short processes run TypeScript sources: types are stripped and code is compiled once.
		env: { NODE_COMPILE_CACHE: join(repoRoot, '.dev', 'cache', 'node'), ...process.env },
	},
);
// A terminal sends Ctrl-C to the whole group, so the child has it already; only signals to us alone are passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.on(signal, () => {
		if (signal !== 'SIGINT' || !process.stdin.isTTY) {
			child.kill(signal);
		}
	});
}
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
