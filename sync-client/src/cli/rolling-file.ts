import { appendFileSync, renameSync, statSync } from 'node:fs';

const logBytesMax = 4 * 1024 * 1024;

/** A log file that is bounded: above the bound it becomes `….1` and begins anew. Lines are rare, so each is written at once. */
export class RollingFile {
	readonly #path: string;
	#bytes: number;

	constructor(path: string) {
		this.#path = path;
		this.#bytes = sizeOf(path);
	}

	/** What pino calls with one line. A log that cannot be written must never end the agent. */
	write(line: string): void {
		try {
			if (this.#bytes > logBytesMax) {
				renameSync(this.#path, `${this.#path}.1`);
				this.#bytes = 0;
			}
			appendFileSync(this.#path, line, { mode: 0o600 });
			this.#bytes += Buffer.byteLength(line);
		} catch {
			// A full disk is told by the status, not by the log.
		}
	}
}

function sizeOf(path: string): number {
	try {
		return statSync(path).size;
	} catch {
		return 0;
	}
}
