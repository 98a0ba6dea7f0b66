/** Menus: the term, and its items, which are posts. */
import { HoldfastError } from '../../errors.ts';
import type { ChosenRows } from '../parts.ts';
import { anyOf, idsOf, mustBeComparable, mustBeKnown, nameMissing, type Selecting } from './selecting.ts';
import { numberOf } from './two-sides.ts';

const itemType = 'nav_menu_item';

export async function selectMenus(selecting: Selecting, chosen: readonly ChosenRows[]): Promise<void> {
	if (chosen.length === 0) { return; }
	const { sides, ids } = selecting;
	await mustBeComparable(sides, 'terms', 'termmeta', 'term_taxonomy', 'term_relationships', 'posts', 'postmeta');
	const wanted = idsOf(chosen);
	const taxonomies = await sides.rows('term_taxonomy', (row) => wanted.has(numberOf(row, 'term_id')), anyOf('term_id', wanted.keys()));
	const menus = [...taxonomies.then, ...taxonomies.now].filter((row) => row.of('taxonomy') === 'nav_menu');
	mustBeKnown(chosen, new Set(menus.map((row) => numberOf(row, 'term_id'))), 'menu');
	const other = taxonomies.now.find((row) => row.of('taxonomy') !== 'nav_menu');
	if (other !== undefined) { throw new HoldfastError('RESTORE_PART_UNKNOWN', `Number ${numberOf(other, 'term_id')} is no menu any more: something else has it now.`); }
	const own = new Map(menus.map((row) => [numberOf(row, 'term_taxonomy_id'), wanted.get(numberOf(row, 'term_id'))!]));
	ids.terms.push(...wanted.keys());
	ids.taxonomies.push(...own.keys());
	ids.menus.push(...own.keys());

	const relations = await sides.rows('term_relationships', (row) => own.has(numberOf(row, 'term_taxonomy_id')), anyOf('term_taxonomy_id', own.keys()));
	const partOf = new Map([...relations.then, ...relations.now].map((row) => [numberOf(row, 'object_id'), own.get(numberOf(row, 'term_taxonomy_id'))!]));
	const found = await sides.byNumber('posts', partOf.keys());
	const items = new Set([...found.then, ...found.now].filter((row) => row.of('post_type') === itemType).map((row) => numberOf(row, 'ID')));
	ids.posts.push(...items);

	const meta = await sides.rows('postmeta', (row) => items.has(numberOf(row, 'post_id')), anyOf('post_id', items));
	const value = (key: string): Map<number, string> => new Map(meta.then.filter((row) => row.of('meta_key') === key).map((row) => [numberOf(row, 'post_id'), row.of('meta_value') ?? '']));
	const [types, objects] = [value('_menu_item_type'), value('_menu_item_object_id')];
	const pointed = new Map([...objects].filter(([item]) => types.get(item) === 'post_type').map(([item, object]) => [Number(object), partOf.get(item)!]));
	await nameMissing(selecting, 'posts', pointed);
}
