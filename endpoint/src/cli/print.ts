import { CommandError } from '../commandErrors.ts';

/** What a command says: lines for people, or with `--json` one object on one line. */
export interface Printer {
	readonly json: boolean;
	/** The result. */
	result(value: object, lines: readonly string[]): void;
}

export function printer(json: boolean): Printer {
	return {
		json,
		result: (value, lines) => {
			process.stdout.write(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
		},
	};
}

/** Says why a command ends, with what to try, and sets the exit code. With `--json` on standard output, as an object. */
export function printFailure(error: unknown, json: boolean): void {
	const failure =
		error instanceof CommandError
			? error
			: new CommandError('UNEXPECTED', error instanceof Error ? error.message : String(error), error);
	process.exitCode = failure.exit;
	const { code, message, hint } = failure;
	if (json) {
		process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message, hint } })}\n`);
		return;
	}
	process.stderr.write(`holdfast-endpoint: ${message}\n${hint}\n`);
	if (failure.code === 'UNEXPECTED' && error instanceof Error && error.stack !== undefined)
		process.stderr.write(`${error.stack}\n`);
}
