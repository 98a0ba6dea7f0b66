import { __ } from '@wordpress/i18n';
import type { Words } from './activity-words.ts';

/** Activities of a shop: the title goes into %s. */
export const sentences: Words = {
	/* translators: %s: name of a customer. */
	'customer created': () => __('Customer %s created', 'holdfast'),
	/* translators: %s: name of a customer. */
	'customer updated': () => __('Customer %s edited', 'holdfast'),
	/* translators: %s: name of a customer. */
	'customer password changed': () => __('Customer %s got a new password', 'holdfast'),
	/* translators: %s: name of a customer. */
	'customer password asked': () => __('Customer %s asked for a new password', 'holdfast'),
	/* translators: %s: name of a customer. */
	'customer deleted': () => __('Customer %s deleted', 'holdfast'),
	/* translators: %s: name of a product. */
	'product created': () => __('Product “%s” created', 'holdfast'),
	/* translators: %s: name of a product. */
	'product published': () => __('Product “%s” published', 'holdfast'),
	/* translators: %s: name of a product. */
	'product updated': () => __('Product “%s” edited', 'holdfast'),
	/* translators: %s: name of a product. */
	'product trashed': () => __('Product “%s” moved to the trash', 'holdfast'),
	/* translators: %s: name of a product. */
	'product restored': () => __('Product “%s” taken out of the trash', 'holdfast'),
	/* translators: %s: name of a product. */
	'product deleted': () => __('Product “%s” deleted', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order created': () => __('Order %s created', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order updated': () => __('Order %s edited', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order noted': () => __('Note written to order %s', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order note deleted': () => __('Note of order %s deleted', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order trashed': () => __('Order %s moved to the trash', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order restored': () => __('Order %s taken out of the trash', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order deleted': () => __('Order %s deleted', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order_refund created': () => __('Refund for order %s', 'holdfast'),
	/* translators: %s: number of an order, such as #12. */
	'shop_order_refund deleted': () => __('Refund for order %s deleted', 'holdfast'),
	/* translators: %s: code of a coupon. */
	'shop_coupon published': () => __('Coupon “%s” published', 'holdfast'),
	/* translators: %s: code of a coupon. */
	'shop_coupon updated': () => __('Coupon “%s” edited', 'holdfast'),
	/* translators: %s: code of a coupon. */
	'shop_coupon trashed': () => __('Coupon “%s” moved to the trash', 'holdfast'),
	/* translators: %s: code of a coupon. */
	'shop_coupon deleted': () => __('Coupon “%s” deleted', 'holdfast'),
	/* translators: %s: name of a setting. */
	'shop_setting changed': () => __('Setting of the shop “%s” changed', 'holdfast'),
	/* translators: %s: a tax rate. */
	'tax_rate created': () => __('Tax rate %s created', 'holdfast'),
	/* translators: %s: a tax rate. */
	'tax_rate updated': () => __('Tax rate %s changed', 'holdfast'),
	/* translators: %s: a tax rate. */
	'tax_rate deleted': () => __('Tax rate %s deleted', 'holdfast'),
	/* translators: %s: name of a shipping zone. */
	'shipping_zone created': () => __('Shipping zone “%s” created', 'holdfast'),
	/* translators: %s: name of a shipping zone. */
	'shipping_zone updated': () => __('Shipping zone “%s” changed', 'holdfast'),
	/* translators: %s: name of a shipping zone. */
	'shipping_zone deleted': () => __('Shipping zone “%s” deleted', 'holdfast'),
	/* translators: %s: name of a webhook. */
	'webhook created': () => __('Webhook “%s” created', 'holdfast'),
	/* translators: %s: name of a webhook. */
	'webhook updated': () => __('Webhook “%s” changed', 'holdfast'),
	/* translators: %s: name of a webhook. */
	'webhook deleted': () => __('Webhook “%s” deleted', 'holdfast'),
	/* translators: %s: name of an API key. */
	'api_key created': () => __('API key “%s” created', 'holdfast'),
	/* translators: %s: name of an API key. */
	'api_key updated': () => __('API key “%s” changed', 'holdfast'),
	/* translators: %s: name of an API key. */
	'api_key deleted': () => __('API key “%s” revoked', 'holdfast'),
};
