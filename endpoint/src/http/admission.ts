import { EndpointError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { FreeSpace } from '../ports/space.ts';

/**
 * Who may come in: so many uploads and downloads at a time, and nothing for which there is no room. Room is promised
 * to an upload before its first byte is written, so that several that fit one by one cannot fill the disk together.
 */
export class Admission {
	readonly #space: FreeSpace;
	readonly #limits: Limits;
	#uploads = 0;
	#downloads = 0;
	/** Bytes promised to uploads under way. Those already written count twice, in the safe direction. */
	#promisedBytes = 0;

	constructor(space: FreeSpace, limits: Limits) {
		this.#space = space;
		this.#limits = limits;
	}

	/** Runs an upload of so many bytes. @throws EndpointError BUSY, STORAGE_LOW */
	async upload<T>(bytes: number, task: () => Promise<T>): Promise<T> {
		if (this.#uploads >= this.#limits.uploadsMax) throw this.busy('uploads');
		this.#uploads++;
		this.#promisedBytes += bytes;
		try {
			const free = await this.#space.freeBytes();
			if (free - this.#promisedBytes < this.#limits.freeBytesMin) {
				throw new EndpointError('STORAGE_LOW', { detail: `${free} bytes free`, retryAfterMs: 60_000 });
			}
			return await task();
		} finally {
			this.#uploads--;
			this.#promisedBytes -= bytes;
		}
	}

	/** Opens a download; the caller calls what it returns, once, when it is through. @throws EndpointError BUSY */
	download(): () => void {
		if (this.#downloads >= this.#limits.downloadsMax) throw this.busy('downloads');
		this.#downloads++;
		let open = true;
		return () => {
			if (open) this.#downloads--;
			open = false;
		};
	}

	busy(what: string): EndpointError {
		return new EndpointError('BUSY', { detail: what, retryAfterMs: this.#limits.busyRetryMs });
	}

	async freeBytes(): Promise<number> {
		return this.#space.freeBytes();
	}

	/** Whether a small write would be taken now. */
	async acceptsWrites(): Promise<boolean> {
		return (await this.#space.freeBytes()) - this.#promisedBytes >= this.#limits.freeBytesMin;
	}
}
