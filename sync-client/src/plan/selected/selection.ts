/**
 * The rows and files of single things that were chosen: a post, a user, an option, a menu, a plugin, a path. Found once, when the plan
 * is made, and kept with it, so that window, proof and undo mean the same rows. Pure.
 *
 *     posts       posts, postmeta, term_relationships, comments ──> commentmeta
 *     users       users, usermeta
 *     options     options
 *     terms       terms, termmeta, term_taxonomy; of menus also the relationships of their items
 */
import { asBuffer, rowsRange, type FileRoot, type TableLayout, type TableValue } from '@holdfast/protocol';
import { isWithin, parentOf } from '../../files/paths.ts';
import type { PlanStore } from '../../ports/plan-store.ts';
import { plainName, type SiteNames } from '../plain-name.ts';
import { columnIndex, columnText } from '../row-columns.ts';

/** @property path as latin1. @property only the place itself, not what lies below it. */
export type SelectedPlace = { root: FileRoot; path: string; only: boolean };

export type SelectedIds = {
	posts: number[]; comments: number[]; users: number[]; terms: number[]; taxonomies: number[];
	/** Of `taxonomies`, those whose relationships are meant too. */
	menus: number[];
	/** As latin1. */
	options: string[];
	/** Options that stay as they are now because their number is another's now. */
	optionsHeld: string[];
	places: SelectedPlace[];
};

export const nothingSelected = (): SelectedIds => ({ posts: [], comments: [], users: [], terms: [], taxonomies: [], menus: [], options: [], optionsHeld: [], places: [] });

type IdSets = Record<'posts' | 'comments' | 'users' | 'terms' | 'taxonomies' | 'menus', Set<number>> & { options: Set<string>; optionsHeld: Set<string> };
type Column = (name: string) => string | null;

/** Table without prefix → whether a row belongs to what was chosen. */
const belongs: Record<string, (of: Column, ids: IdSets) => boolean> = {
	posts: (of, { posts }) => posts.has(Number(of('ID'))),
	postmeta: (of, { posts }) => posts.has(Number(of('post_id'))),
	term_relationships: (of, { posts, menus }) => posts.has(Number(of('object_id'))) || menus.has(Number(of('term_taxonomy_id'))),
	comments: (of, { posts }) => posts.has(Number(of('comment_post_ID'))),
	commentmeta: (of, { comments }) => comments.has(Number(of('comment_id'))),
	users: (of, { users }) => users.has(Number(of('ID'))),
	usermeta: (of, { users }) => users.has(Number(of('user_id'))),
	options: (of, { options }) => options.has(of('option_name') ?? ''),
	terms: (of, { terms }) => terms.has(Number(of('term_id'))),
	termmeta: (of, { terms }) => terms.has(Number(of('term_id'))),
	term_taxonomy: (of, { taxonomies }) => taxonomies.has(Number(of('term_taxonomy_id'))),
};

/** Columns of which one tells that two rows with one number are the same thing at two times. */
const identity: Record<string, readonly string[]> = {
	posts: ['post_type', 'post_date_gmt'], comments: ['comment_date_gmt'], users: ['user_login', 'user_registered'], term_taxonomy: ['taxonomy'],
};
/** Tables whose rows are chosen by their own number. */
const ownNumber: ReadonlySet<string> = new Set(['posts', 'users', 'term_taxonomy']);
const noDate = '0000-00-00 00:00:00';

export type PickedRow = { target: Uint8Array | null; live: Uint8Array | null };

export class Selection {
	readonly #names: SiteNames;
	readonly #ids: IdSets;
	readonly places: readonly SelectedPlace[];
	/** Rows of the point that do not come back because something else has their number now: by table, and options by name. */
	readonly taken = new Map<string, number>();

	constructor(names: SiteNames, ids: SelectedIds = nothingSelected()) {
		this.#names = names;
		const { posts, comments, users, terms, taxonomies, menus, options, optionsHeld, places } = ids;
		this.#ids = {
			posts: new Set(posts), comments: new Set(comments), users: new Set(users), terms: new Set(terms), taxonomies: new Set(taxonomies), menus: new Set(menus),
			options: new Set(options), optionsHeld: new Set(optionsHeld),
		};
		this.places = places;
	}

	/** Whether rows of a table may be in it. */
	touches(table: string): boolean {
		const { posts, users, options, terms, taxonomies, menus } = this.#ids;
		switch (plainName(table, this.#names)) {
			case 'posts': case 'postmeta': case 'comments': case 'commentmeta': return posts.size > 0;
			case 'term_relationships': return posts.size + menus.size > 0;
			case 'users': case 'usermeta': return users.size > 0;
			case 'options': return options.size > 0;
			case 'terms': case 'termmeta': return terms.size > 0;
			case 'term_taxonomy': return taxonomies.size > 0;
			default: return false;
		}
	}

	/**
	 * What of the two sides of a row's key is chosen; null for nothing. A row that is there and belongs to something else stays. One that
	 * belonged to something else then does not come back: only what was chosen does. Learns the comments of a post on the way.
	 */
	pick(table: string, layout: TableLayout, target: Uint8Array | null, live: Uint8Array | null): PickedRow | null {
		const name = plainName(table, this.#names);
		const [then, now] = [target, live].map((row) => (row !== null && belongs[name]!(columnsOf(row, layout), this.#ids)));
		if (!then && !now) { return null; }
		if (name === 'comments') { this.#ids.comments.add(Number(columnsOf((target ?? live)!, layout)('comment_ID'))); }
		if (name === 'options') { return this.#option(layout, { target: then ? target : null, live }, now!); }
		if (target === null || live === null || isSameThing(name, layout, target, live)) { return { target, live }; }
		if (then && now && !ownNumber.has(name)) { return { target, live }; }
		if (!then) { return { target: null, live }; }
		this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
		return null;
	}

	/** An option whose number is another's now stays as it is, under the number that it has now. */
	#option(layout: TableLayout, pair: PickedRow, isLive: boolean): PickedRow | null {
		const name = columnsOf((isLive ? pair.live : pair.target)!, layout)('option_name')!;
		if (pair.live !== null && !isLive) {
			this.#ids.optionsHeld.add(name);
			return null;
		}
		return this.#ids.optionsHeld.has(name) ? null : pair;
	}

	/** Names of options that stay as they are now, as latin1. */
	get optionsHeld(): readonly string[] { return [...this.#ids.optionsHeld]; }

	/** Whether a file is in it; `exactly`: it was named itself. */
	file(root: FileRoot, path: Uint8Array): 'exactly' | 'below' | null {
		const at = asBuffer(path).toString('latin1');
		if (this.places.some((place) => place.root === root && place.path === at)) { return 'exactly'; }
		return this.places.some((place) => place.root === root && !place.only && isWithin(path, Buffer.from(place.path, 'latin1'))) ? 'below' : null;
	}

	/** To be kept with the plan. */
	ids(): SelectedIds {
		const { posts, comments, users, terms, taxonomies, menus, options, optionsHeld } = this.#ids;
		return {
			posts: [...posts], comments: [...comments], users: [...users], terms: [...terms], taxonomies: [...taxonomies], menus: [...menus],
			options: [...options], optionsHeld: [...optionsHeld], places: [...this.places],
		};
	}
}

const columnsOf = (row: Uint8Array, layout: TableLayout): Column => (name) => columnText(row, columnIndex(layout, name));

function isSameThing(table: string, layout: TableLayout, target: Uint8Array, live: Uint8Array): boolean {
	return (identity[table] ?? []).some((name) => {
		const [then, now] = [target, live].map((row) => columnsOf(row, layout)(name));
		return then === now && then !== null && then !== noDate;
	});
}

/** Removes what was planned of options of which only later was seen that their number is another's now. */
export function dropHeld(store: PlanStore, { incarnation, layout }: TableValue, { optionsHeld }: Selection): void {
	const at = columnIndex(layout, 'option_name');
	if (optionsHeld.length === 0 || at < 0) { return; }
	const { low, high } = rowsRange(incarnation);
	for (const operations of store.range(low, high)) {
		store.remove(operations.filter(({ live, target }) => optionsHeld.includes(columnText((target ?? live)!, at) ?? '')).map(({ key }) => key));
	}
}

/** Places without those that lie in another of them. */
export function tidyPlaces(places: readonly SelectedPlace[]): SelectedPlace[] {
	const wide = new Set(places.filter((place) => !place.only).map(nameOf));
	const isInside = ({ root, path }: SelectedPlace): boolean => {
		for (let at = Buffer.from(path, 'latin1'); at.length > 0;) {
			at = Buffer.from(parentOf(at));
			if (wide.has(nameOf({ root, path: at.toString('latin1') }))) { return true; }
		}
		return false;
	};
	const kept = new Map(places.filter((place) => !isInside(place) && !(place.only && wide.has(nameOf(place)))).map((place) => [nameOf(place), place]));
	return [...kept.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ root, path }: Pick<SelectedPlace, 'root' | 'path'>): string => `${root}/${path}`;
