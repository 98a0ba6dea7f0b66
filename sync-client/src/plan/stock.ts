/**
 * Stock of products where newer orders are kept: as then, less what was sold since.
 *
 * What was sold is what WooCommerce itself took from stock for the items of orders (meta `_reduced_stock`, which it lowers again when
 * items are restocked), now against then. So a product's planned stock is `then − Σ (now − then of _reduced_stock)`.
 */
import { rowsRange, type Plan, type TableLayout } from '@holdfast/protocol';
import type { Database, Equals, Snapshot } from '../ports/database.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { rowAt, rowCount } from '../ports/row-batch.ts';
import type { SiteState } from '../ports/site-state.ts';
import type { SiteComparison } from '../sweep/site-comparison.ts';
import { withSnapshot } from '../sweep/with-snapshot.ts';
import { layoutIfThere, numberEquals, textEquals } from './adjusted.ts';
import { tableOf } from './differ.ts';
import { liveRows } from './live-rows.ts';
import { columnIndex, columnText, shownText, withColumn } from './row-columns.ts';

const namedMax = 100;
/** Ids, or conditions, in one query. */
const idsAtOnce = 200;
const page = { limitRows: 20_000, limitBytes: 16 * 1024 * 1024 };

export type StockParts = { store: PlanStore; database: Database; state: SiteState; comparison: SiteComparison; prefix: string };
type Row = Plan['stock'][number];

/** Plans the stock, in place of what was planned for it before. May be called again, when orders came since. @returns what it is for each product that is not as then */
export function planStock(parts: StockParts): Promise<Row[]> {
	return withSnapshot(parts.database, async (snapshot) => {
		const sold = await soldSince(parts, snapshot);
		const rows = new Map<number, Row>();
		await decide(parts, snapshot, 'postmeta', [[textEquals('meta_key', '_stock')]], (then, layout, live) => {
			if (text(then, layout, 'meta_key') !== '_stock') { return undefined; }
			const id = Number(text(then, layout, 'post_id'));
			const was = Number(text(then, layout, 'meta_value'));
			const less = sold.get(id) ?? 0;
			if (Number.isNaN(was)) { return undefined; }
			const planned = was - less;
			const now = live === null ? null : Number(text(live, layout, 'meta_value'));
			if (now !== was || less !== 0) { rows.set(id, { id, name: '', now, then: was, sold: less, planned }); }
			return less === 0 ? then : withColumn(then, columnIndex(layout, 'meta_value'), Buffer.from(String(planned)));
		});
		const changed = new Map([...rows].filter(([, row]) => row.sold !== 0));
		await decide(parts, snapshot, 'postmeta', [...changed.keys()].map((id) => [numberEquals('post_id', id), textEquals('meta_key', '_stock_status')]), (then, layout) => {
			const row = text(then, layout, 'meta_key') === '_stock_status' ? changed.get(Number(text(then, layout, 'post_id'))) : undefined;
			return row === undefined ? undefined : statusOf(then, layout, 'meta_value', row);
		});
		await decide(parts, snapshot, 'wc_product_meta_lookup', [...changed.keys()].map((id) => [numberEquals('product_id', id)]), (then, layout) => {
			const row = changed.get(Number(text(then, layout, 'product_id')));
			if (row === undefined) { return undefined; }
			const at = columnIndex(layout, 'stock_quantity');
			return statusOf(at < 0 ? then : withColumn(then, at, Buffer.from(String(row.planned))), layout, 'stock_status', row);
		});
		return [...rows.values()];
	});
}

/** Products whose stock stays as it is now, though it was another then. */
export async function stockAsNow({ database, ...parts }: StockParts, differing: ReadonlyMap<number, { now: number; then: number }>): Promise<Row[]> {
	if (differing.size === 0) { return []; }
	const sold = await withSnapshot(database, (snapshot) => soldSince(parts, snapshot));
	return [...differing].map(([id, { now, then }]) => ({ id, name: '', now, then, sold: sold.get(id) ?? 0, planned: now }));
}

/** The first of them with the names of the products. */
export async function withNames(rows: readonly Row[], database: Database, prefix: string): Promise<Row[]> {
	const shown = rows.slice(0, namedMax);
	if (shown.length === 0) { return []; }
	return withSnapshot(database, async (snapshot) => {
		const names = new Map<number, string>();
		const layout = await layoutIfThere(snapshot, `${prefix}posts`);
		if (layout !== null) {
			for await (const batch of snapshot.readColumns(layout, ['ID', 'post_title'], shown.map(({ id }) => [numberEquals('ID', id)]))) {
				for (let i = 0; i < rowCount(batch); i++) { names.set(Number(columnText(rowAt(batch, i), 0)), shownText(columnText(rowAt(batch, i), 1))); }
			}
		}
		return shown.map((row) => ({ ...row, name: names.get(row.id) ?? '' }));
	});
}

/** Product (the variation, where there is one) → how many left the stock since then. */
export async function soldSince({ comparison, prefix }: Pick<StockParts, 'comparison' | 'prefix'>, snapshot: Snapshot): Promise<Map<number, number>> {
	const name = `${prefix}woocommerce_order_itemmeta`;
	const { pairs: [pair] } = await comparison.tables(snapshot, (table) => table === name);
	const sold = new Map<number, number>();
	if (pair?.how !== 'same') { return sold; }
	const { layout } = pair.state!;
	const reduced = new Map<number, number>();
	const products = new Map<number, { product: number; variation: number }>();
	const see = (row: Uint8Array, sign: 1 | -1): void => {
		const item = Number(text(row, layout, 'order_item_id'));
		const value = Number(text(row, layout, 'meta_value')) || 0;
		const known = products.get(item) ?? { product: 0, variation: 0 };
		switch (text(row, layout, 'meta_key')) {
			case '_reduced_stock': reduced.set(item, (reduced.get(item) ?? 0) + sign * value); break;
			case '_product_id': products.set(item, { ...known, product: value }); break;
			case '_variation_id': products.set(item, { ...known, variation: value }); break;
			default:
		}
	};
	for await (const differences of comparison.rows(snapshot, pair)) {
		for (const { left, right } of differences) {
			if (right !== null) { see(right, -1); }
			if (left !== null) { see(left, 1); }
		}
	}
	const unknown = [...reduced.keys()].filter((item) => reduced.get(item) !== 0 && !products.has(item));
	for (let at = 0; at < unknown.length; at += idsAtOnce) {
		const wanted = unknown.slice(at, at + idsAtOnce).flatMap((item) => ['_product_id', '_variation_id'].map((key) => [numberEquals('order_item_id', item), textEquals('meta_key', key)]));
		const { rows } = await snapshot.readWhere(pair.layout!, wanted, page);
		for (let i = 0; i < rowCount(rows); i++) { see(rowAt(rows, i), 1); }
	}
	for (const [item, amount] of reduced) {
		const known = products.get(item);
		if (amount === 0 || known === undefined) { continue; }
		const id = known.variation || known.product;
		sold.set(id, (sold.get(id) ?? 0) + amount);
	}
	return sold;
}

/**
 * Of the rows that are there and of those that are planned: what shall be. `wanted` gets the row of the state and says what becomes of
 * it; undefined where it is not its business.
 */
async function decide({ store, state, prefix }: StockParts, snapshot: Snapshot, table: string, conditions: Equals[][], wanted: (then: Uint8Array, layout: TableLayout, live: Uint8Array | null) => Uint8Array | undefined): Promise<void> {
	const planned = store.tables().find((one) => one.name === prefix + table);
	if (conditions.length === 0) { return; }
	const layout = planned?.how === 'same' ? await layoutIfThere(snapshot, planned.name) : null;
	if (planned === undefined || layout === null) { return; }
	const stored = tableOf(planned.target)!;
	const seen = new Set<string>();
	const settle = async (pairs: { key: Uint8Array; live: Uint8Array | null }[]): Promise<void> => {
		const then = await state.get(pairs.map(({ key }) => key));
		for (const [i, { key, live }] of pairs.entries()) {
			const target = then[i] == null ? undefined : wanted(then[i], stored.layout, live);
			seen.add(Buffer.from(key).toString('hex'));
			if (target === undefined) { continue; }
			if (live !== null && Buffer.compare(live, target) === 0) { store.remove([key]); }
			else { store.put([{ key, live, target }]); }
		}
	};
	for (let at = 0; at < conditions.length; at += idsAtOnce) {
		for await (const rows of liveRows(snapshot, layout, stored.incarnation, conditions.slice(at, at + idsAtOnce))) { await settle(rows); }
	}
	// Rows that were deleted since and come back.
	const { low, high } = rowsRange(stored.incarnation);
	for (const operations of store.range(low, high)) {
		await settle(operations.filter(({ key, live }) => live === null && !seen.has(Buffer.from(key).toString('hex'))));
	}
}

function statusOf(then: Uint8Array, layout: TableLayout, column: string, { then: was, planned }: Row): Uint8Array {
	const isSoldOut = (was ?? 0) > 0 && (planned ?? 0) <= 0 && text(then, layout, column) === 'instock';
	return isSoldOut ? withColumn(then, columnIndex(layout, column), Buffer.from('outofstock')) : then;
}

const text = (row: Uint8Array, layout: TableLayout, column: string): string | null => columnText(row, columnIndex(layout, column));
