import { join } from 'node:path';
import type { ProtectedSite } from '../../harness/index.ts';
import type { BackedUpRow, BackupReader } from './backup-reader.ts';

const writer = join(import.meta.dirname, '..', 'php', 'marked-writer.php');
/** Time for the processes to load WordPress before the first write. */
const loadMs = 4_000;

/** A write that has returned. */
export interface Write {
	readonly marker: string;
	/** How many tables must hold the marker. */
	readonly places: number;
	readonly returnedAtMs: number;
}

/**
 * Writes at a steady pace from long processes of WordPress.
 *
 * @param name  `p` for what a site writes, `f` for rows only
 * @param round  another one for each call on one site
 */
export async function writeFor(
	site: ProtectedSite,
	{ seconds, rate, processes, name, round = 0 }: { seconds: number; rate: number; processes: number; name: 'p' | 'f'; round?: number },
): Promise<Write[]> {
	const intervalUs = Math.round((1_000_000 * processes) / rate);
	const beginMs = Date.now() + loadMs;
	const written = await Promise.all(
		Array.from({ length: processes }, async (_, i) => {
			// They take turns, so that the pace of all together is steady, too.
			const begin = beginMs + (i * intervalUs) / processes / 1000;
			const count = Math.ceil((seconds * rate - i) / processes);
			const number = 100 * round + i;
			const lines = await site.phpFile(writer, [`${name}${number}`, String(count), String(intervalUs), String(begin), name === 'f' ? 'rows' : '']);
			return (JSON.parse(lines) as [number, number, number][]).map(([n, places, returnedAtMs]) => ({
				marker: `hf-lag-${name}${number}-${n}.`,
				places,
				returnedAtMs,
			}));
		}),
	);
	return written.flat();
}

/** For every marker the first commit with which it is in all of its places. */
export async function commitsOfMarkers(
	backup: BackupReader,
	from: number,
	writes: readonly Write[],
): Promise<{ commitOf: Map<string, number>; commits: number; receivedAt: Map<number, number> }> {
	const places = new Map(writes.map((write) => [write.marker, write.places]));
	const foundIn = new Map<string, Set<BackedUpRow['incarnation']>>();
	const commitOf = new Map<string, number>();
	const receivedAt = new Map<number, number>();
	for await (const commit of backup.commitsAfter(from)) {
		receivedAt.set(commit.seq, commit.receivedAt);
		for (const { incarnation, value } of commit.rows) {
			for (const [marker] of value.toString('latin1').matchAll(/hf-lag-[pf]\d+-\d+\./g)) {
				const found = foundIn.get(marker) ?? new Set<BackedUpRow['incarnation']>();
				foundIn.set(marker, found.add(incarnation));
				if (found.size === places.get(marker) && !commitOf.has(marker)) {
					commitOf.set(marker, commit.seq);
				}
			}
		}
	}
	return { commitOf, commits: receivedAt.size, receivedAt };
}
