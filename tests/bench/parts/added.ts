import { percentile, rounded } from './percentile.ts';

export type Side = 'on' | 'off';

/** One value per request, in order. */
export interface Times {
	/** From the request being sent to the answer being read. */
	readonly wallMs: number[];
	/** From the first must-use plugin to behind the shutdown functions. */
	readonly phpMs: number[];
	/** CPU of PHP over the same stretch. */
	readonly cpuMs: number[];
}

/**
 * Figures of one kind of request: what is added (on − off) for each share and clock, and both raw values.
 * `postSaveP50Ms` is of the visitor's clock, `postSavePhpP50Ms` of PHP's, `postSaveCpuP50Ms` of PHP's CPU.
 */
export function added(name: string, times: Record<Side, Times>, shares: readonly number[]): Record<string, number> {
	const figures: Record<string, number> = {};
	for (const [clock, key] of [
		['', 'wallMs'],
		['Php', 'phpMs'],
		['Cpu', 'cpuMs'],
	] as const) {
		for (const share of shares) {
			const p = `P${Math.round(share * 100)}Ms`;
			const on = percentile(times.on[key], share);
			const off = percentile(times.off[key], share);
			figures[`${name}${clock}${p}`] = rounded(on - off);
			figures[`${name}${clock}On${p}`] = rounded(on);
			figures[`${name}${clock}Off${p}`] = rounded(off);
		}
	}
	return figures;
}
