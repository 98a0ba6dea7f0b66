import { fileChanges } from '../files/changes.ts';
import { Named } from '../intents/named.ts';
import type { Engine } from './engine.ts';

/** Files named in one collect of a scan. */
const scanKeysMax = 2_000;

/** The truth about files: sizes, times and inodes of all of them against what was last backed up; what differs is collected. */
export async function scanFiles(engine: Engine, collect: (named: Named) => Promise<unknown>, signal: AbortSignal): Promise<{ folders: Buffer[] }> {
	const totals = { files: 0, folders: [] as Buffer[] };
	const state = await engine.states.now();
	let named = new Named();
	const collected = async (): Promise<void> => {
		if (!named.isEmpty) {
			await collect(named);
			named = new Named();
		}
	};
	try {
		for await (const changes of fileChanges(engine.tree, engine.index, state, totals)) {
			signal.throwIfAborted();
			changes.forEach((change) => named.addFileKey(change.key));
			if (named.fileKeys.size >= scanKeysMax) {
				await collected();
			}
		}
	} finally {
		await state.close();
	}
	await collected();
	return totals;
}
