/**
 * Keep newer orders: what of a shop stays as it is now when the site goes back. One table of rules; plugins add to it by the filter
 * `holdfast_keep_rules`, whose result WordPress hands over in site.php, so that it holds when WordPress is dead. Pure.
 *
 * Table names are without the site's prefix. A name may end in `*`.
 */
import Type from 'typebox';
import { Value } from 'typebox/value';

const name = Type.String({ minLength: 1, maxLength: 191 });
const names = Type.Array(name, { maxItems: 500 });

export const KeepRuleSchema = Type.Object({
	id: Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }),
	/** In the plan: "Orders, customers, payments and scheduled work". */
	label: Type.String({ minLength: 1, maxLength: 200 }),
	/** The rule holds where one of these tables is there, now or then. */
	where: names,
	/** Stay as a whole. */
	tables: Type.Optional(names),
	/** Posts of these types, with their meta, comments and terms. */
	postTypes: Type.Optional(names),
	/** Of `postTypes`, those that a person counts as an order. */
	orderTypes: Type.Optional(names),
	/** Users with one of these roles and no other ones, with their meta. */
	roles: Type.Optional(names),
	/** Options. */
	options: Type.Optional(names),
	/** Single meta of posts that are restored otherwise. */
	postMeta: Type.Optional(Type.Array(Type.Object({ postType: name, keys: names }), { maxItems: 100 })),
	/** Single columns of rows that are there both then and now. */
	columns: Type.Optional(Type.Array(Type.Object({ table: name, columns: names }), { maxItems: 100 })),
});
export type KeepRule = Type.Static<typeof KeepRuleSchema>;

const woocommerce: KeepRule = {
	id: 'woocommerce',
	label: 'Orders, customers, payments and scheduled work',
	where: ['woocommerce_order_items', 'wc_orders'],
	tables: [
		'wc_orders', 'wc_orders_meta', 'wc_order_addresses', 'wc_order_operational_data', 'wc_order_fulfillments', 'wc_order_fulfillment_meta',
		'woocommerce_order_items', 'woocommerce_order_itemmeta', 'woocommerce_downloadable_product_permissions', 'wc_download_log',
		'woocommerce_payment_tokens', 'woocommerce_payment_tokenmeta', 'woocommerce_sessions', 'wc_reserved_stock', 'wc_rate_limits',
		'wc_order_stats', 'wc_order_product_lookup', 'wc_order_tax_lookup', 'wc_order_coupon_lookup', 'wc_order_bundle_lookup', 'wc_customer_lookup',
		'actionscheduler_actions', 'actionscheduler_claims', 'actionscheduler_groups', 'actionscheduler_logs',
		// Numbers of invoices, given once.
		'wcpdf_*',
	],
	postTypes: ['shop_order', 'shop_order_placehold', 'shop_order_refund', 'shop_subscription', 'wc_booking', 'wc_user_membership', 'scheduled-action'],
	orderTypes: ['shop_order', 'shop_order_placehold'],
	roles: ['customer', 'subscriber'],
	options: ['cron', 'action_scheduler_*', 'wpo_wcpdf_next_*', 'woocommerce_next_order_number', 'alg_wc_custom_order_numbers_counter', 'wt_sequential_order_number*'],
	postMeta: [{ postType: 'shop_coupon', keys: ['usage_count', '_used_by'] }],
};

/** Stock of products as now: a rule of its own, because it is a choice of its own. */
export const stockRule: KeepRule = {
	id: 'woocommerce-stock',
	label: 'Stock of products',
	where: woocommerce.where,
	postMeta: ['product', 'product_variation'].map((postType) => ({ postType, keys: ['_stock', '_stock_status', 'total_sales'] })),
	columns: [{ table: 'wc_product_meta_lookup', columns: ['stock_quantity', 'stock_status', 'total_sales'] }],
};

const ownRules: readonly KeepRule[] = [woocommerce, stockRule];

/** Ours and the site's own: one with an id of ours takes its place. What has not the shape of a rule is left out and named. */
export function keepRules(ofSite: unknown): { rules: KeepRule[]; refused: string[] } {
	const rules = new Map(ownRules.map((rule) => [rule.id, rule]));
	const refused: string[] = [];
	for (const one of Array.isArray(ofSite) ? (ofSite as unknown[]) : []) {
		if (Value.Check(KeepRuleSchema, one)) { rules.set(one.id, one); }
		else { refused.push(String((one as { id?: unknown } | null)?.id ?? JSON.stringify(one)).slice(0, 80)); }
	}
	return { rules: [...rules.values()], refused };
}

/** Whether a rule holds for a site with these tables. */
export const holdsFor = (rule: KeepRule, tables: { has: (table: string) => boolean }, prefix: string): boolean => rule.where.some((table) => tables.has(prefix + table));

/** Whether Keep newer orders is a choice there. @param ofSite rules that its plugins added */
export const hasShop = (tables: { has: (table: string) => boolean }, prefix: string, ofSite: unknown): boolean => keepRules(ofSite).rules.some((rule) => holdsFor(rule, tables, prefix));

/** Several rules as one question per kind of thing. */
export class KeepMatcher {
	readonly rules: readonly KeepRule[];

	/** @param rules those that hold on this site: at least one. */
	constructor(rules: readonly KeepRule[]) {
		this.rules = rules;
	}

	/** @param table without the prefix. */
	table(table: string): KeepRule | null { return this.#find(table, (rule) => rule.tables); }
	option(option: string): KeepRule | null { return this.#find(option, (rule) => rule.options); }
	postType(type: string): KeepRule | null { return this.#find(type, (rule) => rule.postTypes); }
	isOrder(type: string): boolean { return this.#find(type, (rule) => rule.orderTypes) !== null; }
	get postTypes(): string[] { return this.rules.flatMap((rule) => rule.postTypes ?? []); }
	get roles(): ReadonlySet<string> { return new Set(this.rules.flatMap((rule) => rule.roles ?? [])); }
	get postMeta(): { postType: string; keys: readonly string[]; rule: KeepRule }[] { return this.rules.flatMap((rule) => (rule.postMeta ?? []).map((one) => ({ ...one, rule }))); }

	columns(table: string): { columns: readonly string[]; rule: KeepRule } | null {
		for (const rule of this.rules) {
			const found = rule.columns?.find((one) => one.table === table);
			if (found !== undefined) { return { columns: found.columns, rule }; }
		}
		return null;
	}

	#find(wanted: string, patternsOf: (rule: KeepRule) => readonly string[] | undefined): KeepRule | null {
		return this.rules.find((rule) => patternsOf(rule)?.some((pattern) => fits(pattern, wanted))) ?? null;
	}
}

const fits = (pattern: string, wanted: string): boolean => (pattern.endsWith('*') ? wanted.startsWith(pattern.slice(0, -1)) : wanted === pattern);
