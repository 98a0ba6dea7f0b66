import { HoldfastError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Snapshot, TableLayout } from '../ports/database.ts';
import type { TableReader } from '../rows/live-table.ts';
import { sameRows, tableValueOf } from '../rows/table-shape.ts';

/** No transaction of ours, and with it no metadata lock and no undo log, outlives this, waits for the endpoint included. */
const snapshotMsMax = 200;

/**
 * One table read page by page, each page in a snapshot of this moment: for comparisons that only say where to look. A page is drained
 * into memory before the next snapshot is begun.
 * @throws DB_TABLE_CHANGED when the table's layout is another one by now
 */
export class ShortSnapshots implements TableReader {
	readonly #database: Database;
	readonly #clock: Clock;
	readonly #layout: TableLayout;
	#snapshot: Snapshot | null = null;
	#begunUs = 0;

	constructor(database: Database, clock: Clock, layout: TableLayout) {
		this.#database = database;
		this.#clock = clock;
		this.#layout = layout;
	}

	readRange: TableReader['readRange'] = async (layout, range, bounds) => (await this.#now()).readRange(layout, range, bounds);
	readRowsByKeys: TableReader['readRowsByKeys'] = async (layout, keys) => (await this.#now()).readRowsByKeys(layout, keys);
	/** All in one snapshot: such tables cannot be read by pages. */
	readAll: TableReader['readAll'] = async function* (this: ShortSnapshots, ...all: Parameters<TableReader['readAll']>) {
		yield* (await this.#now()).readAll(...all);
	};

	async close(): Promise<void> {
		await this.#snapshot?.close();
		this.#snapshot = null;
	}

	async #now(): Promise<Snapshot> {
		if (this.#snapshot !== null && this.#clock.monotonicUs() - this.#begunUs < snapshotMsMax * 1000) {
			return this.#snapshot;
		}
		await this.close();
		const snapshot = await this.#database.openSnapshot();
		this.#snapshot = snapshot;
		this.#begunUs = this.#clock.monotonicUs();
		const then = tableValueOf(this.#layout, 0 as never);
		if (!sameRows(tableValueOf(await snapshot.readSchema(this.#layout.name), 0 as never).layout, then.layout)) {
			throw new HoldfastError('DB_TABLE_CHANGED', `The table ${this.#layout.name} was altered while it was compared.`);
		}
		return snapshot;
	}
}
