import { __, _n, sprintf } from '@wordpress/i18n';
import type { Counts } from '../wire.ts';
import { count } from './numbers.ts';

export function rows(n: number): string {
	/* translators: %s: a number. */
	return sprintf(_n('%s row', '%s rows', n, 'holdfast'), count(n));
}

export function files(n: number): string {
	/* translators: %s: a number. */
	return sprintf(_n('%s file', '%s files', n, 'holdfast'), count(n));
}

export function tables(n: number): string {
	/* translators: %s: a number. */
	return sprintf(_n('%s table', '%s tables', n, 'holdfast'), count(n));
}

export function changes(n: number): string {
	/* translators: %s: a number. */
	return sprintf(_n('%s change', '%s changes', n, 'holdfast'), count(n));
}

/** The pills of a point: only what there was. */
export function pillsOf(counts: Counts): string[] {
	return [
		counts.rows && rows(counts.rows),
		counts.files && files(counts.files),
		/* translators: %s: "3 rows". */
		counts.deletedRows && sprintf(__('%s deleted', 'holdfast'), rows(counts.deletedRows)),
		/* translators: %s: "3 files". */
		counts.deletedFiles && sprintf(__('%s deleted', 'holdfast'), files(counts.deletedFiles)),
		/* translators: %s: a number. Table definitions, counters, settings of Holdfast. */
		counts.other && sprintf(_n('%s other', '%s others', counts.other, 'holdfast'), count(counts.other)),
	].filter((pill): pill is string => Boolean(pill));
}
