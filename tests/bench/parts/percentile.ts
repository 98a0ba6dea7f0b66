/** The smallest value that at least `share` (0 to 1) of the values do not exceed; NaN where there is none. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** As figures are printed: microseconds are the last thing that a clock of ours knows. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
