import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree } from '../../dev/site/create.ts';
import { giveTree } from '../../dev/system/dev-user.ts';
import { makeRecordedSite, type RecordedSite } from './recorded-site.ts';
import { ajax, link, list, nonce, rest, type Story } from './story.ts';

/* What people and customers do in a shop. */

/** A WooCommerce plugin folder of one's own: it is neither part of this repository nor fetched by it. */
export const woocommerce = process.env.HOLDFAST_WOOCOMMERCE ?? '';

/** The site in which they do it. */
export async function makeShop(): Promise<RecordedSite> {
	const shop = await makeRecordedSite({
		async prepare({ root, php }) {
			const content = join(root, 'wp-content');
			await mkdir(join(content, 'mu-plugins'), { recursive: true });
			await copyFile(join(import.meta.dirname, 'doors.php'), join(content, 'mu-plugins/doors.php'));
			await mkdir(join(content, 'plugins/woocommerce'));
			await copyTree(woocommerce, join(content, 'plugins/woocommerce'));
			await giveTree(content);
			await php(`$error = activate_plugin( 'woocommerce/woocommerce.php' ); if ( is_wp_error( $error ) ) { echo $error->get_error_message(); }`);
			await php(`WC_Install::install(); update_option( 'woocommerce_default_country', 'US:CA' ); update_option( 'woocommerce_calc_taxes', 'no' ); update_option( 'woocommerce_custom_orders_table_enabled', 'no' ); delete_transient( '_wc_activation_redirect' ); update_option( 'woocommerce_coming_soon', 'no' ); update_option( 'woocommerce_onboarding_profile', array( 'skipped' => true ) );`);
			await php('WC_Install::create_pages();');
			// The second engine's tables are there from the start, so that the oracle watches them, too.
			await php('wc_get_container()->get( Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\DataSynchronizer::class )->create_database_tables();');
		},
	});
	await shop.anna.get('/wp-admin/');
	return shop;
}

const made: Record<string, number> = {};
const as = (name: string) => ({ id }: { id: number }): void => { made[name] = id; };
const api = async <Reply = { id: number }>(one: RecordedSite, method: string, route: string, body?: unknown): Promise<Reply> => await rest<Reply>(one, method, `wc/v3/${route}`, body);

const goods: Story[] = [
	['rest', 'a product', async (one) => as('rope')(await api(one, 'POST', 'products', { name: 'Rope', type: 'simple', regular_price: '5', manage_stock: true, stock_quantity: 10 })), ['Product “Rope” published · product published · admin, rest']],
	['rest', 'its price', async (one) => await api(one, 'PUT', `products/${made.rope}`, { regular_price: '6' }), ['Product “Rope” updated · product updated · admin, rest']],
	['rest', 'its stock', async (one) => await api(one, 'PUT', `products/${made.rope}`, { stock_quantity: 8 }), ['Product “Rope” stock changed from “10” to “8” · product stock changed · admin, rest']],
	['rest', 'a product with variations', async (one) => as('sail')(await api(one, 'POST', 'products', { name: 'Sail', type: 'variable', attributes: [{ name: 'Colour', variation: true, visible: true, options: ['Red', 'White'] }] })), ['Product “Sail” published · product published · admin, rest']],
	['rest', 'two variations', async (one) => {
		const { create } = await api<{ create: { id: number }[] }>(one, 'POST', `products/${made.sail}/variations/batch`, { create: ['Red', 'White'].map((option) => ({ regular_price: '90', attributes: [{ name: 'Colour', option }] })) });
		made.red = create[0]!.id;
	}, ['Product “Sail” updated · product updated · admin, rest']],
	['rest', 'the stock of a variation', async (one) => await api(one, 'PUT', `products/${made.sail}/variations/${made.red}`, { manage_stock: true, stock_quantity: 3 }), ['Product “Sail - Red” stock changed from “none” to “3” · product stock changed · admin, rest']],
	['rest', 'a variation deleted', async (one) => await api(one, 'DELETE', `products/${made.sail}/variations/${made.red}?force=true`), ['Product “Sail” updated · product updated · admin, rest']],
	['rest', 'several at once', async (one) => await api(one, 'POST', 'products/batch', { update: [{ id: made.rope, description: 'Long' }, { id: made.sail, description: 'Wide' }] }), ['2 products updated: “Rope”, “Sail” · product updated · admin, rest']],
	['wp-admin', 'a product to trash', async (one) => await link(one, '/wp-admin/post.php', `trash-post_${made.sail}`, { action: 'trash', post: String(made.sail) }), ['Product “Sail” moved to trash · product trashed · admin, wp-admin']],
	['rest', 'a product deleted with its variations', async (one) => await api(one, 'DELETE', `products/${made.sail}?force=true`), ['Product “Sail” deleted · product deleted · admin, rest']],
	['rest', 'a category of products', async (one) => await api(one, 'POST', 'products/categories', { name: 'Rigging' }), ['Product category “Rigging” created · product_cat created · admin, rest']],
	['rest', 'an attribute', async (one) => as('attribute')(await api(one, 'POST', 'products/attributes', { name: 'Length' })), ['Product attribute “Length” created · product_attribute created · admin, rest']],
	['rest', 'an attribute deleted', async (one) => await api(one, 'DELETE', `products/attributes/${made.attribute}?force=true`), ['Product attribute “length” deleted · product_attribute deleted · admin, rest']],
	['rest', 'a coupon', async (one) => as('coupon')(await api(one, 'POST', 'coupons', { code: 'spring', amount: '10', discount_type: 'percent' })), ['Coupon “spring” published · shop_coupon published · admin, rest']],
	['rest', 'its amount', async (one) => await api(one, 'PUT', `coupons/${made.coupon}`, { amount: '15' }), ['Coupon “spring” updated · shop_coupon updated · admin, rest']],
	['rest', 'a customer', async (one) => as('customer')(await api(one, 'POST', 'customers', { email: 'mia@example.org', username: 'mia', password: 'a-long-Password-1', first_name: 'Mia' })), ['Customer “mia” created · customer created · admin, rest']],
	['rest', 'the address of a customer', async (one) => await api(one, 'PUT', `customers/${made.customer}`, { billing: { city: 'Kiel' } }), ['Customer “mia” updated · customer updated · admin, rest']],
];

const settings: Story[] = [
	['rest', 'a setting', async (one) => await api(one, 'PUT', 'settings/general/woocommerce_currency', { value: 'EUR' }), ['Shop setting “Currency” changed from “USD” to “EUR” · shop_setting changed · admin, rest']],
	['wp-admin', 'a settings page', async (one) => await one.anna.post('/wp-admin/admin.php?page=wc-settings&tab=products&section=inventory', { _wpnonce: await nonce(one, 'woocommerce-settings'), save: 'Save', woocommerce_manage_stock: '1', woocommerce_hold_stock_minutes: '45', woocommerce_notify_low_stock: '1', woocommerce_notify_no_stock: '1', woocommerce_stock_email_recipient: 'admin@example.org', woocommerce_notify_low_stock_amount: '2', woocommerce_notify_no_stock_amount: '0', woocommerce_stock_format: '' }),
		['2 shop settings changed: “Hold stock (minutes)”, “Enable backorder notifications” · shop_setting changed · admin, wp-admin']],
	['rest', 'a way to pay', async (one) => await api(one, 'PUT', 'payment_gateways/cod', { enabled: true }), ['Shop setting “Cod” changed · shop_setting changed · admin, rest']],
	['rest', 'a tax rate', async (one) => as('tax')(await api(one, 'POST', 'taxes', { country: 'DE', rate: '19', name: 'VAT' })), ['Tax rate “DE VAT 19 %” created · tax_rate created · admin, rest']],
	['rest', 'its change', async (one) => await api(one, 'PUT', `taxes/${made.tax}`, { rate: '16' }), ['Tax rate “16 %” updated · tax_rate updated · admin, rest']],
	['rest', 'its end', async (one) => await api(one, 'DELETE', `taxes/${made.tax}?force=true`), [`Tax rate “#1” deleted · tax_rate deleted · admin, rest`]],
	['rest', 'a shipping zone', async (one) => as('zone')(await api(one, 'POST', 'shipping/zones', { name: 'Islands' })), ['Shipping zone “Islands” created · shipping_zone created · admin, rest']],
	['rest', 'a way to ship', async (one) => as('method')(await api(one, 'POST', `shipping/zones/${made.zone}/methods`, { method_id: 'flat_rate' })), ['Shipping zone “Islands” updated · shipping_zone updated · admin, rest']],
	['rest', 'its price', async (one) => await api(one, 'PUT', `shipping/zones/${made.zone}/methods/${made.method}`, { settings: { cost: '7' } }), ['Shop setting “Flat rate” changed · shop_setting changed · admin, rest']],
	['rest', 'the zone deleted', async (one) => await api(one, 'DELETE', `shipping/zones/${made.zone}?force=true`), ['Shipping zone “#1” deleted · shipping_zone deleted · admin, rest']],
	['rest', 'a webhook', async (one) => as('webhook')(await api(one, 'POST', 'webhooks', { name: 'Ledger', topic: 'order.created', delivery_url: 'http://127.0.0.1:9/' })), ['Webhook “Ledger” created · webhook created · admin, rest']],
	['rest', 'a webhook renamed', async (one) => await api(one, 'PUT', `webhooks/${made.webhook}`, { name: 'Books' }), ['Webhook “Books” updated · webhook updated · admin, rest']],
	['rest', 'a webhook deleted', async (one) => await api(one, 'DELETE', `webhooks/${made.webhook}?force=true`), ['Webhook “Books” deleted · webhook deleted · admin, rest']],
	['ajax', 'an API key', async (one) => await ajax(one, 'woocommerce_update_api_key', 'update-api-key', { description: 'Till', user: '1', permissions: 'read', key_id: '' }, 'security'), ['API key “Till” created · api_key created · admin, ajax']],
	['wp-admin', 'an API key revoked', async (one) => await link(one, '/wp-admin/admin.php', 'revoke', { page: 'wc-settings', tab: 'advanced', section: 'keys', 'revoke-key': '1' }), ['API key “#1” revoked · api_key deleted · admin, wp-admin']],
];

const orders = (engine: 'posts' | 'tables'): Story[] => {
	const number = (): string => `#${made.order}`;
	const story = (door: string, what: string, act: Story[2], sentence: string): Story => [door, `${engine}: ${what}`, act, sentence === '' ? [] : [sentence]];
	const order = async (one: RecordedSite): Promise<void> => as('order')(await api(one, 'POST', 'orders', { status: 'pending', customer_id: made.customer, line_items: [{ product_id: made.rope, quantity: 1 }] }));
	const bulk = async (one: RecordedSite, action: string, ids: number[]): Promise<void> => engine === 'tables'
		? await link(one, '/wp-admin/admin.php', 'bulk-orders', { page: 'wc-orders', action, ...list('id', ids), _wp_http_referer: '/wp-admin/admin.php?page=wc-orders' })
		: await link(one, '/wp-admin/edit.php', 'bulk-posts', { post_type: 'shop_order', action, ...list('post', ids) });
	return [
		story('rest', 'an order', order, 'Order NUMBER created, 6.00 EUR · shop_order created · admin, rest'),
		story('rest', 'its status, which takes from the stock', async (one) => await api(one, 'PUT', `orders/${made.order}`, { status: 'processing' }), 'Order NUMBER status changed from “pending” to “processing” · shop_order status changed · admin, rest'),
		story('rest', 'its address', async (one) => await api(one, 'PUT', `orders/${made.order}`, { billing: { city: 'Kiel' } }), 'Order NUMBER edited · shop_order updated · admin, rest'),
		story('rest', 'a note', async (one) => await api(one, 'POST', `orders/${made.order}/notes`, { note: 'Call first', added_by_user: true }), 'Order NUMBER got a note · shop_order noted · admin, rest'),
		story('rest', 'a refund of a part', async (one) => as('refund')(await api(one, 'POST', `orders/${made.order}/refunds`, { amount: '2', api_refund: false })), '2.00 EUR of order NUMBER refunded · shop_order_refund created · admin, rest'),
		story('ajax', 'a refund taken back', async (one) => await one.anna.post('/wp-admin/admin-ajax.php', { action: 'woocommerce_delete_refund', security: await nonce(one, 'order-item'), refund_id: String(made.refund) }), 'Refund of order NUMBER deleted · shop_order_refund deleted · admin, ajax'),
		[
			'wp-admin', `${engine}: two orders completed together`,
			async (one: RecordedSite) => {
				made.before = made.order!;
				await order(one);
				await api(one, 'PUT', `orders/${made.order}`, { status: 'processing' });
				await one.lines();
				await bulk(one, 'mark_completed', [made.before, made.order!]);
			},
			['2 orders status changed to “completed”: NUMBERS · shop_order status changed · admin, wp-admin'],
		],
		story('wp-admin', 'to trash', async (one) => await bulk(one, 'trash', [made.order!]), 'Order NUMBER moved to trash · shop_order trashed · admin, wp-admin'),
		story('wp-admin', 'back from trash', async (one) => await bulk(one, 'untrash', [made.order!]), 'Order NUMBER restored from trash · shop_order restored · admin, wp-admin'),
		story('rest', 'deleted', async (one) => await api(one, 'DELETE', `orders/${made.order}?force=true`), 'Order NUMBER deleted · shop_order deleted · admin, rest'),
		[
			'ajax', `${engine}: a checkout by a guest with a coupon`,
			async (one: RecordedSite) => {
				const guest = one.visitor();
				await guest.post('/?wc-ajax=add_to_cart', { product_id: String(made.rope), quantity: '1' });
				await guest.post('/?wc-ajax=apply_coupon', { security: (await guest.get('/?holdfast_nonce=apply-coupon')).text, coupon_code: 'spring' });
				await one.lines();
				const answer = await guest.post('/?wc-ajax=checkout', {
					'woocommerce-process-checkout-nonce': (await guest.get('/?holdfast_nonce=woocommerce-process_checkout')).text,
					billing_first_name: 'Ole', billing_last_name: 'Hansen', billing_country: 'US', billing_state: 'CA', billing_address_1: '1 Pier', billing_city: 'Oakland', billing_postcode: '94601', billing_phone: '5550100', billing_email: 'ole@example.org', payment_method: 'cod', terms: '1',
				});
				made.order = Number(/order-received\\?\/(\d+)/.exec(answer.text)?.[1] ?? 0);
				if (made.order === 0) {
					throw new Error(answer.text);
				}
			},
			['Order NUMBER created, 5.10 EUR · shop_order created · visitor, ajax'],
		],
		[
			'cli', `${engine}: an unpaid order cancelled by a scheduled action`,
			async (one: RecordedSite) => await one.php(`$GLOBALS['holdfast_order'] = ${made.order}; add_action( 'holdfast_cancel', static function ( $id ) { wc_get_order( $id )->update_status( 'cancelled' ); } ); $id = as_schedule_single_action( time() - 1, 'holdfast_cancel', array( ${made.order} ) ); ActionScheduler_QueueRunner::instance()->process_action( $id, 'test' );`),
			['Order NUMBER status changed from “processing” to “cancelled” · shop_order status changed · cli, cli'],
		],
	].map(([door, what, act, told]) => [door, what, act, told] as Story).map(([door, what, act, told]): Story => [door, what, async (one) => { await act(one); told.splice(0, told.length, ...told.map((line) => line.replace('NUMBERS', `“#${made.order}”, “#${made.before}”`).replace('NUMBER', number()))); }, told]);
};

export const shopStories = (): readonly Story[] => [
	...goods,
	...settings,
	...orders('posts'),
	// WooCommerce changes its engine only when all orders are in both, so it is told through the database; through wpdb, as all is recorded.
	['cli', 'another engine for orders', async ({ php }) => await php(`$GLOBALS['wpdb']->query( "UPDATE wp_options SET option_value = 'yes' WHERE option_name = 'woocommerce_custom_orders_table_enabled'" );`), []],
	...orders('tables'),
];
