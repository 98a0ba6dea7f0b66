import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { DevError } from '../../../dev/errors.ts';
import { stopOnSignal } from '../../../dev/services/signals.ts';
import { step } from '../../../dev/terminal.ts';
import { startSharedStack } from '../../harness/index.ts';

/** Whole numbers given as `--name value`, each within its bounds; what is not given is `byDefault`. */
export function numbersFrom<Name extends string>(
	args: readonly string[],
	known: Record<Name, { byDefault: number; max: number }>,
): Record<Name, number> {
	const names = Object.keys(known) as Name[];
	const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
	const usage = names.map((name) => `[--${name} 1…${known[name].max}]`).join(' ');
	let values: Record<string, string | undefined>;
	try {
		({ values } = parseArgs({ args: [...args], options }) as { values: typeof values });
	} catch (error) {
		throw new DevError((error as Error).message, `this bench takes ${usage}.`);
	}
	const read = (name: Name): number => {
		const value = Number(values[name] ?? known[name].byDefault);
		if (!Number.isInteger(value) || value < 1 || value > known[name].max) {
			throw new DevError(`--${name} cannot be “${values[name]}”.`, `this bench takes ${usage}.`);
		}
		return value;
	};
	return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
}

/** Gives `work` running services, and ends them whatever happens, a signal included. Says how busy the machine was. */
export async function withStack<Result>(work: () => Promise<Result>): Promise<Result> {
	const stopping = stopOnSignal(await startSharedStack());
	try {
		step(`load of the machine before: ${loadText()}`);
		const result = await work();
		step(`load of the machine after:  ${loadText()}`);
		return result;
	} finally {
		await stopping.now();
	}
}

const loadText = (): string =>
	loadavg()
		.map((one) => one.toFixed(2))
		.join(' ');
