import { Named, type NamedRows } from './named.ts';
import { addOwn } from './overlap.ts';
import type { FileIntent, Intent } from './request-log.ts';

/**
 * What intents have named since a moment, those that were forgotten meanwhile too: a difference that a comparison finds there is a
 * change on its way, and was not missed. In doubt it says so: whatever it explains is collected all the same.
 */
export class Announced {
	readonly named = new Named();

	/** @param tuple the row's key as `tupleOfKey` gives it; null: the table has no key */
	explainsRow(table: string, tuple: Buffer | null): boolean {
		const rows = this.named.tables.get(table);
		if (rows === undefined || rows.isEmpty) {
			return false;
		}
		return tuple === null || rows.whole || rows.conditions.size > 0 || rows.keys.has(tuple.toString('latin1')) || isInRange(rows, tuple);
	}

	/** Its schema, or all its rows. */
	explainsTable(table: string): boolean {
		const rows = this.named.tables.get(table);
		return rows !== undefined && rows.schema;
	}

	explainsFile(absolute: Buffer): boolean {
		const path = absolute.toString('latin1');
		return [...this.named.paths].some(([named, how]) => path === named || (how === 'tree' && path.startsWith(`${named}/`)));
	}
}

function isInRange(rows: NamedRows, tuple: Buffer): boolean {
	const text = tuple.subarray(1).toString('latin1');
	if (rows.ranges.length === 0 || tuple[0] !== text.length || !/^-?\d+$/.test(text)) {
		return false;
	}
	const key = BigInt(text);
	return rows.ranges.some(({ low, high }) => (low === null || key >= low) && (high === null || key <= high));
}

/** Who compares now: each is told what is forgotten meanwhile. */
export class AnnouncedWatches {
	readonly #watches = new Set<Announced>();

	since(namedNow: () => { loud: Named; quiet: Named }): { look(): Announced; end(): void } {
		const announced = new Announced();
		this.#watches.add(announced);
		return {
			look: () => {
				const { loud, quiet } = namedNow();
				announced.named.add(loud).add(quiet);
				return announced;
			},
			end: () => void this.#watches.delete(announced),
		};
	}

	forgotten(closed: { intents: Iterable<Intent>; files: Iterable<FileIntent> }): void {
		for (const { named } of this.#watches) {
			for (const intent of closed.intents) { addOwn(intent, named); }
			for (const file of closed.files) { named.addPath(file.path, file.how); }
		}
	}
}
