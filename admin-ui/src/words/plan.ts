import { __, _n, sprintf } from '@wordpress/i18n';
import type { Plan } from '../wire.ts';
import { files, rows, tables } from './counts.ts';
import { count, list } from './numbers.ts';
import { partLabel } from './parts.ts';

export interface Amount {
	insert: number;
	change: number;
	delete: number;
}

export function total({ insert, change, delete: removed }: Amount): number {
	return insert + change + removed;
}

/** `changed 297 · removed 9 · brought back 6`; only what there is. */
export function amountWords(amount: Amount): string {
	return [
		/* translators: %s: a number. */
		amount.change && sprintf(__('changed %s', 'holdfast'), count(amount.change)),
		/* translators: %s: a number. */
		amount.delete && sprintf(__('removed %s', 'holdfast'), count(amount.delete)),
		/* translators: %s: a number. */
		amount.insert && sprintf(__('brought back %s', 'holdfast'), count(amount.insert)),
	]
		.filter(Boolean)
		.join(' · ');
}

export interface PlanTotals {
	tables: number;
	rows: number;
	files: number;
}

export function planTotals(plan: Pick<Plan, 'tables' | 'files'>): PlanTotals {
	return {
		tables: plan.tables.filter((table) => table.schema !== 'same').length,
		rows: plan.tables.reduce((sum, table) => sum + total(table), 0),
		files: plan.files.write + plan.files.remove + plan.files.attributes,
	};
}

/** `3 tables, 41 rows and 312 files`; empty when the site is as the point already. */
export function planObject(plan: Pick<Plan, 'tables' | 'files'>): string {
	const totals = planTotals(plan);
	return list(
		[totals.tables && tables(totals.tables), totals.rows && rows(totals.rows), totals.files && files(totals.files)].filter(
			(part): part is string => Boolean(part),
		),
	);
}

/** What the button says it does. */
export function restoreLabel(plan: Pick<Plan, 'tables' | 'files'>): string {
	const object = planObject(plan);
	/* translators: %s: "312 files and 41 rows". */
	return object ? sprintf(__('Restore %s', 'holdfast'), object) : __('Restore', 'holdfast');
}

/** What the plan would do, or that it is so already. @param at "today 14:03:22" */
export function planTitle(plan: Pick<Plan, 'parts' | 'empty'>, at: string): string {
	if (plan.parts.includes('everything')) {
		return plan.empty
			? /* translators: %s: "today 14:03:22". */
				sprintf(__('Your site already equals %s', 'holdfast'), at)
			: /* translators: %s: "today 14:03:22". */
				sprintf(__('Your site goes back to %s', 'holdfast'), at);
	}
	const what = list(plan.parts.map(partLabel));
	return plan.empty
		? /* translators: 1: "Plugins and Post 12". 2: "today 14:03:22". */
			sprintf(__('%1$s: already as it was %2$s', 'holdfast'), what, at)
		: /* translators: 1: "Plugins and Post 12". 2: "today 14:03:22". */
			sprintf(__('%1$s: back to %2$s', 'holdfast'), what, at);
}

export function schemaWords(schema: Plan['tables'][number]['schema']): string {
	switch (schema) {
		case 'create':
			return __('table brought back', 'holdfast');
		case 'alter':
			return __('columns as they were then', 'holdfast');
		case 'drop':
			return __('table removed: it did not exist then', 'holdfast');
		case 'same':
			return '';
	}
}

/** Whether the plan's files and rows have room here. */
export function fits(plan: Pick<Plan, 'needBytes' | 'freeBytes'>): boolean {
	return plan.needBytes <= plan.freeBytes;
}

/** What Keep newer orders keeps beyond the moment: "2 newer orders and 1 newer customer". */
export function newerWords({ orders, customers }: Plan['keep']['newer']): string {
	const parts = [
		/* translators: %s: a number. */
		orders > 0 && sprintf(_n('%s newer order', '%s newer orders', orders, 'holdfast'), count(orders)),
		/* translators: %s: a number. */
		customers > 0 && sprintf(_n('%s newer customer', '%s newer customers', customers, 'holdfast'), count(customers)),
	].filter((part) => part !== false);
	return parts.length === 0
		? __('There are no newer orders than that moment has.', 'holdfast')
		: /* translators: %s: "2 newer orders and 1 newer customer". */
			sprintf(__('Kept: %s.', 'holdfast'), list(parts));
}
