import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const lookMs = 200;

/** The highest resident memory of one process from here on, as the kernel keeps it. */
export class PeakMemory {
	readonly #pid: number;
	#on = true;
	#highestKb = 0;
	readonly #looking: Promise<void>;

	private constructor(pid: number) {
		this.#pid = pid;
		this.#looking = this.#look();
	}

	static async of(pid: number): Promise<PeakMemory> {
		// 5 sets the kernel's mark back to what is in use now (proc(5)); where that is not allowed the mark is the process's own, since it began.
		await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {});
		return new PeakMemory(pid);
	}

	async #look(): Promise<void> {
		for (; this.#on; await sleep(lookMs)) {
			this.#highestKb = Math.max(this.#highestKb, await this.#mark());
		}
	}

	/** 0 once the process has ended. */
	async #mark(): Promise<number> {
		const status = await readFile(`/proc/${this.#pid}/status`, 'utf8').catch(() => '');
		return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
	}

	/** MiB. */
	async stop(): Promise<number> {
		this.#on = false;
		await this.#looking;
		return Math.max(this.#highestKb, await this.#mark()) / 1024;
	}
}
