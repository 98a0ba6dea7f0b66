/** What the selectors of posts, users, menus and options share. */
import type { Plan } from '@holdfast/protocol';
import { HoldfastError } from '../../errors.ts';
import { numberEquals } from '../adjusted.ts';
import type { ChosenRows } from '../parts.ts';
import { shownText } from '../row-columns.ts';
import type { FileSelector } from './select-files.ts';
import type { SelectedIds } from './selection.ts';
import { numberOf, type Row, type TwoSides } from './two-sides.ts';

export type Dependency = Plan['dependencies'][number];
export type Selected = { ids: SelectedIds; dependencies: Dependency[] };

/** They add to `ids` and `dependencies`. */
export type Selecting = Selected & { sides: TwoSides; files: FileSelector };

/** @throws RESTORE_PART_SHAPE: single rows cannot go from one shape of a table into another */
export async function mustBeComparable(sides: TwoSides, ...tables: string[]): Promise<void> {
	for (const table of tables) {
		if ((await sides.isComparable(table)) === false) { throw new HoldfastError('RESTORE_PART_SHAPE', `The table ${table} does not have the columns that it had then, so single rows of it cannot be restored.`); }
	}
}

/** @throws RESTORE_PART_UNKNOWN */
export function mustBeKnown(chosen: readonly ChosenRows[], known: ReadonlySet<number>, noun: string): void {
	const unknown = chosen.find((one) => !('id' in one && known.has(one.id)));
	if (unknown !== undefined) { throw new HoldfastError('RESTORE_PART_UNKNOWN', `There is no ${noun} ${unknown.part.slice(unknown.part.indexOf(':') + 1)}, now or then (${unknown.part}).`); }
}

/** Id → the part that named it. */
export const idsOf = (chosen: readonly ChosenRows[]): Map<number, ChosenRows['part']> => new Map(chosen.flatMap((one) => ('id' in one ? [[one.id, one.part] as const] : [])));

/** What is used and is not there any more: only named, with the number to choose it by. */
export async function nameMissing({ sides, dependencies }: Selecting, table: 'posts' | 'users', wanted: ReadonlyMap<number, ChosenRows['part']>): Promise<void> {
	const { then, now } = await sides.byNumber(table, wanted.keys());
	const there = new Set(now.map((row) => numberOf(row, 'ID')));
	for (const row of then) {
		const id = numberOf(row, 'ID');
		if (!there.has(id)) { dependencies.push({ of: wanted.get(id)!, kind: table === 'users' ? 'user' : 'post', id, label: labelOf(row), restored: false }); }
	}
}

export const labelOf = (row: Row): string => shownText(row.of('post_title') ?? row.of('user_login') ?? row.of('name')) || '(no title)';

/** Conditions `column = id`. */
export const anyOf = (column: string, ids: Iterable<number>) => [...ids].map((id) => [numberEquals(column, id)]);
