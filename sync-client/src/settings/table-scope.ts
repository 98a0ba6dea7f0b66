/** Which tables of a database belong to a site. Pure. */

export interface DividedTables {
	own: string[];
	/** Tables outside the prefix that the site uses too. */
	shared: string[];
	neighbours: { prefix: string; tables: string[] }[];
}

/** What WordPress itself names its tables, behind the prefix. */
const coreNames = new Set([
	'commentmeta', 'comments', 'links', 'options', 'postmeta', 'posts', 'term_relationships', 'term_taxonomy', 'termmeta', 'terms', 'usermeta', 'users',
	'blogmeta', 'blogs', 'registration_log', 'signups', 'site', 'sitemeta',
]);

/**
 * A table is ours when its name begins with our prefix, unless a longer prefix that owns its own `options` and `users` tables
 * claims it: that is another site. (A network's `wp_2_` has options but no users, so it is ours.)
 *
 * Where the longer prefix ends in a letter (`wp_` and `wp_c`), a name can be read both ways: `wp_comments` is ours as WordPress
 * names its tables, and `wp_cart` is ours where the other has a `wp_ccart`. Else it is the other's: it is never touched.
 * @param foldsCase whether the server tells names apart by case (lower_case_table_names is not 0 where it does not).
 */
export function divideTables(
	scope: { prefix: string; shared?: readonly string[] },
	names: readonly string[],
	foldsCase: boolean,
): DividedTables {
	const fold = (name: string): string => (foldsCase ? name.toLowerCase() : name);
	const prefix = fold(scope.prefix);
	const present = new Set(names.map(fold));
	const longer = [...present]
		.filter((name) => name.startsWith(prefix) && name.endsWith('options'))
		.map((name) => name.slice(0, -'options'.length))
		.filter((candidate) => candidate.length > prefix.length && present.has(`${candidate}users`))
		.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
	const neighbourOf = (name: string): string | undefined =>
		coreNames.has(name.slice(prefix.length))
			? undefined
			: longer.find((other) => name.startsWith(other) && (other.endsWith('_') || !present.has(`${other}${name.slice(prefix.length)}`)));
	const sharedNames = new Set((scope.shared ?? []).map(fold));
	const own: string[] = [];
	const shared: string[] = [];
	const neighbours = new Map<string, string[]>();
	for (const name of names) {
		const folded = fold(name);
		// What the site was told to use is its own business even where a neighbour owns it.
		if (sharedNames.has(folded) && !(folded.startsWith(prefix) && neighbourOf(folded) === undefined))
			shared.push(name);
		else if (folded.startsWith(prefix)) {
			const neighbour = neighbourOf(folded);
			if (neighbour === undefined) own.push(name);
			else neighbours.set(neighbour, [...(neighbours.get(neighbour) ?? []), name]);
		}
	}
	return { own, shared, neighbours: [...neighbours].map(([other, tables]) => ({ prefix: other, tables })) };
}
