import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevError } from '../errors.ts';

/** Folders of plugin/src whose classes a writing request needs, and the few files that it needs of others: as autoload.php has them. */
const folders = ['Capture', 'Log', 'Schema', 'Sql', 'Story'];
const single = ['State/Guarded.php', 'State/Quiet.php', 'State/Shared.php'];
/** Every request loads it, so early.php requires it by itself. */
const door = 'Capture/Door.php';

/**
 * Puts the classes of a writing request into one file, `build/capture-<version>.php` in the plugin's folder: opcache loads one
 * script many times faster than forty. Without it autoload.php takes the single files.
 */
export function bundleCapture(plugin: string): void {
	const version = /^ \* Version: +(\S+)$/m.exec(readFileSync(join(plugin, 'holdfast.php'), 'utf8'))?.[1] ?? '';
	const name = `capture-${version}.php`;
	if (!readFileSync(join(plugin, 'autoload.php'), 'utf8').includes(`/build/${name}'`)) {
		throw new DevError(`plugin/autoload.php does not ask for build/${name}.`, 'the version is written in both: make them equal.');
	}
	const files = [...folders.flatMap((folder) => readdirSync(join(plugin, 'src', folder)).map((file) => `${folder}/${file}`)), ...single];
	const bodies = files.filter((file) => file !== door && file.endsWith('.php')).sort().map((file) => body(file, readFileSync(join(plugin, 'src', file), 'utf8')));
	const target = join(plugin, 'build', name);
	mkdirSync(join(plugin, 'build'), { recursive: true });
	writeFileSync(`${target}.tmp`, `<?php\n// Built from src/ by npm run build.\n${bodies.join('')}`);
	renameSync(`${target}.tmp`, target);
}

/** A file behind its opening tag. One that needs another class when it is declared would load that by itself, and so declare it twice. */
function body(file: string, source: string): string {
	const classes = source.match(/^(?:abstract |final )*(?:class|interface|trait) .*/gm) ?? [];
	if (!source.startsWith('<?php\n') || classes.length !== 1 || !/^final class \w+ \{$/.test(classes[0]) || /^(?:declare|function|const|return|require|include)\b/m.test(source)) {
		throw new DevError(`plugin/src/${file} cannot be bundled.`, 'a bundled file holds one final class that extends and implements nothing.');
	}
	return withFunctions(source.slice('<?php\n'.length));
}

/** What looks like a call and is none. */
const keywords = new Set(
	'and array as break callable case catch class clone const continue declare default die do echo else elseif empty exit extends final finally fn for foreach function global if implements include include_once instanceof isset list match namespace new or parent print private protected public require require_once return self static switch throw try unset use var while xor yield'.split(' '),
);

/**
 * Names every function that a body calls at its head. None of them is of the body's namespace (a bundled file declares one class), but PHP
 * would look there first, at every place of every request, and could not replace `strlen()` and its like by an instruction of its own.
 */
function withFunctions(body: string): string {
	const called = new Set([...body.matchAll(/(?<![\w\\$>:]|function |new )([a-z][a-z0-9_]*)\(/g)].map(([, name]) => name!).filter((name) => !keywords.has(name)));
	return body.replace(/^namespace [\w\\]+;\n/m, (line) => (called.size === 0 ? line : `${line}use function ${[...called].sort().join(', ')};\n`));
}
