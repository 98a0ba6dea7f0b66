/**
 * The switch of the database. Every step may be run again from the start: definitions are dropped if they are there, tables that are
 * made anew are dropped first, rows are deleted before they are inserted.
 *
 *     triggers and views away ──> tables dropped, made ──> rows deleted, inserted ──> counters ──> views, triggers made
 */
import { decodeCountedRow, decodeCounter, decodeDefinition, decodeKey, keyKinds, kindRange, rowsRange, type Incarnation, type TableValue } from '@holdfast/protocol';
import { HoldfastError } from '../errors.ts';
import { tableOf } from '../plan/differ.ts';
import type { Database, TableLayout, TableScope, Writer } from '../ports/database.ts';
import type { PlanOperation, PlanStore, PlanTable } from '../ports/plan-store.ts';
import { batchOf, emptyBatch, type RowBatch } from '../ports/row-batch.ts';
import { tupleOfKey } from '../rows/live-table.ts';
import { noStep, type OnStep } from './steps.ts';
import type { Problem } from './switch-files.ts';

/** An error that may pass is tried again so often: nothing goes back from here. */
const attemptsMax = 5;
const pauseMs = 500;

const quoted = (name: string): string => '`' + name.replaceAll('`', '``') + '`';

export class DatabaseSwitch {
	readonly #store: PlanStore;
	readonly #database: Database;
	readonly #scope: TableScope;
	readonly #onStep: OnStep;
	readonly problems: Problem[] = [];
	#rows = 0;

	constructor(store: PlanStore, database: Database, scope: TableScope, onStep: OnStep = noStep) {
		this.#onStep = onStep;
		this.#store = store;
		this.#database = database;
		this.#scope = scope;
	}

	async run(onRows: (done: number) => void = () => {}): Promise<void> {
		const writer = await this.#database.openWriter();
		try {
			await this.#definitionsAway(writer);
			await this.#onStep('definitionsDropped');
			const tables = this.#store.tables();
			for (const table of tables) { await again(() => this.#schema(writer, table)); }
			await this.#onStep('schemas');
			for (const table of tables) { await again(() => this.#tableRows(writer, table, onRows)); }
			await this.#onStep('rows');
			await this.#counters(writer);
			await this.#onStep('counters');
			await this.#makeDefinitions(writer, 'view');
			await this.#onStep('views');
			await this.#makeDefinitions(writer, 'trigger');
		} finally {
			await writer.close();
		}
	}

	async #definitionsAway(writer: Writer): Promise<void> {
		const touched = new Set(this.#store.tables().filter((table) => table.how !== 'same' || this.#hasRows(table)).map((table) => table.name));
		const made = new Set(this.#store.tables().filter((table) => table.target !== null).map((table) => table.name));
		for (const one of await this.#database.listDefinitions(this.#scope)) {
			const operation = this.#store.get(definitionKey(one));
			const isTouched = operation !== null || (one.kind === 'trigger' ? touched.has(one.table!) : made.has(one.name));
			if (isTouched) { await again(() => writer.execute(`DROP ${one.kind === 'view' ? 'VIEW' : 'TRIGGER'} IF EXISTS ${quoted(one.name)}`)); }
		}
	}

	async #schema(writer: Writer, table: PlanTable): Promise<void> {
		if (table.how === 'same') { return; }
		await writer.execute(`DROP TABLE IF EXISTS ${quoted(table.name)}`);
		const value = tableOf(table.target);
		if (value !== null) { await writer.execute(value.create); }
	}

	#hasRows({ incarnation }: PlanTable): boolean {
		if (incarnation === null) { return false; }
		const { low, high } = rowsRange(incarnation as Incarnation);
		return !this.#store.keys(low, high).next().done;
	}

	async #tableRows(writer: Writer, table: PlanTable, onRows: (done: number) => void): Promise<void> {
		const value = tableOf(table.target);
		if (value === null || !this.#hasRows(table)) { return; }
		const layout = await this.#database.readSchema(table.name);
		const isKeyless = value.layout.key.kind === 'row';
		const { low, high } = rowsRange(value.incarnation);
		// All deletes of a table before its inserts: unique values may swap between rows.
		if (table.how !== 'same') { await writer.execute(`DELETE FROM ${quoted(table.name)}`); }
		else for (const operations of this.#store.range(low, high)) {
			await writer.applyRows(layout, isKeyless ? { deleteRows: copiesToDelete(operations) } : { deleteKeys: keysOf(operations, value, layout) });
		}
		await this.#onStep('rowsDeleted');
		for (const operations of this.#store.range(low, high)) {
			const rows = isKeyless ? copiesToInsert(operations) : batchOf(operations.filter((one) => one.target !== null).map((one) => (one.whole ?? one.target)!));
			if (rows.offsets.length > 1) { await writer.applyRows(layout, { insertRows: rows }); }
			onRows((this.#rows += operations.length));
		}
	}

	async #counters(writer: Writer): Promise<void> {
		const { low, high } = kindRange('counter');
		for (const operations of this.#store.range(low, high)) {
			for (const { key, target } of operations) {
				const named = decodeKey(key);
				if (target !== null && named.kind === 'counter') { await again(() => writer.raiseAutoIncrement(named.name, decodeCounter(target))); }
			}
		}
	}

	/** Views may stand on views: those that fail are tried again as long as others succeed. */
	async #makeDefinitions(writer: Writer, kind: 'view' | 'trigger'): Promise<void> {
		const { low, high } = kindRange(kind);
		let waiting: PlanOperation[] = [...this.#store.range(low, high)].flat().filter((operation) => operation.target !== null);
		for (let before = -1; waiting.length !== before && waiting.length > 0;) {
			before = waiting.length;
			const failed: PlanOperation[] = [];
			this.problems.splice(0, this.problems.length, ...this.problems.filter((problem) => problem.key[0] !== keyKinds[kind]));
			for (const operation of waiting) {
				const { create, context } = decodeDefinition(operation.target!);
				try {
					await again(() => writer.execute(create, context));
				} catch (error) {
					// What passes is no fault of the definition: the whole switch is run again.
					if (error instanceof HoldfastError && error.retry === 'later') { throw error; }
					failed.push(operation);
					this.problems.push({ key: operation.key, why: error instanceof Error ? error.message : String(error) });
				}
			}
			waiting = failed;
		}
	}
}

const definitionKey = (one: { kind: 'view' | 'trigger'; name: string; table: string | null }): Buffer =>
	one.kind === 'view' ? Buffer.concat([Buffer.of(keyKinds.view), Buffer.from(one.name)]) : Buffer.concat([Buffer.of(keyKinds.trigger), Buffer.from(`${one.table}\0${one.name}`)]);

/** Keys of all operations, inserts too: after a crash those may be there already. */
function keysOf(operations: readonly PlanOperation[], value: TableValue, layout: TableLayout): RowBatch {
	return batchOf(operations.map(({ key }) => tupleOfKey({ ...layout, key: value.layout.key as TableLayout['key'] }, key)));
}

/**
 * A row of a table without a key may be there from never to the larger of the two counts, wherever a run was cut off:
 * so that many are deleted, then as many inserted as shall be.
 */
function copiesToDelete(operations: readonly PlanOperation[]): RowBatch {
	return copies(operations, (live, target) => Math.max(live, target));
}

const copiesToInsert = (operations: readonly PlanOperation[]): RowBatch => copies(operations, (_live, target) => target);

function copies(operations: readonly PlanOperation[], countOf: (live: number, target: number) => number): RowBatch {
	const rows: Uint8Array[] = [];
	for (const { live, target, whole } of operations) {
		const [then, now] = [whole ?? target, live].map((value) => (value === null ? null : decodeCountedRow(value)));
		for (let left = countOf(now?.count ?? 0, then?.count ?? 0); left > 0; left--) { rows.push((then ?? now)!.row); }
	}
	return rows.length === 0 ? emptyBatch : batchOf(rows);
}

async function again<T>(act: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await act();
		} catch (error) {
			// Nothing comes through a connection that is gone: the next run opens another.
			if (!(error instanceof HoldfastError) || error.retry === 'never' || error.code === 'DB_GONE' || attempt >= attemptsMax) { throw error; }
			await new Promise((resolve) => setTimeout(resolve, pauseMs));
		}
	}
}
