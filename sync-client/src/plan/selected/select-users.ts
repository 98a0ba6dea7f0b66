/** Single users. */
import type { ChosenRows } from '../parts.ts';
import { idsOf, mustBeComparable, mustBeKnown, type Selecting } from './selecting.ts';
import { numberOf } from './two-sides.ts';

export async function selectUsers({ sides, ids }: Selecting, chosen: readonly ChosenRows[]): Promise<void> {
	if (chosen.length === 0) { return; }
	await mustBeComparable(sides, 'users', 'usermeta');
	const wanted = idsOf(chosen);
	const { then, now } = await sides.byNumber('users', wanted.keys());
	mustBeKnown(chosen, new Set([...then, ...now].map((row) => numberOf(row, 'ID'))), 'user');
	ids.users.push(...wanted.keys());
}
