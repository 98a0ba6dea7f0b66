/** The files of a plan: the live tree against the state, by the rules of files. */
import { asBuffer, decodeKey, kindRange, type Difference, type FileRoot } from '@holdfast/protocol';
import { placeName } from '../files/collected-files.ts';
import type { PlanOperation, PlanStore } from '../ports/plan-store.ts';
import type { SiteComparison } from '../sweep/site-comparison.ts';
import type { Kept } from './adjusted.ts';
import { sameBytes, type DifferParts } from './differ.ts';
import { adjustFile, OutOfScope } from './file-rules.ts';
import type { Selection } from './selected/selection.ts';

type Operation = Pick<PlanOperation, 'key' | 'live' | 'target'>;

export class FileDiffer {
	readonly #parts: DifferParts;
	readonly #comparison: SiteComparison;
	readonly #keep: (kept: Kept) => void;
	readonly then = new OutOfScope();
	readonly now = new OutOfScope();
	readonly unreadable: string[] = [];
	/** Single files and folders that were chosen. */
	selection: Selection | null = null;

	constructor(parts: DifferParts, comparison: SiteComparison, keep: (kept: Kept) => void) {
		this.#parts = parts;
		this.#comparison = comparison;
		this.#keep = keep;
	}

	/** Whether a file is in a chosen root, or was chosen itself. */
	isChosen(root: FileRoot, path: Uint8Array): boolean {
		const { anyFiles, roots } = this.#parts.chosen;
		return anyFiles && (roots === null || roots.has(root) || (this.selection?.file(root, path) ?? null) !== null);
	}

	/** Files of the chosen roots, and those that were chosen themselves. */
	async fill(store: PlanStore): Promise<void> {
		const { signal, progress } = this.#parts;
		const comparison = this.#comparison;
		comparison.files.onFiles = (done) => progress?.('files', done, null);
		for await (const differences of this.#differences()) {
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

	async *#differences(): AsyncGenerator<Difference[]> {
		const { roots } = this.#parts.chosen;
		const places = roots === null ? [] : (this.selection?.places ?? []).filter(({ root }) => !roots.has(root));
		const wholly = roots === null ? undefined : new Set([...roots, ...places.filter(({ path, only }) => path === '' && !only).map(({ root }) => root)]);
		if (wholly === undefined || wholly.size > 0) { yield* this.#comparison.filesOf(wholly); }
		for (const { root, path, only } of places.filter((place) => !wholly!.has(place.root))) { yield* this.#comparison.filesAt(root, Buffer.from(path, 'latin1'), only); }
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
		const settings = { owners: site.tree.files.can.ownership, then: this.then, now: this.now, inPlace: rules !== null, isNamed: (root: FileRoot, path: Uint8Array) => this.selection?.file(root, asBuffer(path)) === 'exactly' };
		const { value, kept } = adjustFile(settings, key, right, left);
		if (kept !== null) {
			const place = decodeKey(key);
			this.#keep({ ...kept, what: place.kind === 'file' ? placeName(place.root, place.path) : kept.what });
		}
		return sameBytes(value, left) ? null : { key, live: left, target: value };
	}
}
