/** What was chosen to be restored: which tables, which roots of files. Pure. */
import type { FileRoot, Part } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';

export type Chosen = {
	parts: readonly Part[];
	/** Whether a table is in it. */
	table: (name: string) => boolean;
	/** Names given one by one. */
	named: readonly string[];
	/** Views and triggers of tables that are not chosen one by one, counters with their tables. */
	wholeDatabase: boolean;
	/** Null: all of them. */
	roots: ReadonlySet<FileRoot> | null;
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
	return {
		parts, named, wholeDatabase,
		table: (name) => wholeDatabase || names.has(name),
		roots: everything ? null : roots,
		anyDatabase: wholeDatabase || named.length > 0,
		anyFiles: everything || roots.size > 0,
	};
}
