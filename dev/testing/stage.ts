/** What one stage of `npm test` found. A stage that only says yes or no counts as one check. */
export interface Tally {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	/** The failed ones by name, so that the end of a long output tells them. */
	readonly failures?: readonly string[];
}

export interface Stage {
	readonly name: string;
	run(): Promise<Tally>;
}

export const oneCheck = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

export const sumOf = (tallies: readonly Tally[]): Tally =>
	tallies.reduce(
		(sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed, skipped: sum.skipped + one.skipped }),
		{ passed: 0, failed: 0, skipped: 0 },
	);

export const inWords = ({ passed, failed, skipped }: Tally): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;
