/**
 * Reading in one moment: a read-only transaction with a consistent snapshot.
 *
 *     openSnapshot ── readRowsByKeys / readRange / readWhere / readAll … ── close
 *
 * Every statement takes a metadata lock that lasts until close, so callers keep it short (architecture.md section 7: 200 ms).
 */
import { HoldfastError } from '../../errors.ts';
import type { Equals, Page, PageBounds, Snapshot, TableLayout } from '../../ports/database.ts';
import { rowAt, rowCount, type RowBatch } from '../../ports/row-batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { selectExpression } from './column-reading.ts';
import { boundCondition, equalsCondition, exactKeysCondition, keyParts, keysCondition } from './conditions.ts';
import { readLayout, storedColumns } from './layout.ts';
import { RowReader, type KillQuery } from './row-reader.ts';
import { identifier } from './sql-writer.ts';
import type { Wire } from './wire.ts';

const keysPerStatementMax = 500;
/** Keys of one statement; their literals take at most about three times that. Far below any max_allowed_packet. */
const keyBytesPerStatementMax = 128 * 1024;
const batchBytesDefault = 1024 * 1024;
/** Pages begin small where the server's own guess of a row's size is missing. */
const rowBytesGuess = 512;

export class MysqlSnapshot implements Snapshot {
	readonly takenAtMs: number;
	readonly connectionId: number;
	readonly #wire: Wire;
	readonly #reader: RowReader;
	readonly #release: (wire: Wire) => Promise<void>;
	/** Bytes per row that the last page of a table had: what the next page's LIMIT is made from. */
	readonly #rowBytes: Map<string, number>;
	#open = true;

	private constructor(
		wire: Wire,
		takenAtMs: number,
		killQuery: KillQuery,
		rowBytes: Map<string, number>,
		release: (wire: Wire) => Promise<void>,
	) {
		this.#wire = wire;
		this.#reader = new RowReader(wire, killQuery);
		this.#release = release;
		this.#rowBytes = rowBytes;
		this.takenAtMs = takenAtMs;
		this.connectionId = wire.connectionId;
	}

	static async open(
		wire: Wire,
		killQuery: KillQuery,
		rowBytes: Map<string, number>,
		release: (wire: Wire) => Promise<void>,
	): Promise<MysqlSnapshot> {
		await wire.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', 'Opening a snapshot');
		const [row] = await wire.text('SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)');
		return new MysqlSnapshot(wire, Number(row![0]), killQuery, rowBytes, release);
	}

	readSchema(table: string): Promise<TableLayout> {
		return readLayout(this.#wire, table);
	}

	async readRowsByKeys(layout: TableLayout, keys: RowBatch): Promise<RowBatch> {
		const parts = keyParts(layout);
		if (parts.length === 0) throw new HoldfastError('DB_STATEMENT', `Table ${layout.name} has no key.`);
		const found = new BatchBuilder(Number.MAX_SAFE_INTEGER);
		const doing = `Reading rows of ${layout.name}`;
		for (const chunk of chunksOf(keys, keysPerStatementMax, keyBytesPerStatementMax)) {
			const read = (condition: string): Promise<void> =>
				this.#wire.rows(
					`${selectFrom(layout)} WHERE ${condition}`,
					(bytes, start, end) => void found.add(bytes, start, end),
					doing,
				);
			try {
				await read(keysCondition(parts, chunk));
			} catch (error) {
				// Bytes that are no text of the column's character set cannot be looked up in its index.
				if (!(error instanceof HoldfastError) || error.code !== 'DB_INVALID_TEXT') throw error;
				await read(exactKeysCondition(parts, chunk));
			}
		}
		return found.take();
	}

	async readRange(
		layout: TableLayout,
		range: { afterKey?: Uint8Array | null; untilKey?: Uint8Array | null },
		bounds: PageBounds,
	): Promise<Page> {
		const parts = keyParts(layout);
		if (parts.length === 0) throw new HoldfastError('DB_STATEMENT', `Table ${layout.name} has no key to read it by.`);
		const conditions: string[] = [];
		if (range.afterKey) conditions.push(boundCondition(parts, asBuffer(range.afterKey), 'after'));
		if (range.untilKey) conditions.push(boundCondition(parts, asBuffer(range.untilKey), 'until'));
		const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map((condition) => `(${condition})`).join(' AND ')}`;
		const index = ` FORCE INDEX (${identifier(layout.key.indexName!)})`;
		return this.#page(
			layout,
			`${selectFrom(layout)}${index}${where} ORDER BY ${parts.map((part) => part.sql).join(', ')}`,
			bounds,
		);
	}

	async readWhere(layout: TableLayout, alternatives: readonly (readonly Equals[])[], bounds: PageBounds): Promise<Page> {
		return this.#page(layout, `${selectFrom(layout)} WHERE ${equalsCondition(layout, alternatives)}`, bounds);
	}

	readColumns(layout: TableLayout, columns: readonly string[], alternatives: readonly (readonly Equals[])[] = []): AsyncGenerator<RowBatch, void, void> {
		const stored = storedColumns(layout);
		const wanted = columns.map((name) => {
			const column = stored.find((candidate) => candidate.name === name);
			if (column === undefined) throw new HoldfastError('DB_STATEMENT', `Table ${layout.name} has no column ${name}.`);
			return selectExpression(identifier(column.name), column.read);
		});
		const where = alternatives.length === 0 ? '' : ` WHERE ${equalsCondition(layout, alternatives)}`;
		const sql = `SELECT ${wanted.join(', ')} FROM ${identifier(layout.name)}${where}`;
		return this.#reader.stream(sql, batchBytesDefault, `Reading columns of ${layout.name}`);
	}

	readAll(layout: TableLayout, batchBytes: number = batchBytesDefault): AsyncGenerator<RowBatch, void, void> {
		return this.#reader.stream(selectFrom(layout), batchBytes, `Reading table ${layout.name}`);
	}

	async maxAutoIncrement(layout: TableLayout): Promise<bigint | null> {
		const column = layout.columns.find((candidate) => candidate.autoIncrement);
		if (column === undefined) return null;
		const [row] = await this.#wire.text(
			`SELECT MAX(${identifier(column.name)}) FROM ${identifier(layout.name)}`,
			`Reading the counter of ${layout.name}`,
		);
		return row?.[0] === null || row?.[0] === undefined ? null : BigInt(row[0]);
	}

	async close(): Promise<void> {
		if (!this.#open) return;
		this.#open = false;
		await this.#release(this.#wire);
	}

	async #page(layout: TableLayout, sql: string, bounds: PageBounds): Promise<Page> {
		const rowBytes = this.#rowBytes.get(layout.name) ?? Math.max(layout.averageRowBytes, rowBytesGuess);
		const limit = Math.max(1, Math.min(bounds.limitRows, Math.ceil(bounds.limitBytes / rowBytes)));
		const { rows, cut } = await this.#reader.page(`${sql} LIMIT ${limit}`, bounds.limitBytes, `Reading rows of ${layout.name}`);
		const count = rowCount(rows);
		if (count > 0) this.#rowBytes.set(layout.name, Math.max(1, rows.bytes.length / count));
		return { rows, more: cut || count === limit };
	}
}

function selectFrom(layout: TableLayout): string {
	const columns = storedColumns(layout).map((column) => selectExpression(identifier(column.name), column.read));
	return `SELECT ${columns.join(', ')} FROM ${identifier(layout.name)}`;
}

/** Keys as views, in chunks bounded by number and bytes. */
export function* chunksOf(keys: RowBatch, keysMax: number, bytesMax: number): Generator<Buffer[], void, void> {
	let chunk: Buffer[] = [];
	let bytes = 0;
	for (let i = 0; i < rowCount(keys); i++) {
		const key = rowAt(keys, i);
		if (chunk.length > 0 && (chunk.length >= keysMax || bytes + key.length > bytesMax)) {
			yield chunk;
			chunk = [];
			bytes = 0;
		}
		chunk.push(key);
		bytes += key.length;
	}
	if (chunk.length > 0) yield chunk;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
