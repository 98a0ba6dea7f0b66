/** Something a person can act on: one sentence of what is wrong, one of what to do. Printed without a stack. */
export class DevError extends Error {
	override name = 'DevError';
	readonly hint: string;

	constructor(sentence: string, hint: string, cause?: unknown) {
		super(sentence, cause === undefined ? undefined : { cause });
		this.hint = hint;
	}
}
