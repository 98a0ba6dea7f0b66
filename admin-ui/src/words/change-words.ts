import { __, _n } from '@wordpress/i18n';
import type { Words } from './activity-words.ts';

/* Words of activities in which something is told besides the title. */

/** The same with what it was and what it is; %2$s and %3$s are values. */
export const changes: Words = {
	/* translators: 1: name of a setting, 2: value before, 3: value now. */
	'setting changed': () => __('Setting “%1$s” changed from “%2$s” to “%3$s”', 'holdfast'),
	/* translators: 1: name of a setting, 2: value before, 3: value now. */
	'shop_setting changed': () => __('Setting of the shop “%1$s” changed from “%2$s” to “%3$s”', 'holdfast'),
	/* translators: 1: name of a user, 2: role before, 3: role now. */
	'user role changed': () => __('Role of %1$s changed from %2$s to %3$s', 'holdfast'),
	/* translators: 1: name of a customer, 2: role before, 3: role now. */
	'customer role changed': () => __('Role of %1$s changed from %2$s to %3$s', 'holdfast'),
	/* translators: 1: name of a plugin, 2: version before, 3: version now. */
	'plugin updated': () => __('Plugin %1$s updated from %2$s to %3$s', 'holdfast'),
	/* translators: 1: name of a theme, 2: version before, 3: version now. */
	'theme updated': () => __('Theme %1$s updated from %2$s to %3$s', 'holdfast'),
	/* translators: 1: WordPress, 2: version before, 3: version now. */
	'core updated': () => __('%1$s updated from %2$s to %3$s', 'holdfast'),
	/* translators: 1: name of a product, 2: stock before, 3: stock now. */
	'product stock changed': () => __('Stock of “%1$s” changed from %2$s to %3$s', 'holdfast'),
	/* translators: 1: number of an order, such as #12, 2: status before, 3: status now. */
	'shop_order status changed': () => __('Order %1$s changed from “%2$s” to “%3$s”', 'holdfast'),
};

/** Several things: "20 posts". */
export const counted: Record<string, (n: number) => string> = {
	/* translators: %s: a number. */
	post: (n) => _n('%s post', '%s posts', n, 'holdfast'),
	/* translators: %s: a number. */
	page: (n) => _n('%s page', '%s pages', n, 'holdfast'),
	/* translators: %s: a number. */
	attachment: (n) => _n('%s media file', '%s media files', n, 'holdfast'),
	/* translators: %s: a number. */
	comment: (n) => _n('%s comment', '%s comments', n, 'holdfast'),
	/* translators: %s: a number. */
	category: (n) => _n('%s category', '%s categories', n, 'holdfast'),
	/* translators: %s: a number. */
	post_tag: (n) => _n('%s tag', '%s tags', n, 'holdfast'),
	/* translators: %s: a number. */
	user: (n) => _n('%s user', '%s users', n, 'holdfast'),
	/* translators: %s: a number. */
	customer: (n) => _n('%s customer', '%s customers', n, 'holdfast'),
	/* translators: %s: a number. */
	plugin: (n) => _n('%s plugin', '%s plugins', n, 'holdfast'),
	/* translators: %s: a number. */
	theme: (n) => _n('%s theme', '%s themes', n, 'holdfast'),
	/* translators: %s: a number. */
	setting: (n) => _n('%s setting', '%s settings', n, 'holdfast'),
	/* translators: %s: a number. */
	product: (n) => _n('%s product', '%s products', n, 'holdfast'),
	/* translators: %s: a number. */
	shop_order: (n) => _n('%s order', '%s orders', n, 'holdfast'),
	/* translators: %s: a number. */
	shop_coupon: (n) => _n('%s coupon', '%s coupons', n, 'holdfast'),
	/* translators: %s: a number. */
	shop_setting: (n) => _n('%s setting of the shop', '%s settings of the shop', n, 'holdfast'),
};

/** What was done, for several things, and for kinds of things that only their plugin knows. */
export const done: Words = {
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	created: () => __('%1$s created: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	published: () => __('%1$s published: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	updated: () => __('%1$s edited: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	changed: () => __('%1$s changed: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	'status changed': () => __('Status of %1$s changed: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	'stock changed': () => __('Stock of %1$s changed: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	'role changed': () => __('Role of %1$s changed: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	scheduled: () => __('%1$s scheduled: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	unpublished: () => __('%1$s unpublished: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	trashed: () => __('%1$s moved to the trash: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	restored: () => __('%1$s taken out of the trash: %2$s', 'holdfast'),
	/* translators: 1: "20 posts", or a kind of thing, 2: titles. */
	deleted: () => __('%1$s deleted: %2$s', 'holdfast'),
	/* translators: 1: "20 comments", 2: names. */
	approved: () => __('%1$s approved: %2$s', 'holdfast'),
	/* translators: 1: "20 comments", 2: names. */
	unapproved: () => __('%1$s held back: %2$s', 'holdfast'),
	/* translators: 1: "20 comments", 2: names. */
	spammed: () => __('%1$s marked as spam: %2$s', 'holdfast'),
	/* translators: 1: "20 comments", 2: names. */
	unspammed: () => __('%1$s marked as not spam: %2$s', 'holdfast'),
	/* translators: 1: "20 media files", 2: names. */
	uploaded: () => __('%1$s uploaded: %2$s', 'holdfast'),
	/* translators: 1: "3 plugins", 2: names. */
	activated: () => __('%1$s activated: %2$s', 'holdfast'),
	/* translators: 1: "3 plugins", 2: names. */
	deactivated: () => __('%1$s deactivated: %2$s', 'holdfast'),
	/* translators: 1: "3 plugins", 2: names. */
	installed: () => __('%1$s installed: %2$s', 'holdfast'),
	/* translators: 1: "3 plugins", 2: names. */
	'update failed': () => __('%1$s could not be updated: %2$s', 'holdfast'),
};
