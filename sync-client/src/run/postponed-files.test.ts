import { expect, test } from '@jest/globals';
import { fileKey } from '@holdfast/protocol';
import { MemoryFiles } from '../adapters/memory-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileStat } from '../ports/files.ts';
import { PostponedFiles } from './postponed-files.ts';

/** A clock that stands, and files of which only the time of the last change is asked. */
function setup() {
	let nowMs = 1_000_000;
	let writtenMs = 0;
	const clock = { monotonicUs: () => 1000 * nowMs, wallMs: () => nowMs } as unknown as Clock;
	class Files extends MemoryFiles {
		override async stat(paths: readonly Uint8Array[]): Promise<(FileStat | null)[]> {
			return paths.map(() => ({ type: 'file', mtimeNs: 1_000_000n * BigInt(writtenMs) }) as FileStat);
		}
	}
	const files = new Files();
	const postponed = new PostponedFiles(clock);
	return {
		postponed,
		pass: (ms: number) => { nowMs += ms; },
		write: () => { writtenMs = nowMs; },
		take: async () => (await postponed.take(files, () => Buffer.from('/a'))).length,
	};
}

const key = fileKey('uploads', Buffer.from('a'));

test('a large file is read at once, and then it is done', async () => {
	const { postponed, take } = setup();
	postponed.add([key, key]);
	expect(postponed.isDue).toBe(true);
	expect(await take()).toBe(1);
	expect([postponed.isDue, await take()]).toEqual([false, 0]); // It is being read.
	postponed.read([key]);
	expect(postponed.isDue).toBe(false);
});

test('one that is being written is put off until it is quiet, but not for ever', async () => {
	const { postponed, pass, write, take } = setup();
	postponed.add([key]);
	write();
	expect(await take()).toBe(0);
	pass(2_100);
	expect(await take()).toBe(1);
	postponed.failed([key]);
	expect(postponed.isDue).toBe(true);

	const taken: number[] = [];
	for (let s = 0; s < 70; s++) {
		pass(1_000);
		write();
		taken.push(await take());
	}
	expect(taken.slice(0, 55).every((n) => n === 0)).toBe(true);
	expect(taken.reduce((a, b) => a + b)).toBe(1);
});

test('one that changes while it is read is looked at less and less often', async () => {
	const { postponed, pass, take } = setup();
	const pauses: number[] = [];
	postponed.again([key]);
	for (let looks = 0; looks < 7; looks++) {
		let pause = 0;
		while (!postponed.isDue) {
			pass(1_000);
			pause++;
		}
		pauses.push(pause);
		expect(await take()).toBe(1);
		postponed.again([key]);
		postponed.read([key]); // What `again` says stands.
	}
	expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60]);
});
