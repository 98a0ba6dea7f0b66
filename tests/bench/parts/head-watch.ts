import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupReader } from './backup-reader.ts';

const lookMs = 20;

/**
 * When the endpoint first answered that a commit is durable. Later than the truth by up to a look, never earlier:
 * `receivedAt` would be earlier by the time that the disk takes.
 */
export class HeadWatch {
	readonly #seen: { seq: number; atMs: number }[] = [];
	readonly #backup: BackupReader;
	#on = true;
	#looking: Promise<void>;

	constructor(backup: BackupReader) {
		this.#backup = backup;
		this.#looking = this.#look();
	}

	async #look(): Promise<void> {
		for (let last = -1; this.#on; await sleep(lookMs)) {
			const seq = await this.#backup.head();
			if (seq !== last) {
				this.#seen.push({ seq, atMs: Date.now() });
				last = seq;
			}
		}
	}

	async stop(): Promise<void> {
		this.#on = false;
		await this.#looking;
	}

	durableAtMs(seq: number): number {
		return this.#seen.find((one) => one.seq >= seq)?.atMs ?? NaN;
	}
}
