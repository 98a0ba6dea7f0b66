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
	login: key,
	session: key,
	option: cog,
	setting: cog,
	menu,
	term: table,
	core: wordpress,
	file,
	order: payment,
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
			return byObject[point.activities[0]?.object.type ?? ''] ?? (point.counts.files > 0 ? file : table);
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
