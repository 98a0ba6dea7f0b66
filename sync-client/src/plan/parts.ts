/** What was chosen to be restored: which tables, which roots of files, which single things. Pure. */
import type { FileRoot, Part } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';

/** A single post, user or menu by its id; options by name; options of a plugin or theme by its folder. */
export type ChosenRows =
	| { part: Part; kind: 'post' | 'user' | 'menu'; id: number }
	| { part: Part; kind: 'option' | 'plugin-options' | 'theme-options'; name: string };

/** A plugin or theme by its folder, or a path from the site's folder. */
export type ChosenFiles = { part: Part; kind: 'plugin' | 'theme' | 'path'; name: string };

export type Chosen = {
	parts: readonly Part[];
	/** Whether a table is in it as a whole. */
	table: (name: string) => boolean;
	/** Tables named one by one. */
	named: readonly string[];
	/** Views and triggers of tables that are not chosen one by one, counters with their tables. */
	wholeDatabase: boolean;
	/** Null: all of them. */
	roots: ReadonlySet<FileRoot> | null;
	rows: readonly ChosenRows[];
	files: readonly ChosenFiles[];
	anyDatabase: boolean;
	anyFiles: boolean;
};

const rootsOf: Record<string, readonly FileRoot[]> = {
	plugins: ['plugins', 'mu-plugins'], themes: ['themes'], uploads: ['uploads'], content: ['content', 'languages'], root: ['root'],
};
const tablePrefix = 'table:';

/** @throws RESTORE_NOTHING_CHOSEN: nothing is never read as everything */
export function chosenParts(parts: readonly Part[]): Chosen {
	if (parts.length === 0) { throw new HoldfastError('RESTORE_NOTHING_CHOSEN', 'Nothing was chosen to be restored.'); }
	const everything = parts.includes('everything');
	const wholeDatabase = everything || parts.includes('database');
	const named = parts.filter((part) => part.startsWith(tablePrefix)).map((part) => part.slice(tablePrefix.length));
	const roots = new Set(parts.flatMap((part) => rootsOf[part] ?? []));
	const names = new Set(named);
	const rows = parts.map(rowsOf).filter((one) => one !== null);
	const files = parts.map(filesOf).filter((one) => one !== null);
	return {
		parts, named, wholeDatabase, rows, files,
		table: (name) => wholeDatabase || names.has(name),
		roots: everything ? null : roots,
		anyDatabase: wholeDatabase || named.length > 0 || rows.length > 0,
		anyFiles: everything || roots.size > 0 || files.length > 0 || rows.some(({ kind }) => kind === 'post'),
	};
}

function rowsOf(part: Part): ChosenRows | null {
	const [kind, name] = split(part);
	switch (kind) {
		case 'post': case 'user': case 'menu': return { part, kind, id: Number(name) };
		case 'option': case 'plugin-options': case 'theme-options': return { part, kind, name };
		default: return null;
	}
}

function filesOf(part: Part): ChosenFiles | null {
	const [kind, name] = split(part);
	return kind === 'plugin' || kind === 'theme' || kind === 'path' ? { part, kind, name } : null;
}

function split(part: Part): [string, string] {
	const at = part.indexOf(':');
	return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}
