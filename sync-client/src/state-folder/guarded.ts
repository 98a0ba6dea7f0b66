import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import { HoldfastError } from '../errors.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** First line of every guarded file: a web server that serves the folder runs this and shows nothing. PROTOCOL.md section 1. */
export const guardLine = '<?php exit; __halt_compiler();';

/** A JSON file of the state folder behind the guard line, checked against its schema when it is read. */
export class GuardedFile<S extends TSchema> {
	readonly path: string;
	readonly #check: { Check(value: unknown): boolean };

	constructor(path: string, schema: S) {
		this.path = path;
		this.#check = Compile(schema) as unknown as { Check(value: unknown): boolean };
	}

	/**
	 * The content, null where there is no such file.
	 * @throws STATE_FOLDER_BROKEN when it is not what was written
	 */
	async read(): Promise<Static<S> | null> {
		const bytes = await readIfThere(this.path);
		if (bytes === null) {
			return null;
		}
		const value = parseGuarded(bytes);
		if (value === undefined || !this.#check.Check(value)) {
			throw new HoldfastError('STATE_FOLDER_BROKEN', `${this.path} is not what Holdfast wrote there.`);
		}
		return value as Static<S>;
	}

	async write(value: Static<S>): Promise<void> {
		if (!this.#check.Check(value)) {
			throw new HoldfastError('INTERNAL', `What should be written to ${this.path} does not have its shape.`);
		}
		await writeWhole(this.path, `${guardLine}\n${JSON.stringify(value)}\n`);
	}
}

/** The JSON behind a guard line; undefined where there is none. */
export function parseGuarded(bytes: Buffer): unknown {
	const text = bytes.toString('utf8');
	const end = text.indexOf('\n');
	if (end < 0 || text.slice(0, end).trimEnd() !== guardLine) {
		return undefined;
	}
	try {
		return JSON.parse(text.slice(end + 1)) as unknown;
	} catch {
		return undefined;
	}
}
