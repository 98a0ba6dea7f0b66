import { percentile, rounded } from './percentile.ts';

export type Side = 'on' | 'off';

/** One value per request, in order. */
export interface Costs {
	/** From the request being sent to the answer being read. */
	readonly wallMs: number[];
	/** From the first must-use plugin to behind the shutdown functions. */
	readonly phpMs: number[];
	/** CPU of PHP over the same stretch. */
	readonly cpuMs: number[];
	/** The highest memory of PHP. */
	readonly peakBytes: number[];
	/** Statements that the database connection served. */
	readonly statements: number[];
}

const clocks = [
	['', 'wallMs'],
	['Php', 'phpMs'],
	['Cpu', 'cpuMs'],
] as const;

const mebibyte = 1_048_576;

/**
 * Figures of one kind of request: what is added (on − off) for each share and clock, and both raw values; memory and statements.
 * `postSaveP50Ms` is of the visitor's clock, `postSavePhpP50Ms` of PHP's, `postSaveCpuP50Ms` of PHP's CPU.
 */
export function added(name: string, costs: Record<Side, Costs>, shares: readonly number[]): Record<string, number> {
	const figures: Record<string, number> = {};
	for (const [clock, key] of clocks) {
		for (const share of shares) {
			const p = `P${Math.round(share * 100)}Ms`;
			const on = percentile(costs.on[key], share);
			const off = percentile(costs.off[key], share);
			figures[`${name}${clock}${p}`] = rounded(on - off);
			figures[`${name}${clock}On${p}`] = rounded(on);
			figures[`${name}${clock}Off${p}`] = rounded(off);
		}
	}
	figures[`${name}MemoryMb`] = rounded(addedP50(costs, 'peakBytes') / mebibyte);
	figures[`${name}Statements`] = addedP50(costs, 'statements');
	return figures;
}

/** What is added as a share of what the same request costs without, at the median, in percent. */
export function addedPercent(name: string, costs: Record<Side, Costs>): Record<string, number> {
	return Object.fromEntries(
		clocks.map(([clock, key]) => [`${name}${clock}Percent`, rounded((100 * addedP50(costs, key)) / percentile(costs.off[key], 0.5))]),
	);
}

function addedP50(costs: Record<Side, Costs>, key: keyof Costs): number {
	return percentile(costs.on[key], 0.5) - percentile(costs.off[key], 0.5);
}
