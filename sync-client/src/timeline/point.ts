import { commitFlags, type CommitHeader, type Counts, type Manifest, type Point } from '@holdfast/protocol';

/** What a commit is, as a point that people see; null where it makes none (quiet, or a part of an image). */
export function pointOf(header: CommitHeader, hash: string, manifest: Manifest, receivedAt: number): Point | null {
	const { flags } = header;
	const partOnly = (flags & commitFlags.imagePart) !== 0 && (flags & commitFlags.imageComplete) === 0;
	if (partOnly || (flags & commitFlags.quiet) !== 0) {
		return null;
	}
	const activities = manifest.activities ?? [];
	const kind = kindOf(flags);
	return {
		seq: header.sequence,
		hash,
		at: header.snapshotAt === 0 ? header.createdAt : header.snapshotAt,
		receivedAt,
		status: header.pending.length === 0 ? 'complete' : 'incomplete',
		missing: (manifest.pending ?? []).map((one) => one.why),
		name: manifest.name ?? null,
		pinned: manifest.pinned ?? false,
		duringUpdate: (flags & commitFlags.duringUpdate) !== 0,
		kind,
		by: manifest.by ?? null,
		activities,
		counts: manifest.counts,
		title: manifest.name ?? titleOf(kind, activities.filter((one) => !one.quiet).map((one) => one.sentence), manifest.counts),
	};
}

function kindOf(flags: number): Point['kind'] {
	if (flags & commitFlags.imageComplete) { return 'first'; }
	if (flags & commitFlags.beforeRestore) { return 'beforeRestore'; }
	if (flags & commitFlags.restored) { return 'restored'; }
	if (flags & commitFlags.named) { return 'named'; }
	if (flags & commitFlags.afterSweep) { return 'found'; }
	return 'changes';
}

function titleOf(kind: Point['kind'], sentences: readonly string[], counts: Counts): string {
	const [first, ...others] = sentences;
	if (first !== undefined) {
		return others.length === 0 ? first : `${first}, and ${others.length} more`;
	}
	switch (kind) {
		case 'first': return 'First backup complete';
		case 'beforeRestore': return 'Before restore';
		case 'restored': return 'Restored';
		case 'found': return isNothing(counts) ? 'Compared with the whole site' : `${counted(counts)} changed, found by comparison`;
		default: return `${counted(counts)} changed`;
	}
}

const isNothing = (counts: Counts): boolean => Object.values(counts).every((count) => count === 0);

function counted(counts: Counts): string {
	const rows = counts.rows + counts.deletedRows;
	const files = counts.files + counts.deletedFiles;
	const parts = [rows > 0 ? `${rows} ${rows === 1 ? 'row' : 'rows'}` : null, files > 0 ? `${files} ${files === 1 ? 'file' : 'files'}` : null].filter((part) => part !== null);
	return parts.length > 0 ? parts.join(' and ') : 'Settings';
}
