import { expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function phpFiles(folder: string): string[] {
	const path = join(root, folder);
	return existsSync(path)
		? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
				(name) => name.endsWith('.php') && !/^(build|agent)\//.test(name),
			)
		: [];
}

test('WordPress hooks are added in plugin/hooks.php and nowhere else', () => {
	const elsewhere = phpFiles('plugin').filter(
		(name) => name !== 'hooks.php' && /\b(add_action|add_filter)\s*\(/.test(readFileSync(join(root, 'plugin', name), 'utf8')),
	);
	expect(elsewhere).toEqual([]);
});

test('no address of a package mirror or registry, and no path of one machine, is written into the project', () => {
	const folders = ['dev', 'tests', 'protocol', 'sync-client', 'endpoint', 'admin-ui', 'plugin', '.ci'];
	const forbidden = /deb\.debian\.org|archive\.ubuntu\.com|registry\.npmjs\.org|packagist\.org|(?<![\w*])\/(home|root)\/[a-z]/;
	const found = folders.flatMap((folder) => {
		const path = join(root, folder);
		return !existsSync(path)
			? []
			: readdirSync(path, { recursive: true, encoding: 'utf8' })
					.filter(
						(name) =>
							/\.(ts|tsx|mjs|json|php|sh|md|xml)$/.test(name) &&
							!/(^|\/)(node_modules|build|dist)\//.test(name) &&
							name !== 'layers.test.ts',
					)
					.filter((name) => forbidden.test(readFileSync(join(path, name), 'utf8')))
					.map((name) => join(folder, name));
	});
	expect(found).toEqual([]);
});
