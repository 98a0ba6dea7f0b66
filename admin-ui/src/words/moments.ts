import { dateI18n } from '@wordpress/date';
import { __, _x, sprintf } from '@wordpress/i18n';
import { pageLocale } from './locale.ts';

/* Moments in the site's time zone (WordPress' own date settings), spans in the page's language. */

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const steps = [
	{ unit: 'day', ms: dayMs },
	{ unit: 'hour', ms: hourMs },
	{ unit: 'minute', ms: minuteMs },
	{ unit: 'second', ms: secondMs },
] as const;

/** `14:03:22` */
export function time(at: number): string {
	/* translators: PHP date format of a time with seconds. */
	return dateI18n(_x('H:i:s', 'time with seconds', 'holdfast'), new Date(at), undefined);
}

/** `3 November 2026` */
export function day(at: number): string {
	/* translators: PHP date format of a day. */
	return dateI18n(_x('j F Y', 'day', 'holdfast'), new Date(at), undefined);
}

/** With the zone's distance from UTC: what is shown on hover. */
export function exactly(at: number): string {
	return dateI18n('Y-m-d H:i:s P', new Date(at), undefined);
}

/** Equal for moments of one day of the site. */
export function dayKey(at: number): string {
	return dateI18n('Y-m-d', new Date(at), undefined);
}

/** `Today`, `Yesterday`, else the date. */
export function dayName(at: number, now: number): string {
	const key = dayKey(at);
	if (key === dayKey(now)) {
		return __('Today', 'holdfast');
	}
	return key === dayKey(now - dayMs) ? __('Yesterday', 'holdfast') : day(at);
}

/** `today 14:03:22`, `tomorrow 03:10:00`, `3 November 2026, 14:03:22`: within a sentence. */
export function moment(at: number, now: number): string {
	const key = dayKey(at);
	if (key === dayKey(now)) {
		/* translators: %s: time of day. */
		return sprintf(__('today %s', 'holdfast'), time(at));
	}
	if (key === dayKey(now - dayMs)) {
		/* translators: %s: time of day. */
		return sprintf(__('yesterday %s', 'holdfast'), time(at));
	}
	if (key === dayKey(now + dayMs)) {
		/* translators: %s: time of day. */
		return sprintf(__('tomorrow %s', 'holdfast'), time(at));
	}
	/* translators: 1: date, 2: time of day. */
	return sprintf(__('%1$s, %2$s', 'holdfast'), day(at), time(at));
}

function inUnits(ms: number): { value: number; unit: (typeof steps)[number]['unit'] } {
	const step = steps.find((candidate) => ms >= candidate.ms) ?? steps[steps.length - 1]!;
	return { value: Math.max(0, Math.floor(ms / step.ms)), unit: step.unit };
}

/** `12 seconds ago`. A clock that runs behind never makes it the future. */
export function ago(ms: number): string {
	const { value, unit } = inUnits(Math.max(0, ms));
	return new Intl.RelativeTimeFormat(pageLocale(), { numeric: 'always' }).format(-value, unit);
}

/** `40 seconds`, `3 minutes`. Anything shorter than a second is one second: never "0". */
export function span(ms: number): string {
	const { value, unit } = inUnits(Math.max(secondMs, Math.ceil(ms / secondMs) * secondMs));
	return new Intl.NumberFormat(pageLocale(), { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** `3.1 seconds`, for what was measured. */
export function measured(ms: number): string {
	const seconds = ms / secondMs;
	return new Intl.NumberFormat(pageLocale(), {
		style: 'unit',
		unit: 'second',
		unitDisplay: 'long',
		maximumFractionDigits: 1,
	}).format(seconds);
}
