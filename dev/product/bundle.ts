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
	return source.slice('<?php\n'.length);
}
