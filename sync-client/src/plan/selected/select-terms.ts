/** Terms that posts had then and that are gone: they come back, with those above them. */
import type { ChosenRows } from '../parts.ts';
import { anyOf, labelOf, type Selecting } from './selecting.ts';
import { numberOf, type Row } from './two-sides.ts';

/** Terms above terms, at most: a circle of parents ends. */
const levelsMax = 20;

export async function selectMissingTerms({ sides, ids, dependencies }: Selecting, posts: ReadonlyMap<number, ChosenRows['part']>): Promise<void> {
	const relations = await sides.rows('term_relationships', (row) => posts.has(numberOf(row, 'object_id')), anyOf('object_id', posts.keys()));
	const partOf = new Map(relations.then.map((row) => [numberOf(row, 'term_taxonomy_id'), posts.get(numberOf(row, 'object_id'))!]));
	let missing = missingOf(await sides.byNumber('term_taxonomy', partOf.keys()), 'term_taxonomy_id');
	const parts = new Map(missing.map((row) => [row, partOf.get(numberOf(row, 'term_taxonomy_id'))!]));
	for (let level = 0; missing.length > 0 && level < levelsMax; level++) {
		const terms = new Map(missing.map((row) => [numberOf(row, 'term_id'), parts.get(row)!]));
		const goneTerms = missingOf(await sides.byNumber('terms', terms.keys()), 'term_id');
		ids.taxonomies.push(...missing.map((row) => numberOf(row, 'term_taxonomy_id')));
		// A term that is still there, of another taxonomy, stays as it is.
		ids.terms.push(...goneTerms.map((row) => numberOf(row, 'term_id')));
		dependencies.push(...goneTerms.map((row) => ({ of: terms.get(numberOf(row, 'term_id'))!, kind: 'term' as const, id: numberOf(row, 'term_id'), label: labelOf(row), restored: true })));
		const above = new Map(missing.filter((row) => numberOf(row, 'parent') > 0).map((row) => [`${numberOf(row, 'parent')} ${row.of('taxonomy')}`, parts.get(row)!]));
		if (above.size === 0) { return; }
		const nameOf = (row: Row): string => `${numberOf(row, 'term_id')} ${row.of('taxonomy')}`;
		const found = await sides.rows('term_taxonomy', (row) => above.has(nameOf(row)), anyOf('term_id', [...above.keys()].map((name) => Number(name.split(' ')[0]))));
		missing = missingOf(found, 'term_taxonomy_id').filter((row) => !ids.taxonomies.includes(numberOf(row, 'term_taxonomy_id')));
		for (const row of missing) { parts.set(row, above.get(nameOf(row))!); }
	}
}

/** Rows of then whose number is not there now. */
function missingOf({ then, now }: { then: readonly Row[]; now: readonly Row[] }, column: string): Row[] {
	const there = new Set(now.map((row) => numberOf(row, column)));
	return then.filter((row) => !there.has(numberOf(row, column)));
}
