import { decodeKey, decodeRowKey, keyColumnPlaces, storedColumns, type Incarnation, type TableValue } from '@holdfast/protocol';

/** Longest text of a key column that a label shows, in characters. */
const textCharactersMax = 60;

/** Names keys as people read them: `wp_posts ID=12`, `uploads/2026/11/a.jpg`. */
export class KeyLabels {
	readonly #tables = new Map<Incarnation, { name: string; value: TableValue }>();

	constructor(tables: ReadonlyMap<string, TableValue>) {
		for (const [name, value] of tables) {
			this.#tables.set(value.incarnation, { name, value });
		}
	}

	of(bytes: Uint8Array): { what: string; label: string } {
		const key = decodeKey(bytes);
		switch (key.kind) {
			case 'row': return { what: 'row', label: this.#row(key.incarnation, key.rowKey) };
			case 'file': return { what: 'file', label: `${key.root}/${printable(key.path)}` };
			case 'fileLeftOut': return { what: 'left out', label: `${key.root}/${printable(key.path)}` };
			case 'trigger': return { what: 'trigger', label: `${key.table}: ${key.name}` };
			default: return { what: key.kind, label: key.name };
		}
	}

	#row(incarnation: Incarnation, rowKey: Uint8Array): string {
		const table = this.#tables.get(incarnation);
		if (!table) {
			return 'row of a table that is gone';
		}
		const places = keyColumnPlaces(table.value.layout);
		if (places.length === 0) {
			return `${table.name} row ${Buffer.from(rowKey).toString('hex').slice(0, 8)}`;
		}
		const columns = storedColumns(table.value.layout);
		const values = decodeRowKey(rowKey, places.map((place) => place.as));
		return `${table.name} ${places.map((place, i) => `${columns[place.index]!.name}=${textOf(values[i]!)}`).join(' ')}`;
	}
}

function textOf(value: bigint | Uint8Array): string {
	return typeof value === 'bigint' ? String(value) : printable(value).slice(0, textCharactersMax);
}

/** UTF-8 where it is, else hex; control characters never reach a screen. */
function printable(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\p{Cc}/gu, '\u{FFFD}');
	} catch {
		return `0x${Buffer.from(bytes).toString('hex')}`;
	}
}
