import { pageLocale } from './locale.ts';

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const bytesPerStep = 1000;
/** From here on without a digit after the point. */
const wholeFrom = 100;

export function count(n: number): string {
	return new Intl.NumberFormat(pageLocale()).format(n);
}

/** `1.9 GB`, `402 MB`, `3 B`. */
export function bytes(n: number): string {
	let value = Math.max(0, n);
	let step = 0;
	while (value >= bytesPerStep && step < byteUnits.length - 1) {
		value /= bytesPerStep;
		step += 1;
	}
	return new Intl.NumberFormat(pageLocale(), {
		style: 'unit',
		unit: byteUnits[step]!,
		unitDisplay: step === 0 ? 'narrow' : 'short',
		maximumFractionDigits: step === 0 || value >= wholeFrom ? 0 : 1,
	}).format(value);
}

/** Of 0 to 1. Rounded down: never 100 % before it is done. */
export function percent(share: number): string {
	return new Intl.NumberFormat(pageLocale(), { style: 'percent' }).format(
		Math.floor(Math.min(1, Math.max(0, share)) * 100) / 100,
	);
}

/** `a, b and c`. */
export function list(words: string[]): string {
	return new Intl.ListFormat(pageLocale(), { type: 'conjunction' }).format(words);
}
