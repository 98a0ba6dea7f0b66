/** Rows of single things as they were then and as they are now. */
import { rowKeyOf, encodeRowKey, RowKeyMaker } from '@holdfast/protocol';
import type { Equals, Snapshot } from '../../ports/database.ts';
import { rowAt, rowCount } from '../../ports/row-batch.ts';
import type { SiteState } from '../../ports/site-state.ts';
import { keyPlaces } from '../../rows/table-shape.ts';
import type { SiteComparison, TablePair } from '../../sweep/site-comparison.ts';
import { liveColumns, numberEquals } from '../adjusted.ts';
import { fullName, type SiteNames } from '../plain-name.ts';
import { columnIndex, columnText } from '../row-columns.ts';

/** Conditions in one statement. */
const alternativesAtOnce = 200;

/** A row; `of` gives a column as latin1, null for NULL and for a column that is not there. */
export type Row = { key: Buffer; of: (column: string) => string | null };
export type ThenAndNow = { then: Row[]; now: Row[] };

export type Sides = { comparison: SiteComparison; state: SiteState; snapshot: Snapshot; names: SiteNames };

export class TwoSides {
	readonly #sides: Sides;
	readonly #pairs = new Map<string, TablePair | null>();

	constructor(sides: Sides) {
		this.#sides = sides;
	}

	/**
	 * Rows that match, of a table without its prefix. The point's are those that are there now, but for what the comparison finds
	 * different: the point is not read as a whole. Nothing where the table is not of one shape on both sides.
	 * @param live conditions that find all matching rows that are there now
	 */
	async rows(plain: string, matches: (row: Row) => boolean, live: readonly (readonly Equals[])[]): Promise<ThenAndNow> {
		const pair = await this.#pair(plain);
		if (pair === null || live.length === 0) { return { then: [], now: [] }; }
		const now = (await this.#live(pair, live)).filter(matches);
		const then: Row[] = [];
		const differing = new Set<string>();
		for await (const differences of this.#sides.comparison.rows(this.#sides.snapshot, pair)) {
			for (const { key, left, right } of differences) {
				if (left !== null) { differing.add(nameOf(key)); }
				const row = right === null ? null : rowOf(pair, Buffer.from(key), right);
				if (row !== null && matches(row)) { then.push(row); }
			}
		}
		return { now, then: [...now.filter(({ key }) => !differing.has(nameOf(key))), ...then] };
	}

	/** Rows by their number, of a table whose key it is. */
	async byNumber(plain: string, ids: Iterable<number>): Promise<ThenAndNow> {
		const pair = await this.#pair(plain);
		const wanted = [...new Set(ids)].filter((id) => Number.isSafeInteger(id) && id > 0);
		if (pair === null || wanted.length === 0) { return { then: [], now: [] }; }
		const { incarnation, layout } = pair.state!;
		const [column] = layout.key.columns;
		const keys = wanted.map((id) => rowKeyOf(incarnation, encodeRowKey([BigInt(id)], [column!.as])));
		const values = await this.#sides.state.get(keys);
		const then = keys.flatMap((key, i) => (values[i] ? [rowOf(pair, key, values[i])] : []));
		return { then, now: await this.#live(pair, wanted.map((id) => [numberEquals(column!.name, id)])) };
	}

	/** Every text of a column, then or now. */
	async texts(plain: string, column: string): Promise<Set<string>> {
		const pair = await this.#pair(plain);
		const found = new Set<string>();
		if (pair === null) { return found; }
		const { snapshot, comparison } = this.#sides;
		for await (const [text] of liveColumns(snapshot, pair.layout, [column])) { found.add(text ?? ''); }
		for await (const differences of comparison.rows(snapshot, pair)) {
			for (const { key, right } of differences) {
				if (right !== null) { found.add(rowOf(pair, Buffer.from(key), right).of(column) ?? ''); }
			}
		}
		return found;
	}

	/** Whether a table can be looked at row by row: there on both sides, of one shape, with a key. Null where it is on neither. */
	async isComparable(plain: string): Promise<boolean | null> {
		const pair = await this.#anyPair(plain);
		return pair === null ? null : isComparable(pair);
	}

	async #pair(plain: string): Promise<TablePair | null> {
		const pair = await this.#anyPair(plain);
		return pair !== null && isComparable(pair) ? pair : null;
	}

	async #anyPair(plain: string): Promise<TablePair | null> {
		const name = fullName(plain, this.#sides.names);
		if (!this.#pairs.has(name)) {
			const { pairs } = await this.#sides.comparison.tables(this.#sides.snapshot, (table) => table === name);
			this.#pairs.set(name, pairs[0] ?? null);
		}
		return this.#pairs.get(name)!;
	}

	async #live(pair: TablePair, alternatives: readonly (readonly Equals[])[]): Promise<Row[]> {
		const layout = pair.layout!;
		const keys = new RowKeyMaker(pair.state!.incarnation, keyPlaces(layout));
		const columns = layout.columns.filter((column) => column.read !== 'none').map((column) => column.name);
		const found = new Map<string, Row>();
		for (const some of chunks(alternatives)) {
			for await (const batch of this.#sides.snapshot.readColumns(layout, columns, some)) {
				for (let i = 0; i < rowCount(batch); i++) {
					const row = Buffer.from(rowAt(batch, i));
					keys.make(row);
					const key = keys.copy();
					found.set(nameOf(key), rowOf(pair, key, row));
				}
			}
		}
		return [...found.values()];
	}
}

export const isComparable = (pair: TablePair): boolean => pair.how === 'same' && pair.state!.layout.key.kind !== 'row';

function* chunks<T>(all: readonly T[]): Generator<T[]> {
	for (let at = 0; at < all.length; at += alternativesAtOnce) { yield all.slice(at, at + alternativesAtOnce); }
}

const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');
const rowOf = ({ state }: TablePair, key: Buffer, value: Uint8Array): Row => ({ key, of: (column) => columnText(value, columnIndex(state!.layout, column)) });

/** A column as a number; 0 where it is none. */
export const numberOf = (row: Row, column: string): number => Number(row.of(column) ?? 0) || 0;
