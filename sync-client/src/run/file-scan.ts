import { fileChanges, type ScanTotals } from '../files/changes.ts';
import { isSmall } from '../files/read-file.ts';
import { Named } from '../intents/named.ts';
import type { Engine } from './engine.ts';

/** Files named in one collect of a scan, and their bytes. */
const groupFilesMax = 500;
const groupBytesMax = 64 * 1024 * 1024;
/** Beyond this their content goes ahead in packs; up to it, it lies in the commit. */
const inlineFilesMax = 50;
const inlineBytesMax = 1024 * 1024;

/**
 * The truth about files: sizes, times and inodes of all of them against what was last backed up; what differs is collected. Content is
 * read and uploaded here, beside the loop, so that the collect has only to name it.
 * `walkMs`: what it took but for that.
 * @param collect `isLast`: all was looked at; called once with it, with nothing named where nothing differed
 */
export async function scanFiles(engine: Engine, collect: (named: Named, isLast: boolean) => Promise<unknown>, signal: AbortSignal): Promise<ScanTotals & { walkMs: number }> {
	const { clock } = engine.adapters;
	const beganUs = clock.monotonicUs();
	let collectingUs = 0;
	const totals: ScanTotals = { files: 0, folders: [], moreFolders: 0 };
	let group = new Group();
	const collected = async (isLast: boolean): Promise<void> => {
		const { named, content, bytes } = group;
		const fromUs = clock.monotonicUs();
		group = new Group();
		try {
			if (content.length > inlineFilesMax || bytes > inlineBytesMax) {
				await engine.uploadAhead(content, 'later');
			}
			signal.throwIfAborted();
			await collect(named, isLast);
		} finally {
			engine.forgetAhead();
			collectingUs += clock.monotonicUs() - fromUs;
		}
	};
	const state = await engine.states.now();
	try {
		for await (const changes of fileChanges(engine.tree, engine.index, state, totals)) {
			for (const { key, seen } of changes) {
				signal.throwIfAborted();
				group.named.addFileKey(key);
				if (seen?.stat.type === 'file' && isSmall(seen.stat)) {
					group.content.push(key);
					group.bytes += seen.stat.size;
				}
				if (group.named.fileKeys.size >= groupFilesMax || group.bytes >= groupBytesMax) {
					await collected(false);
				}
			}
		}
	} finally {
		await state.close();
	}
	await collected(true);
	return { ...totals, walkMs: (clock.monotonicUs() - beganUs - collectingUs) / 1000 };
}

class Group {
	readonly named = new Named();
	/** Files whose content belongs to it. */
	readonly content: Uint8Array[] = [];
	bytes = 0;
}
