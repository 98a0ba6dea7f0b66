import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHeader, parseLine, type LogHeader, type LogLine } from '../../sync-client/src/intents/log-line.ts';

/** A file of the intent log: all of it, and which of its lines are new since the last read. */
export type LogFile = { name: string; header: LogHeader; lines: LogLine[]; fresh: string[] };

/** The intent log of a site whose agent is away: read again and again, and nothing is removed. */
export class LogReader {
	readonly #folder: string;
	/** Lines that were given out, by file. */
	readonly #given = new Map<string, number>();
	/** Ended, and given out twice: nothing can come of them any more. */
	readonly #over = new Set<string>();

	constructor(state: string) {
		this.#folder = join(state, 'log');
	}

	/**
	 * Files that are not ended, are new, or ended since the last call but one.
	 * @param again the same once more, with what has come since; the next call gives that out, too
	 */
	async read(again = false): Promise<LogFile[]> {
		const files: LogFile[] = [];
		const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.php') && !this.#over.has(name)).sort();
		for (const name of names) {
			const [, header, ...rest] = (await readFile(join(this.#folder, name), 'utf8')).split('\n');
			// What follows the last line break is empty, or a line that is being written.
			const texts = rest.slice(0, -1);
			const parsed = texts.map((text) => parseLine(Buffer.from(text)));
			const broken = parsed.indexOf(null);
			const head = parseHeader(Buffer.from(header!));
			if (broken >= 0 || head === null) {
				throw new Error(`A line of ${name} is not understood: ${texts[broken] ?? header!}`);
			}
			const lines = parsed as LogLine[];
			const given = this.#given.get(name) ?? 0;
			if (!again) {
				if (lines.at(-1)?.type === 'end' && given === texts.length) {
					this.#over.add(name);
				}
				this.#given.set(name, texts.length);
			}
			files.push({ name, header: head, lines, fresh: texts.slice(given) });
		}
		return files;
	}
}
