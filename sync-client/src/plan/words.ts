/** Operations in words that people use: posts, pages, media, comments, users, options, rows of other tables. Pure. */
import { decodeKey, type Plan, type TableLayout } from '@holdfast/protocol';
import { beforeAfter, type BeforeAfter } from './before-after.ts';
import { columnIndex, columnText, shownText } from './row-columns.ts';

export type Change = 'insert' | 'change' | 'delete';
type Kind = Plan['kinds'][number];

const samplesMax = 8;
/** People look for a setting by its name. */
const optionsMax = 50;

/** What is known of a table: which kind a row is, and by what column people know it. */
type KnownTable = { label: string; kindOf: (row: Uint8Array, layout: TableLayout) => { kind: string; label: string } };

const labels: Record<string, string> = {
	post: 'Posts', page: 'Pages', attachment: 'Media', revision: 'Revisions', nav_menu_item: 'Menu items', wp_block: 'Patterns', wp_template: 'Templates', wp_navigation: 'Navigation menus',
	product: 'Products', shop_order: 'Orders', shop_coupon: 'Coupons',
};
const kinds: Record<string, string> = { post: 'posts', page: 'pages', attachment: 'media', revision: 'revisions', nav_menu_item: 'menus', product: 'products', shop_order: 'orders', shop_coupon: 'coupons' };

const simple = (kind: string, label: string, column: string): KnownTable => ({ label: column, kindOf: () => ({ kind, label }) });

const known: Record<string, KnownTable> = {
	posts: {
		label: 'post_title',
		kindOf: (row, layout) => {
			const type = columnText(row, columnIndex(layout, 'post_type')) ?? 'post';
			return { kind: kinds[type] ?? 'content', label: labels[type] ?? 'Other content' };
		},
	},
	options: {
		label: 'option_name',
		kindOf: (row, layout) => {
			const name = columnText(row, columnIndex(layout, 'option_name')) ?? '';
			return /^_(site_)?transient_/.test(name) || name === 'cron' ? { kind: 'temporary', label: 'Temporary values' } : { kind: 'options', label: 'Settings' };
		},
	},
	comments: simple('comments', 'Comments', 'comment_content'),
	users: simple('users', 'Users', 'user_login'),
	terms: simple('terms', 'Categories, tags and menus', 'name'),
	wc_orders: simple('orders', 'Orders', 'billing_email'),
};

export class Words {
	readonly #prefix: string;
	readonly #kinds = new Map<string, Kind>();
	readonly #tables = new Map<string, Plan['tables'][number]>();

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	table(name: string, schema: Plan['tables'][number]['schema']): void {
		this.#amounts(name).schema = schema;
	}

	/** A row of a table that has a key. */
	row(table: string, layout: TableLayout, live: Uint8Array | null, target: Uint8Array | null): void {
		const shown = live === null || target === null ? null : beforeAfter(this.#plain(table), layout, live, target);
		this.#row(table, layout, (target ?? live)!, changeOf(live, target), 1, shown);
	}

	/** A row of a table without a key: it may stand for several. */
	keylessRow(table: string, layout: TableLayout, row: Uint8Array, change: Change, count: number): void {
		this.#row(table, layout, row, change, count, null);
	}

	#row(table: string, layout: TableLayout, row: Uint8Array, change: Change, count: number, shown: BeforeAfter | null): void {
		this.#amounts(table)[change] += count;
		const info = known[this.#plain(table)];
		const { kind, label } = info?.kindOf(row, layout) ?? { kind: `table:${table}`, label: `Rows of ${table}` };
		const entry = this.#kind(kind, label);
		entry[change] += count;
		if (info === undefined || entry.samples.length >= (kind === 'options' ? optionsMax : samplesMax)) { return; }
		entry.samples.push({ label: shownText(columnText(row, columnIndex(layout, info.label))) || '(no title)', change, ...shown });
	}

	/** A file of the media library. */
	media(path: string, change: Change): void {
		const entry = this.#kind('mediaFiles', 'Media files');
		entry[change]++;
		if (entry.samples.length < samplesMax) { entry.samples.push({ label: path, change }); }
	}

	#plain(table: string): string { return table.startsWith(this.#prefix) ? table.slice(this.#prefix.length) : table; }

	/** Rows of a table that goes as a whole. */
	dropped(table: string, rows: number): void {
		this.#amounts(table).delete += rows;
		this.#kind(`table:${table}`, `Rows of ${table}`).delete += rows;
	}

	definition(key: Uint8Array, change: Change): void {
		const named = decodeKey(key);
		const entry = this.#kind('definitions', 'Views and triggers');
		entry[change]++;
		if (entry.samples.length < samplesMax && 'name' in named) { entry.samples.push({ label: named.name, change }); }
	}

	kinds(): Plan['kinds'] {
		return [...this.#kinds.values()].sort((a, b) => weight(a.kind) - weight(b.kind) || (a.label < b.label ? -1 : 1));
	}

	tables(): Plan['tables'] {
		return [...this.#tables.values()].filter((one) => one.insert + one.change + one.delete > 0 || one.schema !== 'same');
	}

	#amounts(table: string): Plan['tables'][number] {
		let amounts = this.#tables.get(table);
		if (amounts === undefined) { this.#tables.set(table, (amounts = { table, insert: 0, change: 0, delete: 0, schema: 'same' })); }
		return amounts;
	}

	#kind(kind: string, label: string): Kind {
		let entry = this.#kinds.get(kind);
		if (entry === undefined) { this.#kinds.set(kind, (entry = { kind, label, insert: 0, change: 0, delete: 0, samples: [] })); }
		return entry;
	}
}

const order = ['orders', 'posts', 'pages', 'products', 'media', 'mediaFiles', 'comments', 'users', 'options', 'terms', 'menus', 'content', 'revisions', 'definitions', 'temporary'];
const weight = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length);

export const changeOf = (live: Uint8Array | null, target: Uint8Array | null): Change => (live === null ? 'insert' : target === null ? 'delete' : 'change');
