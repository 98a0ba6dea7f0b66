/** Where the roots of a site's files go in another folder. Pure. */
import { posix } from 'node:path';
import type { FileRoot } from '@holdfast/protocol';

const below = { plugins: 'plugins', 'mu-plugins': 'mu-plugins', themes: 'themes', uploads: 'uploads', languages: 'languages' } as const;

/**
 * What lay inside the WordPress folder lies in the same place inside `folder`. What lay elsewhere comes to its usual place and is named in
 * `moved`: a constant of wp-config.php still points to where it was.
 * @param then absolute paths of the roots, as the fact `site` has them.
 */
export function rootsIn(folder: string, then: Readonly<Record<string, string>>): { roots: Record<FileRoot, string>; moved: { root: FileRoot; from: string; to: string }[] } {
	const moved: { root: FileRoot; from: string; to: string }[] = [];
	const place = (root: FileRoot, bases: readonly [from: string | undefined, to: string][], usual: string): string => {
		const from = then[root];
		if (from === undefined) { return usual; }
		for (const [base, to] of bases) {
			const inside = base === undefined ? null : relativeIn(from, base);
			if (inside !== null) { return inside === '' ? to : posix.join(to, inside); }
		}
		moved.push({ root, from, to: usual });
		return usual;
	};
	const content = place('content', [[then['root'], folder]], posix.join(folder, 'wp-content'));
	const roots: Record<FileRoot, string> = { root: folder, content, plugins: '', 'mu-plugins': '', themes: '', uploads: '', languages: '' };
	for (const [root, name] of Object.entries(below) as [FileRoot, string][]) {
		roots[root] = place(root, [[then['content'], content], [then['root'], folder]], posix.join(content, name));
	}
	return { roots, moved };
}

function relativeIn(path: string, folder: string): string | null {
	const inside = posix.relative(folder, path);
	return inside === '' || (inside !== '..' && !inside.startsWith('../')) ? inside : null;
}
