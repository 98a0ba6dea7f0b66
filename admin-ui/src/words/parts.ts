import { __ } from '@wordpress/i18n';
import type { Part } from '../wire.ts';
import { singleLabel, type Single } from './single-parts.ts';

/* What can be restored, and the three-state tree over it. */

export const leafParts = ['database', 'plugins', 'themes', 'uploads', 'content', 'root'] as const;
export type LeafPart = (typeof leafParts)[number];

export function partLabel(part: Part): string {
	switch (part) {
		case 'everything':
			return __('Everything', 'holdfast');
		case 'database':
			return __('Database', 'holdfast');
		case 'plugins':
			return __('Plugins', 'holdfast');
		case 'themes':
			return __('Themes', 'holdfast');
		case 'uploads':
			return __('Uploads', 'holdfast');
		case 'content':
			return __('Other files of wp-content', 'holdfast');
		case 'root':
			return __('Files in the WordPress folder', 'holdfast');
		default:
			return singleLabel(part) ?? part.replace(/^table:/, '');
	}
}

export function partExplanation(part: LeafPart): string {
	switch (part) {
		case 'database':
			return __('Posts, pages, comments, users, settings, orders: all tables', 'holdfast');
		case 'plugins':
			return __('The files of your plugins', 'holdfast');
		case 'themes':
			return __('The files of your themes', 'holdfast');
		case 'uploads':
			return __('Images and other media', 'holdfast');
		case 'content':
			return __('Languages, must-use plugins, drop-ins', 'holdfast');
		case 'root':
			return __('What lies beside WordPress itself; WordPress’ own files are left alone', 'holdfast');
	}
}

export type Chosen = ReadonlySet<LeafPart>;

export const everythingChosen: Chosen = new Set(leafParts);

/** The state of the box above all others. */
export function treeState(chosen: Chosen): 'all' | 'some' | 'none' {
	if (chosen.size === 0) {
		return 'none';
	}
	return chosen.size === leafParts.length ? 'all' : 'some';
}

export function withPart(chosen: Chosen, part: LeafPart, on: boolean): Chosen {
	const next = new Set(chosen);
	if (on) {
		next.add(part);
	} else {
		next.delete(part);
	}
	return next;
}

/** What is asked of the agent. Nothing chosen is an empty list, which is never sent and never read as everything. */
export function partsOf(chosen: Chosen, singles: readonly Single[] = []): Part[] {
	const parts: Part[] = treeState(chosen) === 'all' ? ['everything'] : leafParts.filter((part) => chosen.has(part));
	return [...parts, ...singles.map(({ part }) => part)];
}
