/** The files of a plan: the live tree against the state, by the rules of files. */
import { decodeKey, kindRange } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteComparison } from '../sweep/site-comparison.ts';
import type { Kept } from './adjusted.ts';
import { sameBytes, type DifferParts } from './differ.ts';
import { adjustFile, OutOfScope } from './file-rules.ts';

type Operation = Pick<PlanOperation, 'key' | 'live' | 'target'>;

export class FileDiffer {
	readonly #parts: DifferParts;
	readonly #comparison: SiteComparison;
	readonly #keep: (kept: Kept) => void;
	readonly then = new OutOfScope();
	readonly now = new OutOfScope();
	readonly unreadable: string[] = [];

	constructor(parts: DifferParts, comparison: SiteComparison, keep: (kept: Kept) => void) {
		this.#parts = parts;
		this.#comparison = comparison;
		this.#keep = keep;
	}

	/** Files of the chosen roots. */
	async fill(store: PlanStore): Promise<void> {
		const { chosen, signal, progress } = this.#parts;
		const comparison = this.#comparison;
		comparison.files.onFiles = (done) => progress?.('files', done, null);
		for await (const differences of comparison.filesOf(chosen.roots ?? undefined)) {
			signal?.throwIfAborted();
			// What is out of scope now is known only when the walk has ended: see below.
			const operations = differences.map((difference) => this.operation(difference)).filter((one) => one !== null);
			if (operations.length > 0) { store.put(operations); }
		}
		for (const { root, path, reason } of comparison.files.leftOut) { this.now.add(root, path, reason); }
		for (const { root, path } of comparison.files.unreadable) {
			this.now.add(root, path, { code: 'unreadable', detail: 'cannot be read' });
			this.unreadable.push(placeName(root, path));
		}
		this.#again(store);
	}

	/** Judges all file operations once more, with what is out of scope now. */
	#again(store: PlanStore): void {
		const { low, high } = kindRange('file');
		for (const operations of store.range(low, high)) {
			const obsolete = operations.filter(({ key, live, target }) => this.operation({ key, left: live, right: target }) === null);
			if (obsolete.length > 0) { store.remove(obsolete.map((one) => one.key)); }
		}
	}

	/** What is to be done at a file's key; null for nothing. */
	operation({ key, left, right }: { key: Uint8Array; left: Uint8Array | null; right: Uint8Array | null }): Operation | null {
		const { site, rules } = this.#parts;
		const settings = { owners: site.tree.files.can.ownership, then: this.then, now: this.now, inPlace: rules !== null };
		const { value, kept } = adjustFile(settings, key, right, left);
		if (kept !== null) {
			const place = decodeKey(key);
			this.#keep({ ...kept, what: place.kind === 'file' ? placeName(place.root, place.path) : kept.what });
		}
		return sameBytes(value, left) ? null : { key, live: left, target: value };
	}
}
