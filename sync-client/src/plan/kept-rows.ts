/**
 * Keep newer orders, row by row: which rows of tables that are restored otherwise belong to something that stays as it is now.
 *
 *     posts of a kept type  ──> their meta, comments, meta of comments, terms
 *     users with kept roles ──> their meta
 *     options by name, single meta of other posts (the usage of coupons)
 *
 * Who owns a row is known from what is there now, and, of what was deleted since, from the owners' own rows: these tables come first.
 */
import type { TableLayout } from '@holdfast/protocol';
import type { Snapshot } from '../ports/database.ts';
import { asNow, liveColumns, textEquals, type AdjustedRow, type Kept, type LayoutOf, type RowPair } from './adjusted.ts';
import { IdSet } from './id-set.ts';
import type { KeepMatcher, KeepRule } from './keep-rules.ts';
import { columnIndex, columnText, withColumn } from './row-columns.ts';

/** Tables whose rows own rows of other ones: compared first. */
export const owners = ['posts', 'users', 'comments'] as const;

/** Table without prefix → the column that names the owner, and of which kind it is. */
const owned: Record<string, { column: string; by: (typeof owners)[number] }> = {
	postmeta: { column: 'post_id', by: 'posts' },
	comments: { column: 'comment_post_ID', by: 'posts' },
	term_relationships: { column: 'object_id', by: 'posts' },
	commentmeta: { column: 'comment_id', by: 'comments' },
	usermeta: { column: 'user_id', by: 'users' },
};

export const keptBy = (rule: KeepRule): Kept => ({ what: rule.label, why: 'Keep newer orders: as they are now.' });

type Ids = Record<(typeof owners)[number], IdSet>;
type SingleMeta = ReadonlyMap<string, readonly { posts: IdSet; kept: Kept }[]>;

export class KeptRows {
	readonly matcher: KeepMatcher;
	readonly #ids: Ids;
	readonly #options: ReadonlySet<string>;
	/** Posts whose single meta stays: by meta key. */
	readonly #meta: SingleMeta;
	/** Of what is owned by something that is kept. */
	readonly #kept: Kept;
	/** What is there now and was not then. */
	readonly newer = { orders: 0, customers: 0 };
	/** Stock that stays as it is now and is not as then: product → both. */
	readonly stock = new Map<number, { now: number; then: number }>();
	/** Rows of the point that cannot come back because what was kept has their id: by table. */
	readonly collisions = new Map<string, number>();

	private constructor(matcher: KeepMatcher, ids: Ids, options: ReadonlySet<string>, meta: SingleMeta) {
		this.matcher = matcher;
		this.#ids = ids;
		this.#options = options;
		this.#meta = meta;
		this.#kept = keptBy(matcher.rules[0]!);
	}

	/** @param names full names of users, usermeta and the like. @param actorId the acting admin is no customer */
	static async load(snapshot: Snapshot, matcher: KeepMatcher, names: { prefix: string; usermeta: string; actorId: number | null }, layoutOf: LayoutOf): Promise<KeptRows> {
		const { prefix } = names;
		const postsLayout = await layoutOf(`${prefix}posts`);
		const ofTypes = (types: readonly string[]): Promise<number[]> => (types.length === 0 ? Promise.resolve([]) : numbers(liveColumns(snapshot, postsLayout, ['ID'], types.map((type) => [textEquals('post_type', type)]))));
		const posts = IdSet.of(await ofTypes(matcher.postTypes));

		const comments: number[] = [];
		for await (const [id, post] of liveColumns(snapshot, await layoutOf(`${prefix}comments`), ['comment_ID', 'comment_post_ID'])) {
			if (posts.has(Number(post))) { comments.push(Number(id)); }
		}
		const users: number[] = [];
		const { roles } = matcher;
		for await (const [user, capabilities] of liveColumns(snapshot, await layoutOf(names.usermeta), ['user_id', 'meta_value'], [[textEquals('meta_key', `${prefix}capabilities`)]])) {
			const own = rolesOf(capabilities ?? '');
			if (own.length > 0 && own.every((role) => roles.has(role)) && Number(user) !== names.actorId) { users.push(Number(user)); }
		}
		const options = new Set<string>();
		for await (const [name] of liveColumns(snapshot, await layoutOf(`${prefix}options`), ['option_name'])) {
			if (matcher.option(name ?? '') !== null) { options.add(name!); }
		}
		const meta = new Map<string, { posts: IdSet; kept: Kept }[]>();
		for (const { postType, keys, rule } of matcher.postMeta) {
			const ids = IdSet.of(await ofTypes([postType]));
			for (const key of keys) { meta.set(key, [...(meta.get(key) ?? []), { posts: ids, kept: keptBy(rule) }]); }
		}
		return new KeptRows(matcher, { posts, comments: IdSet.of(comments), users: IdSet.of(users) }, options, meta);
	}

	/** What shall be at the key, or null where these rules say nothing of it. @param table without prefix */
	adjust(table: string, pair: RowPair): AdjustedRow | null {
		switch (table) {
			case 'posts': return this.#post(pair);
			case 'users': return this.#user(pair);
			case 'options': return this.#option(pair);
			case 'comments': return this.#comment(pair);
			case 'postmeta': return this.#owned(table, pair) ?? this.#singleMeta(pair);
			default: return this.#owned(table, pair) ?? this.#columns(table, pair);
		}
	}

	/** Whether a live row stays although its table is made anew. @param table without prefix */
	isKeptLive(table: string, layout: TableLayout, live: Uint8Array): boolean {
		return this.adjust(table, { layout, target: null, live })?.value != null;
	}

	#post(pair: RowPair): AdjustedRow | null {
		const { layout, target, live } = pair;
		const at = columnIndex(layout, 'post_type');
		const [then, now] = [target, live].map((row) => (row === null ? null : columnText(row, at)));
		const [ruleThen, ruleNow] = [then, now].map((type) => (type === null || type === undefined ? null : this.matcher.postType(type)));
		if (!ruleThen && !ruleNow) { return null; }
		if (ruleNow && target === null && this.matcher.isOrder(now!)) { this.newer.orders++; }
		if (ruleThen && live === null) { this.#ids.posts.add(Number(columnText(target!, columnIndex(layout, 'ID')))); }
		if (ruleNow && target !== null && !ruleThen) { this.#collide('posts'); }
		return ruleNow ? asNow(pair, keptBy(ruleNow)) : { value: ruleThen && live !== null ? live : null, kept: ruleThen ? keptBy(ruleThen) : null };
	}

	#user(pair: RowPair): AdjustedRow | null {
		if (pair.live === null || !this.#has('users', pair.live, pair.layout, 'ID')) { return null; }
		if (pair.target === null) { this.newer.customers++; }
		return asNow(pair, this.#kept);
	}

	#comment(pair: RowPair): AdjustedRow | null {
		const adjusted = this.#owned('comments', pair);
		if (adjusted !== null && pair.target !== null) { this.#ids.comments.add(Number(columnText(pair.target, columnIndex(pair.layout, 'comment_ID')))); }
		return adjusted;
	}

	#owned(table: string, pair: RowPair): AdjustedRow | null {
		const rule = owned[table];
		if (rule === undefined) { return null; }
		const { layout, target, live } = pair;
		const [then, now] = [target, live].map((row) => row !== null && this.#has(rule.by, row, layout, rule.column));
		if (!then && !now) { return null; }
		if (now && target !== null && !then) { this.#collide(table); }
		return now ? asNow(pair, this.#kept) : { value: null, kept: this.#kept };
	}

	#singleMeta(pair: RowPair): AdjustedRow | null {
		const { layout, target, live } = pair;
		const of = (row: Uint8Array | null): Kept | null => {
			if (row === null) { return null; }
			const post = Number(columnText(row, columnIndex(layout, 'post_id')));
			return this.#meta.get(columnText(row, columnIndex(layout, 'meta_key')) ?? '')?.find(({ posts }) => posts.has(post))?.kept ?? null;
		};
		const [then, now] = [of(target), of(live)];
		if (now !== null && target !== null && columnText(live!, columnIndex(layout, 'meta_key')) === '_stock') {
			const [was, is] = [target, live!].map((row) => Number(columnText(row, columnIndex(layout, 'meta_value'))));
			this.stock.set(Number(columnText(live!, columnIndex(layout, 'post_id'))), { now: is!, then: was! });
		}
		if (now !== null) { return asNow(pair, now); }
		return then === null ? null : { value: null, kept: then };
	}

	#columns(table: string, { layout, target, live }: RowPair): AdjustedRow | null {
		const found = target === null || live === null ? null : this.matcher.columns(table);
		if (found === null) { return null; }
		let value = target!;
		for (const name of found.columns) {
			const at = columnIndex(layout, name);
			const now = columnText(live!, at);
			if (at >= 0 && now !== columnText(value, at)) { value = withColumn(value, at, now === null ? null : Buffer.from(now, 'latin1')); }
		}
		return { value, kept: value === target ? null : keptBy(found.rule) };
	}

	#option(pair: RowPair): AdjustedRow | null {
		const { layout, target, live } = pair;
		const at = columnIndex(layout, 'option_name');
		const [then, now] = [target, live].map((row) => (row === null ? null : columnText(row, at)));
		const rule = now ? this.matcher.option(now) : null;
		if (rule !== null) { return asNow(pair, keptBy(rule)); }
		// It is there now under another id.
		return then && this.#options.has(then) ? { value: null, kept: keptBy(this.matcher.option(then)!) } : null;
	}

	#has(kind: (typeof owners)[number], row: Uint8Array, layout: TableLayout, column: string): boolean {
		const id = columnText(row, columnIndex(layout, column));
		return id !== null && this.#ids[kind].has(Number(id));
	}

	#collide(table: string): void {
		this.collisions.set(table, (this.collisions.get(table) ?? 0) + 1);
	}
}

async function numbers(rows: AsyncIterable<(string | null)[]>): Promise<number[]> {
	const found: number[] = [];
	for await (const [id] of rows) { found.push(Number(id)); }
	return found;
}

/** Roles of a serialized capabilities array: those that are granted. */
export const rolesOf = (capabilities: string): string[] => [...capabilities.matchAll(/s:\d{1,3}:"([^"]{1,100})";b:1;/g)].map((match) => match[1]!);
