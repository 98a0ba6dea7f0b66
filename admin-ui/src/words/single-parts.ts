import { __, sprintf } from '@wordpress/i18n';
import type { Activity, Part } from '../wire.ts';

/* Single things that can be restored: a post, a user, a setting, a menu, a plugin, a theme, a file. PROTOCOL.md section 8. */

export const singleKinds = [
	'post',
	'user',
	'menu',
	'option',
	'plugin',
	'plugin-options',
	'theme',
	'theme-options',
	'path',
] as const;
export type SingleKind = (typeof singleKinds)[number];

/** A part with the words that people know it by. */
export interface Single {
	part: Part;
	label: string;
}

export function kindLabel(kind: SingleKind): string {
	switch (kind) {
		case 'post':
			return __('Post, page, product or media file', 'holdfast');
		case 'user':
			return __('User', 'holdfast');
		case 'menu':
			return __('Menu', 'holdfast');
		case 'option':
			return __('Setting', 'holdfast');
		case 'plugin':
			return __('Plugin', 'holdfast');
		case 'plugin-options':
			return __('Settings of a plugin', 'holdfast');
		case 'theme':
			return __('Theme', 'holdfast');
		case 'theme-options':
			return __('Settings of a theme', 'holdfast');
		case 'path':
			return __('File or folder', 'holdfast');
	}
}

/** What to type, and what comes with it. */
export function kindHelp(kind: SingleKind): string {
	switch (kind) {
		case 'post':
			return __(
				'Its number, such as 12: it is in the address when you edit it. Its comments, revisions and own media come with it.',
				'holdfast',
			);
		case 'user':
			return __('The number, such as 3: it is in the address when you edit the user.', 'holdfast');
		case 'menu':
			return __('The number, such as 9: it is in the address when you edit the menu. Its items come with it.', 'holdfast');
		case 'option':
			return __('Its name in the database, such as blogname.', 'holdfast');
		case 'plugin':
			return __('Its folder, such as akismet. Only its files; its settings are a choice of their own.', 'holdfast');
		case 'plugin-options':
			return __('The plugin’s folder. Settings whose name begins with it.', 'holdfast');
		case 'theme':
			return __('Its folder, such as twentytwentyfive. Only its files.', 'holdfast');
		case 'theme-options':
			return __('The theme’s folder. What the Customizer keeps for it.', 'holdfast');
		case 'path':
			return __('Its path from the WordPress folder, such as wp-content/uploads/2026 or .htaccess.', 'holdfast');
	}
}

const numbered: ReadonlySet<SingleKind> = new Set(['post', 'user', 'menu']);
const nameLengthsMax: Partial<Record<SingleKind, number>> = { option: 191, path: 4096 };

/** What was typed, as a part; null where it cannot be one. */
export function singlePart(kind: SingleKind, typed: string): Part | null {
	const text = typed.trim();
	if (numbered.has(kind)) {
		return /^[1-9][0-9]{0,14}$/.test(text) ? (`${kind}:${text}` as Part) : null;
	}
	const isName =
		text !== '' && text.length <= (nameLengthsMax[kind] ?? 200) && (kind === 'path' || kind === 'option' || !text.includes('/'));
	return isName ? (`${kind}:${text}` as Part) : null;
}

/** `Plugin akismet`; null for a part that is no single thing. */
export function singleLabel(part: Part): string | null {
	const at = part.indexOf(':');
	const name = part.slice(at + 1);
	switch (singleKinds.find((one) => one === part.slice(0, at))) {
		case 'post':
			/* translators: %s: number of a post. */
			return sprintf(__('Post %s', 'holdfast'), name);
		case 'user':
			/* translators: %s: number of a user. */
			return sprintf(__('User %s', 'holdfast'), name);
		case 'menu':
			/* translators: %s: number of a menu. */
			return sprintf(__('Menu %s', 'holdfast'), name);
		case 'option':
			/* translators: %s: name of an option. */
			return sprintf(__('Setting %s', 'holdfast'), name);
		case 'plugin':
			/* translators: %s: folder of a plugin. */
			return sprintf(__('Plugin %s', 'holdfast'), name);
		case 'plugin-options':
			/* translators: %s: folder of a plugin. */
			return sprintf(__('Settings of plugin %s', 'holdfast'), name);
		case 'theme':
			/* translators: %s: folder of a theme. */
			return sprintf(__('Theme %s', 'holdfast'), name);
		case 'theme-options':
			/* translators: %s: folder of a theme. */
			return sprintf(__('Settings of theme %s', 'holdfast'), name);
		case 'path':
			return name;
		case undefined:
			return null;
	}
}

/** Types of posts that have a sentence of their own; of others the link tells. */
const postTypes: ReadonlySet<string> = new Set([
	'post',
	'page',
	'attachment',
	'product',
	'wp_block',
	'wp_navigation',
	'wp_template',
	'wp_template_part',
	'shop_coupon',
]);

/** The one thing that an activity is about, where it can be restored by itself. */
export function singleOf({ object, link }: Activity): Single | null {
	const part = partOf(object.type, object.id ?? null, link ?? null);
	if (part === null) {
		return null;
	}
	/* translators: 1: kind of thing, "Post". 2: its title. */
	return { part, label: object.noun ? sprintf(__('%1$s “%2$s”', 'holdfast'), object.noun, object.title) : `“${object.title}”` };
}

function partOf(type: string, id: number | string | null, link: string | null): Part | null {
	if (typeof id === 'number') {
		if (postTypes.has(type) || link?.includes(`post.php?post=${id}`)) {
			return `post:${id}` as Part;
		}
		return type === 'user' || type === 'customer' ? (`user:${id}` as Part) : type === 'nav_menu' ? (`menu:${id}` as Part) : null;
	}
	if (id === null || id === '') {
		return null;
	}
	switch (type) {
		case 'setting':
			return singlePart('option', id);
		case 'plugin':
			return singlePart('plugin', id.split('/')[0]!.replace(/\.php$/, ''));
		case 'theme':
			return singlePart('theme', id);
		default:
			return null;
	}
}
