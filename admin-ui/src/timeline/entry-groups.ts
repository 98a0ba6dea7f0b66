import { __ } from '@wordpress/i18n';
import type { PointDetail } from '../wire.ts';

type Entries = PointDetail['entries'];

export interface EntryGroup {
	what: string;
	label: string;
	entries: Entries;
}

const order = ['row', 'file', 'table', 'view', 'trigger', 'counter', 'left out', 'fact'];

function groupLabel(what: string): string {
	switch (what) {
		case 'row':
			return __('Rows', 'holdfast');
		case 'file':
			return __('Files', 'holdfast');
		case 'table':
			return __('Tables', 'holdfast');
		case 'view':
			return __('Views', 'holdfast');
		case 'trigger':
			return __('Triggers', 'holdfast');
		case 'counter':
			return __('Counters', 'holdfast');
		case 'left out':
			return __('Not backed up', 'holdfast');
		default:
			return __('Notes of Holdfast', 'holdfast');
	}
}

/** Rows first, then files, then the rest; kinds that this page does not know stand last. */
export function groupsOf(entries: Entries): EntryGroup[] {
	const groups = new Map<string, Entries>();
	for (const entry of entries) {
		const what = order.includes(entry.what) ? entry.what : 'fact';
		groups.set(what, [...(groups.get(what) ?? []), entry]);
	}
	return order.filter((what) => groups.has(what)).map((what) => ({ what, label: groupLabel(what), entries: groups.get(what)! }));
}
