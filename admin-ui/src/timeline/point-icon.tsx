import {
	Icon,
	backup,
	brush,
	caution,
	cog,
	comment,
	file,
	key,
	loop,
	media,
	menu,
	page,
	payment,
	people,
	plugins,
	pin,
	post,
	table,
	wordpress,
} from '@wordpress/icons';
import type { ComponentProps } from 'react';
import type { Point } from '../wire.ts';

type Drawing = ComponentProps<typeof Icon>['icon'];

const byObject: Record<string, Drawing> = {
	post,
	page,
	comment,
	plugin: plugins,
	theme: brush,
	attachment: media,
	media,
	user: people,
	role: people,
	customer: people,
	roles: people,
	login: key,
	application_password: key,
	api_key: key,
	session: key,
	option: cog,
	setting: cog,
	shop_setting: cog,
	privacy_page: page,
	wp_template: brush,
	wp_template_part: brush,
	wp_global_styles: brush,
	theme_mods: brush,
	customizer: brush,
	custom_css: brush,
	menu,
	nav_menu: menu,
	menu_locations: menu,
	wp_navigation: menu,
	term: table,
	core: wordpress,
	file,
	shop_order: payment,
	shop_order_refund: payment,
	shop_coupon: payment,
	table,
};

function drawingOf(point: Point): Drawing {
	switch (point.kind) {
		case 'named':
			return pin;
		case 'first':
			return backup;
		case 'beforeRestore':
		case 'restored':
			return loop;
		case 'found':
			return caution;
		default:
			if (point.pinned) {
				return pin;
			}
			return byObject[point.activities.find(({ quiet }) => !quiet)?.object.type ?? ''] ?? (point.counts.files > 0 ? file : table);
	}
}

/** Repeats in a picture what the sentence says. */
export function PointIcon({ point }: { point: Point }) {
	return (
		<span className="holdfast-point__icon" aria-hidden="true">
			<Icon icon={drawingOf(point)} size={20} />
		</span>
	);
}
