import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lookMs = 200;

/** How large the intent log of a site becomes. */
export class LogWatch {
	readonly #folder: string;
	#on = true;
	#highest = 0;
	readonly #looking: Promise<void>;

	constructor(state: string) {
		this.#folder = join(state, 'log');
		this.#looking = this.#look();
	}

	async #look(): Promise<void> {
		for (; this.#on; await sleep(lookMs)) {
			const names = await readdir(this.#folder);
			const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.#folder, name)).catch(() => null))?.size ?? 0));
			this.#highest = Math.max(
				this.#highest,
				sizes.reduce((sum, size) => sum + size, 0),
			);
		}
	}

	/** Bytes of all files together, at the highest. */
	async stop(): Promise<number> {
		this.#on = false;
		await this.#looking;
		return this.#highest;
	}
}
