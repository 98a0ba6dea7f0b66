/** How the dev commands speak: a line per step, so that a log without a terminal reads the same. */
export function step(text: string): void {
	process.stdout.write(`  ${text}\n`);
}

export function title(text: string): void {
	process.stdout.write(`\n${text}\n`);
}

export function seconds(startedAtMs: number): string {
	return `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
}
